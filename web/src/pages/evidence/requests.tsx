// Who came over HTTPS and who still came over plain HTTP: in a sentence, as two pictures with one measure of time, and as a table.
import { useMemo } from 'preact/hooks';
import type { Evidence } from '../../api/types';
import { useI18n } from '../../i18n';
import { ChartReader } from '../../ui/chart_reader';
import { Fold } from '../../ui/fold';
import { type Column, Table } from '../../ui/table';
import { BarsChart } from './bars_chart';
import { requestSentence } from './sentences';
import { type Bucket, type Series, lastOf, valuesOf } from './series';
import { useReading } from './use_reading';
import { iso, percentWords, stepWords } from './words';

function BucketTable({ evidence, fileName }: { evidence: Evidence; fileName: string }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const { step } = evidence;
  const count = (id: string, title: string, value: (bucket: Bucket) => number): Column<Bucket> => ({ id, title, cell: (bucket) => format.number(value(bucket)), sort: value, csv: value, numbers: true });
  const share = ({ http_requests: http, https_requests: https }: Bucket): number => (http === 0 ? 0 : http / (http + https));
  const columns: readonly Column<Bucket>[] = [
    { id: 'at', title: step === 'day' ? t('evidence.at_day') : t('evidence.at'), cell: (bucket) => stepWords(i18n, Date.parse(bucket.at) / 1000, step), sort: (bucket) => bucket.at, csv: (bucket) => bucket.at },
    count('https', t('evidence.https'), (bucket) => bucket.https_requests),
    count('http', t('evidence.http'), (bucket) => bucket.http_requests),
    {
      id: 'share',
      title: t('evidence.share'),
      cell: (bucket) => (bucket.http_requests === 0 ? format.percent(0) : percentWords(i18n, bucket.http_requests, bucket.http_requests + bucket.https_requests)),
      sort: share,
      numbers: true,
    },
    count('redirects', t('evidence.redirects'), (bucket) => bucket.redirects),
    count('handshakes', t('evidence.handshakes'), (bucket) => bucket.handshakes),
  ];
  return (
    <Fold title={t('evidence.as_table')}>
      <div class="evidence-table">
        <Table caption={t('evidence.requests')} columns={columns} rows={evidence.buckets} rowKey={(bucket) => bucket.at} order={{ column: 'at', descending: true }} fileName={fileName} />
      </div>
    </Fold>
  );
}

export function Requests({ evidence, series, name }: { evidence: Evidence; series: Series; name: string }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const { step, totals } = evidence;
  const https = useMemo(() => valuesOf(series, (bucket) => bucket.https_requests), [series]);
  const http = useMemo(() => valuesOf(series, (bucket) => bucket.http_requests), [series]);
  const reading = useReading(series.moments, lastOf(valuesOf(series, (bucket) => bucket.http_requests + bucket.https_requests)));
  const said = (at: number): string => {
    const moment = stepWords(i18n, series.moments[at] ?? 0, step);
    const [by, plainly] = [https[at], http[at]];
    return by === null || by === undefined
      ? t('evidence.read_unknown', { moment })
      : t('evidence.read_requests', { moment, https: format.number(by), http: format.number(plainly ?? 0) });
  };
  if (totals.https_requests + totals.http_requests === 0) return null;
  return (
    <section class="card stack" aria-labelledby="evidence-requests">
      <h2 id="evidence-requests">{t('evidence.requests')}</h2>
      <p>{requestSentence(i18n, evidence, series)}</p>
      {totals.http_requests > 0 && <p class="muted small">{t('evidence.share_hint')}</p>}
      {series.knownFrom !== undefined && <p class="muted small">{t('evidence.known_from', { when: format.dateTime(iso(series.knownFrom)) })}</p>}
      <h3>{t('evidence.https')}</h3>
      <BarsChart title={t('evidence.https')} series={series} values={https} step={step} tone="accent" reading={reading} />
      <h3>{t('evidence.http')}</h3>
      <BarsChart title={t('evidence.http')} series={series} values={http} step={step} tone="warn" reading={reading} />
      <ChartReader label={t('evidence.read_at')} count={series.moments.length} {...reading} said={said} />
      <BucketTable evidence={evidence} fileName={`${name}-requests.csv`} />
    </section>
  );
}

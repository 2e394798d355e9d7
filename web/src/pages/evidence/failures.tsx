// Connections over TLS that failed, by cause: what each means, what helps, when it happened; and all of them as a table.
import { useMemo } from 'preact/hooks';
import type { Evidence } from '../../api/types';
import { useI18n } from '../../i18n';
import { ChartReader } from '../../ui/chart_reader';
import { Fold } from '../../ui/fold';
import { type Column, Table } from '../../ui/table';
import { Badge } from '../../ui/verdict';
import { BarsChart } from './bars_chart';
import { type Failure, causeOf, ordered, titleOf } from './causes';
import { FailedKinds } from './failed_kinds';
import type { FailedKind } from './kinds';
import { failureSentence } from './sentences';
import { type Series, failedIn, lastOf, valuesOf } from './series';
import { type Reading, useReading } from './use_reading';
import { lastWords, stepWords } from './words';

function CauseRow({ failure, evidence, series, reading }: { failure: Failure; evidence: Evidence; series: Series; reading: Reading }) {
  const i18n = useI18n();
  const { t } = i18n;
  const cause = causeOf(failure.cause);
  const values = useMemo(() => valuesOf(series, (bucket) => bucket.failures[failure.cause] ?? 0), [series, failure.cause]);
  const when = lastWords(i18n, series, values, evidence.step);
  return (
    <li class="cause">
      <div class="stack-tight">
        <div class="row">
          <h3>{titleOf(i18n, failure.cause)}</h3>
          {cause?.shutsOut === true && <Badge tone="warn">{t('evidence.shut_out')}</Badge>}
        </div>
        <p class="numbers">{when === '' ? t('evidence.failures_count', { count: failure.count }) : t('evidence.failures_times', { count: failure.count, when })}</p>
        <p>{t(cause?.means ?? 'evidence.other_cause_means')}</p>
        <p>
          <span class="strong">{t('evidence.helps')}</span> {t(cause?.helps ?? 'evidence.other_cause_helps')}
        </p>
        <p class="muted small">
          <code>{failure.cause}</code>
        </p>
      </div>
      <BarsChart title={titleOf(i18n, failure.cause)} series={series} values={values} step={evidence.step} tone="bad" reading={reading} />
    </li>
  );
}

interface FailureRow {
  at: string;
  cause: string;
  count: number;
}

function FailureTable({ evidence, fileName }: { evidence: Evidence; fileName: string }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const rows = evidence.buckets.flatMap((bucket) => Object.entries(bucket.failures).map(([cause, count]): FailureRow => ({ at: bucket.at, cause, count })));
  const columns: readonly Column<FailureRow>[] = [
    { id: 'at', title: evidence.step === 'day' ? t('evidence.at_day') : t('evidence.at'), cell: (row) => stepWords(i18n, Date.parse(row.at) / 1000, evidence.step), sort: (row) => row.at, csv: (row) => row.at },
    { id: 'cause', title: t('evidence.cause'), cell: (row) => titleOf(i18n, row.cause), sort: (row) => titleOf(i18n, row.cause), csv: (row) => row.cause },
    { id: 'count', title: t('evidence.count'), cell: (row) => format.number(row.count), sort: (row) => row.count, csv: (row) => row.count, numbers: true },
  ];
  return (
    <Fold title={t('evidence.as_table')}>
      <div class="evidence-table">
        <Table caption={t('evidence.failures')} columns={columns} rows={rows} rowKey={(row) => `${row.at} ${row.cause}`} order={{ column: 'at', descending: true }} fileName={fileName} />
      </div>
    </Fold>
  );
}

interface FailuresProps {
  evidence: Evidence;
  series: Series;
  name: string;
  days?: readonly { day: string; failed_classes: readonly FailedKind[] }[]; // of the clients of a site
}

export function Failures({ evidence, series, name, days = [] }: FailuresProps) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const reading = useReading(series.moments, lastOf(valuesOf(series, failedIn)));
  const said = (at: number): string => {
    const moment = stepWords(i18n, series.moments[at] ?? 0, evidence.step);
    const bucket = series.buckets[at];
    if (bucket === undefined) return t('evidence.read_unknown', { moment });
    const causes = ordered(Object.entries(bucket?.failures ?? {}).map(([cause, count]) => ({ cause, count })));
    return t('evidence.read_failures', { moment, causes: causes.length === 0 ? t('evidence.read_none') : format.list(causes.map(({ cause, count }) => `${format.number(count)} × ${titleOf(i18n, cause)}`)) });
  };
  return (
    <section class="card stack" aria-labelledby="evidence-failures">
      <h2 id="evidence-failures">{t('evidence.failures')}</h2>
      <p>{failureSentence(i18n, evidence)}</p>
      <FailedKinds days={days} />
      {evidence.failures.length > 0 && (
        <>
          <ul class="causes" aria-label={t('evidence.causes')}>
            {ordered(evidence.failures).map((failure) => (
              <CauseRow key={failure.cause} failure={failure} evidence={evidence} series={series} reading={reading} />
            ))}
          </ul>
          <ChartReader label={t('evidence.read_all_at')} count={series.moments.length} {...reading} said={said} />
          <FailureTable evidence={evidence} fileName={`${name}-failures.csv`} />
        </>
      )}
    </section>
  );
}

// What came while each rung was held, one beside the other: whether plain HTTP and those who never arrive get less as more is promised.
import type { Figure, RungTrend } from '../../api/types';
import { type I18n, useI18n } from '../../i18n';
import { ShareBar } from '../../ui/share_bar';
import { type Column, Table } from '../../ui/table';
import { figureWords } from './figure_words';

function rungTitle({ t, format }: I18n, { max_age_s: seconds }: RungTrend): string {
  return seconds === 0 ? t('trend.off') : format.duration(seconds);
}

// The first rung of which it is known against the last, in a sentence.
export function trendWords(i18n: I18n, trend: readonly RungTrend[]): string {
  const { t, format } = i18n;
  const known = trend.filter((rung) => rung.http_percent !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || first === last) return t('trend.one');
  const [from, to] = [first.http_percent ?? 0, last.http_percent ?? 0];
  const values = { before: format.percent(from / 100), first: rungTitle(i18n, first), after: format.percent(to / 100), last: rungTitle(i18n, last) };
  if (values.before === values.after) return t('trend.same', { after: values.after });
  return to < from ? t('trend.fell', values) : t('trend.rose', values);
}

function columnsOf(i18n: I18n): Column<RungTrend>[] {
  const { t, format } = i18n;
  const share = (id: string, title: string, tone: 'warn' | 'bad', of: (row: RungTrend) => number | null): Column<RungTrend> => ({
    id,
    title,
    cell: (row) => {
      const percent = of(row);
      return (
        percent !== null && (
          <ShareBar share={percent / 100} tone={tone}>
            {format.percent(percent / 100)}
          </ShareBar>
        )
      );
    },
    csv: (row) => of(row) ?? '',
    numbers: true,
  });
  const count = (id: string, title: string, of: (row: RungTrend) => number): Column<RungTrend> => ({ id, title, cell: () => '', csv: of, fileOnly: true });
  const figure = (id: string, title: string, of: (row: RungTrend) => Figure): Column<RungTrend>[] => [
    { id, title, cell: (row) => figureWords(i18n, of(row)), csv: (row) => of(row).count, numbers: true },
    count(`${id}_error`, t('clients.error_of', { title }), (row) => of(row).error),
  ];
  return [
    { id: 'rung', title: t('trend.rung'), cell: (row) => rungTitle(i18n, row), csv: (row) => row.max_age_s, words: true },
    { id: 'since', title: t('trend.since'), cell: (row) => format.dateTime(row.since), csv: (row) => row.since },
    { id: 'until', title: t('trend.until'), cell: () => '', csv: (row) => row.until ?? '', fileOnly: true },
    share('http', t('trend.http'), 'warn', (row) => row.http_percent),
    share('share', t('trend.stranded_share'), 'bad', (row) => row.stranded_percent),
    ...figure('stranded', t('trend.stranded'), (row) => row.clients.stranded),
    ...figure('redirected', t('trend.redirected'), (row) => row.clients.redirected),
    ...figure('clients', t('trend.clients'), (row) => row.clients.http),
    count('requests_http', t('trend.requests_http'), (row) => row.http_requests),
    count('requests_https', t('trend.requests_https'), (row) => row.https_requests),
  ];
}

export function TrendCard({ trend, name }: { trend: readonly RungTrend[]; name: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  if (trend.length === 0) return null;
  return (
    <section class="card stack" aria-labelledby="evidence-trend">
      <div class="stack-tight">
        <h2 id="evidence-trend">{t('trend.title')}</h2>
        <p class="muted small">{t('trend.lead')}</p>
      </div>
      <p>{trendWords(i18n, trend)}</p>
      <div class="evidence-table">
        <Table caption={t('trend.title')} columns={columnsOf(i18n)} rows={trend} rowKey={(row) => row.since} fileName={`${name}-rungs.csv`} />
      </div>
    </section>
  );
}

// The certificate's end against how far promises reach: in a sentence, as two curves of dates, and as a table.
import { useMemo } from 'preact/hooks';
import { useQuery } from '../../api/query';
import type { Certificate, Hsts, Ledger } from '../../api/types';
import { type I18n, useI18n } from '../../i18n';
import { href } from '../../router';
import { LinkButton } from '../../ui/button';
import { Chart } from '../../ui/chart';
import { ChartReader } from '../../ui/chart_reader';
import { Empty } from '../../ui/empty';
import { Fold } from '../../ui/fold';
import { Notice } from '../../ui/notice';
import { Loaded } from '../../ui/page';
import { type Column, Table } from '../../ui/table';
import { useNow } from '../../ui/time';
import { momentNow } from '../hsts/free_curve';
import { type Held, type Reach, type Verdict, heldOf, reachAt, reachesOf, sentOf, turnsOf, verdictOf } from './promise';
import { type Span, secondsOf } from './span';
import { useReading } from './use_reading';
import { iso } from './words';

const DAY_S = 86_400;
const DAY_STEPS = [1, 2, 5, 7, 14, 30, 60, 90, 182, 365, 730, 1_825, 3_650].map((days) => days * DAY_S);

interface Told {
  tone: 'block' | 'warn' | 'info' | 'pass';
  text: string;
  more?: string;
}

// `bound`: until when browsers insist on HTTPS, as the ledger says.
function tell({ t, format }: I18n, verdict: Verdict, held: Held | undefined, bound: string | null, renewal: string | null): Told | undefined {
  const moment = (seconds: number): string => format.dateTime(iso(seconds));
  const end = moment(held?.end ?? 0);
  const until = bound === null ? '' : format.dateTime(bound);
  switch (verdict.state) {
    case 'ended':
      return { tone: 'block', text: t('evidence.ended', { end, bound: until }) };
    case 'no_certificate':
      return { tone: 'block', text: t('evidence.need_certificate_bound', { bound: until }) };
    case 'past':
      return { tone: renewal === null ? 'warn' : 'info', text: t('evidence.past', { at: moment(verdict.at), end, bound: until }), more: renewal === null ? t('evidence.past_manual') : t('evidence.past_auto', { due: format.dateTime(renewal) }) };
    case 'will':
      return { tone: 'info', text: t('evidence.will', { at: moment(verdict.at), end }) };
    case 'within':
      return { tone: 'pass', text: verdict.sending ? t('evidence.within_bounded', { end }) : t('evidence.within_over', { end, bound: until }) };
    case 'no_promise':
    case 'nothing':
      return undefined;
  }
}

function ReachTable({ rows, name }: { rows: readonly Reach[]; name: string }) {
  const { t, format } = useI18n();
  const date = (seconds: number | null): string => (seconds === null ? '—' : format.dateTime(iso(seconds)));
  const margin = (row: Reach): number | undefined => (row.certificate === null || row.promise === null ? undefined : row.certificate - row.promise);
  const marginWords = (seconds: number | undefined): string =>
    seconds === undefined ? '—' : seconds < 0 ? t('evidence.margin_less', { time: format.duration(-seconds) }) : format.duration(seconds);
  const columns: readonly Column<Reach>[] = [
    { id: 'at', title: t('evidence.moment'), cell: (row) => `${date(row.at)}${row.ahead ? ` (${t('evidence.promise_ahead')})` : ''}`, sort: (row) => row.at, csv: (row) => iso(row.at) },
    { id: 'certificate', title: t('overview.ends'), cell: (row) => date(row.certificate), sort: (row) => row.certificate ?? undefined, csv: (row) => (row.certificate === null ? '' : iso(row.certificate)) },
    { id: 'promise', title: t('evidence.promise'), cell: (row) => date(row.promise), sort: (row) => row.promise ?? undefined, csv: (row) => (row.promise === null ? '' : iso(row.promise)) },
    { id: 'margin', title: t('evidence.margin'), cell: (row) => marginWords(margin(row)), sort: margin, csv: (row) => margin(row) ?? '' },
  ];
  return (
    <Fold title={t('evidence.as_table')}>
      <div class="evidence-table">
        <Table caption={t('evidence.expiry')} columns={columns} rows={rows} rowKey={(row) => String(row.at)} fileName={`${name}-expiry.csv`} />
      </div>
    </Fold>
  );
}

interface Known {
  name: string;
  span: Span;
  certificates: readonly Certificate[];
  ledger: Ledger;
  hsts: Hsts;
}

function Compared({ name, span, certificates, ledger, hsts }: Known) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const entries = useMemo(() => ledger.names.flatMap((one) => one.entries), [ledger]);
  const now = momentNow(entries, useNow().getTime());
  const held = useMemo(() => heldOf(certificates), [certificates]);
  const sent = useMemo(() => sentOf(entries), [entries]);
  const verdict = useMemo(() => verdictOf(sent, held, now), [sent, held, now]);
  const reaches = useMemo(() => reachesOf(sent, held, now - secondsOf(span), now), [sent, held, now, span]);
  const moments = useMemo(() => reaches.map((one) => one.at), [reaches]);
  const curves = useMemo(() => {
    const { t: words } = i18n;
    return [
      { title: words('overview.ends'), values: reaches.map((one) => one.certificate) },
      { title: words('evidence.promise'), values: reaches.map((one) => one.promise), dashed: true },
    ];
  }, [reaches, i18n]);
  const marks = useMemo(() => {
    const { t: words } = i18n;
    return [{ at: now, title: words('evidence.now') }, ...(verdict.state === 'will' ? [{ at: verdict.at, title: words('evidence.will_mark') }] : [])];
  }, [now, verdict, i18n]);
  const reading = useReading(moments, moments.indexOf(now));
  const renewals = certificates.filter((one) => one.drawer !== true).map((one) => one.renewal_due ?? null);
  const renewal = renewals.includes(null) ? null : (renewals.sort()[0] ?? null);
  const bound = hsts.bound_until ?? (reachAt(sent, now) === null ? null : iso(reachAt(sent, now) ?? 0));
  const told = tell(i18n, verdict, held, bound, renewal);

  // A name above may bind this one, which the ledger of this site does not know.
  if (told === undefined && bound !== null) return <Notice tone="info" title={t('overview.bound_browsers', { date: format.dateTime(bound) })} />;
  if (verdict.state === 'nothing') {
    return (
      <Empty icon="certificate" title={t('evidence.need_certificate')} act={<LinkButton href={href('/sites/:name/certificate', { name })}>{t('evidence.need_certificate_act')}</LinkButton>}>
        {t('evidence.need_certificate_hint')}
      </Empty>
    );
  }
  if (verdict.state === 'no_promise') {
    return (
      <Empty icon="shield" title={t('evidence.need_promise')} act={<LinkButton href={href('/sites/:name/hsts', { name })}>{t('evidence.need_promise_act')}</LinkButton>}>
        {t('evidence.need_promise_hint', { end: format.dateTime(iso(held?.end ?? 0)) })}
      </Empty>
    );
  }
  const date = (seconds: number | null | undefined): string => (seconds === null || seconds === undefined ? '—' : format.dateTime(iso(seconds)));
  const said = (at: number): string =>
    t('evidence.read_expiry', { moment: date(reaches[at]?.at), end: date(reaches[at]?.certificate), bound: date(reaches[at]?.promise) });
  return (
    <>
      {told !== undefined && (
        <Notice tone={told.tone} title={told.text}>
          {told.more !== undefined && <p>{told.more}</p>}
        </Notice>
      )}
      <p class="muted small">{t('evidence.expiry_chart')}</p>
      <Chart
        label={`${t('evidence.expiry')}. ${told?.text ?? ''}`}
        moments={moments}
        curves={curves}
        marks={marks}
        steps={DAY_STEPS}
        fromValues
        showMoment={(at) => format.date(iso(at))}
        showValue={(at) => format.date(iso(at))}
        fallback={t('evidence.chart_missing')}
        {...reading}
      />
      <ChartReader label={t('evidence.read_at')} count={moments.length} {...reading} said={said} />
      <ReachTable rows={turnsOf(reaches, sent, held, now, verdict)} name={name} />
    </>
  );
}

export function Expiry({ name, span }: { name: string; span: Span }) {
  const { t } = useI18n();
  const certificates = useQuery('/v1/sites/{name}/certificates', { path: { name } });
  const ledger = useQuery('/v1/sites/{name}/ledger', { path: { name } });
  const hsts = useQuery('/v1/sites/{name}/hsts', { path: { name } });
  return (
    <section class="card stack" aria-labelledby="evidence-expiry">
      <h2 id="evidence-expiry">{t('evidence.expiry')}</h2>
      <Loaded query={certificates}>
        {(stored) => (
          <Loaded query={ledger}>
            {(promises) => <Loaded query={hsts}>{(site) => <Compared name={name} span={span} certificates={stored.certificates} ledger={promises} hsts={site} />}</Loaded>}
          </Loaded>
        )}
      </Loaded>
    </section>
  );
}

// How long it would take until the last browser is free, now and at every moment before: as a sentence, a curve and a table;
// and the ledger it comes from.
import { useMemo } from 'preact/hooks';
import { useQuery } from '../../api/query';
import type { Hsts, Ledger, LedgerEntry } from '../../api/types';
import { useI18n } from '../../i18n';
import { Chart } from '../../ui/chart';
import { Fold } from '../../ui/fold';
import { Loaded } from '../../ui/page';
import { type Column, Table } from '../../ui/table';
import { Moment, useNow } from '../../ui/time';
import { useWide } from '../../ui/wide';
import { type FreePoint, type TimeUnit, freeCurve, momentNow, turns, unitFor } from './free_curve';

const DAY_S = 86_400;
// Below it the axis has hours and minutes.
const DATES_FROM_S = 4 * DAY_S;
const UNIT_WORDS = { day: 'hsts.chart_unit_day', hour: 'hsts.chart_unit_hour', minute: 'hsts.chart_unit_minute' } as const satisfies Record<TimeUnit['name'], string>;

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

function Curve({ points, summary }: { points: readonly FreePoint[]; summary: string }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const span = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
  const unit = unitFor(Math.max(...points.map((point) => point.left)));
  const [moments, curves] = useMemo(() => {
    const { t: words } = i18n;
    const inUnit = (point: FreePoint): number => point.left / unit.seconds;
    const last = points.filter((point) => !point.ahead).length - 1;
    return [
      points.map((point) => point.at),
      [
        { title: words('hsts.chart_was'), values: points.map((point) => (point.ahead ? null : inUnit(point))) },
        { title: words('hsts.chart_ahead'), values: points.map((point, at) => (at >= last ? inUnit(point) : null)), dashed: true },
      ],
    ];
  }, [points, unit.seconds, i18n]);
  return (
    <Chart
      label={`${t('hsts.chart')}. ${summary}`}
      moments={moments}
      curves={curves}
      showMoment={(at) => (span > DATES_FROM_S ? format.date(iso(at)) : format.dateTime(iso(at)))}
      showValue={(value) => `${format.number(value)} ${t(UNIT_WORDS[unit.name])}`}
      fallback={t('hsts.chart_missing')}
    />
  );
}

function Turns({ name, rows }: { name: string; rows: readonly FreePoint[] }) {
  const { t, format } = useI18n();
  const left = (point: FreePoint): string => (point.left === 0 ? t('hsts.chart_free') : format.duration(point.left));
  const columns: readonly Column<FreePoint>[] = [
    { id: 'at', title: t('hsts.chart_at'), cell: (point) => <><Moment at={iso(point.at)} as="dateTime" /> {point.ahead && `(${t('hsts.chart_ahead')})`}</>, csv: (point) => iso(point.at) },
    { id: 'left', title: t('hsts.chart_left'), cell: left, csv: (point) => point.left },
  ];
  return (
    <Fold title={t('hsts.chart_as_table')}>
      <Table caption={t('hsts.chart')} columns={columns} rows={rows} rowKey={(point) => String(point.at)} fileName={`${name}-free.csv`} />
    </Fold>
  );
}

interface LedgerRow extends LedgerEntry {
  name: string;
}

function LedgerTable({ ledger, name }: { ledger: Ledger; name: string }) {
  const { t, format } = useI18n();
  const rows: LedgerRow[] = ledger.names.flatMap((one) => one.entries.map((entry) => ({ ...entry, name: one.name })));
  const promised = (row: LedgerRow): string =>
    row.max_age === 0 ? t('hsts.ledger_release') : [format.duration(row.max_age), ...(row.include_subdomains ? [t('overview.with_subdomains')] : []), ...(row.preload ? ['preload'] : [])].join(', ');
  const columns: readonly Column<LedgerRow>[] = [
    { id: 'from', title: t('hsts.ledger_from'), cell: (row) => <Moment at={row.from} as="dateTime" />, sort: (row) => row.from, csv: (row) => row.from },
    { id: 'to', title: t('hsts.ledger_to'), cell: (row) => (row.to === null ? t('hsts.ledger_still') : <Moment at={row.to} as="dateTime" />), sort: (row) => row.to ?? undefined, csv: (row) => row.to ?? '' },
    {
      id: 'promised',
      title: t('hsts.ledger_promised'),
      cell: (row) => (
        <>
          {promised(row)}
          {row.certificate_bounds_until !== undefined && <span class="muted small"> {t('hsts.ledger_bounded')}</span>}
        </>
      ),
      sort: (row) => row.max_age,
      csv: (row) => row.max_age,
    },
    { id: 'until', title: t('hsts.ledger_until'), cell: (row) => (row.bound_until === null || row.over ? t('hsts.ledger_free') : <Moment at={row.bound_until} as="dateTime" />), sort: (row) => row.bound_until ?? undefined, csv: (row) => row.bound_until ?? '' },
    ...(ledger.names.length > 1 ? [{ id: 'name', title: t('hsts.ledger_name'), cell: (row: LedgerRow) => row.name, sort: (row: LedgerRow) => row.name, csv: (row: LedgerRow) => row.name }] : []),
  ];
  if (rows.length === 0) return null;
  return (
    <Fold title={t('hsts.ledger')}>
      <Table caption={t('hsts.ledger')} columns={columns} rows={rows} rowKey={(row) => `${row.name} ${row.from} ${row.max_age} ${row.include_subdomains} ${row.preload} ${row.certificate_bounds_until ?? ''}`} fileName={`${name}-ledger.csv`} />
    </Fold>
  );
}

function Told({ ledger, hsts, name }: { ledger: Ledger; hsts: Hsts; name: string }) {
  const { t, format } = useI18n();
  const isWide = useWide();
  const entries = useMemo(() => ledger.names.flatMap((one) => one.entries), [ledger]);
  const now = momentNow(entries, useNow().getTime());
  const points = useMemo(() => freeCurve(entries, now), [entries, now]);
  const last = points.at(-1);
  if (last === undefined) {
    return (
      <>
        {/* Whether somebody is bound is for the server to say: this clock may be wrong, and a name above may bind. */}
        {hsts.bound_until !== null ? <p>{t('hsts.chart_until', { date: format.dateTime(hsts.bound_until) })}</p> : <p>{t(entries.some((entry) => entry.max_age > 0) ? 'hsts.chart_now_free' : 'hsts.chart_empty')}</p>}
        <LedgerTable ledger={ledger} name={name} />
      </>
    );
  }
  const values = { time: format.duration(last.at - now), date: format.dateTime(iso(last.at)) };
  const summary = t(hsts.phase === 'releasing' || hsts.phase === 'left' ? 'hsts.chart_releasing_left' : 'hsts.chart_now_left', values);
  return (
    <>
      <p>{summary}</p>
      {hsts.subdomains_bound_until !== null && <p>{t('hsts.chart_subdomains', { date: format.dateTime(hsts.subdomains_bound_until) })}</p>}
      <Fold title={<h3>{t('hsts.chart')}</h3>} open={isWide} lazy>
        <Curve points={points} summary={summary} />
        <p class="muted small">{t('hsts.chart_slack')}</p>
        <Turns name={name} rows={turns(points, entries, now)} />
      </Fold>
      <LedgerTable ledger={ledger} name={name} />
    </>
  );
}

export function Free({ name, hsts }: { name: string; hsts: Hsts }) {
  const query = useQuery('/v1/sites/{name}/ledger', { path: { name } });
  return <Loaded query={query}>{(ledger) => <Told ledger={ledger} hsts={hsts} name={name} />}</Loaded>;
}

// The clients of all days that are kept: those who never arrived and those who did, as two pictures with one measure of time, and as a
// table.
import { useMemo } from 'preact/hooks';
import type { ClientsDay, Figure } from '../../api/types';
import { useI18n } from '../../i18n';
import { type Bars, Chart } from '../../ui/chart';
import { ChartReader } from '../../ui/chart_reader';
import { Fold } from '../../ui/fold';
import { type Column, Table } from '../../ui/table';
import { type Days, type Measure, countsOf, daysOf, errorsOf } from './clients';
import { figureWords, shareShort } from './figure_words';
import { lastOf, mostOf } from './series';
import { STEP_S } from './span';
import { type Reading, useReading } from './use_reading';
import { axisWords, stepWords, whenWords } from './words';

const HEIGHT = 140;

function DaysChart({ days, measure, title, tone, reading }: { days: Days; measure: Measure; title: string; tone: Bars['tone']; reading: Reading }) {
  const i18n = useI18n();
  const values = useMemo(() => countsOf(days, measure), [days, measure]);
  const curves = useMemo(() => [{ title, values, errors: errorsOf(days, measure) }], [title, values, days, measure]);
  const most = mostOf(values);
  const label = most === undefined ? i18n.t('evidence.chart_none', { title }) : i18n.t('clients.chart_said', { title, most: i18n.format.number(most.value), when: whenWords(i18n, days.moments[most.at] ?? 0, 'day') });
  const bars = useMemo(() => ({ step: STEP_S.day, tone, knownFrom: days.knownFrom, utc: true }), [days, tone]);
  return (
    <Chart
      label={label}
      moments={days.moments}
      curves={curves}
      bars={bars}
      height={HEIGHT}
      showMoment={axisWords(i18n, days.moments, 'day')}
      showValue={i18n.format.number}
      fallback={i18n.t('evidence.chart_missing')}
      {...reading}
    />
  );
}

function DaysTable({ clients, fileName }: { clients: readonly ClientsDay[]; fileName: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  const figure = (id: string, title: string, of: (day: ClientsDay) => Figure, fileOnly = false): Column<ClientsDay> => ({ id, title, cell: (day) => figureWords(i18n, of(day)), sort: (day) => of(day).count, csv: (day) => of(day).count, numbers: true, fileOnly });
  // What stands behind the ± in the table; a program wants it apart.
  const error = (id: string, title: string, of: (day: ClientsDay) => Figure): Column<ClientsDay> => ({ id: `${id}_error`, title: t('clients.error_of', { title }), cell: () => '', csv: (day) => of(day).error, fileOnly: true });
  const both = (id: string, title: string, of: (day: ClientsDay) => Figure, fileOnly = false): Column<ClientsDay>[] => [figure(id, title, of, fileOnly), error(id, title, of)];
  const columns: readonly Column<ClientsDay>[] = [
    { id: 'day', title: t('evidence.at_day'), cell: (day) => i18n.format.utcDate(`${day.day}T00:00:00Z`), sort: (day) => day.day, csv: (day) => day.day },
    ...both('stranded', t('clients.stranded'), (day) => day.stranded),
    { id: 'share', title: t('clients.share_redirected'), cell: (day) => (day.redirected.count === 0 ? '' : shareShort(i18n, day.stranded, day.redirected)), sort: (day) => (day.redirected.count === 0 ? -1 : day.stranded.count / day.redirected.count), numbers: true },
    ...both('redirected', t('clients.redirected'), (day) => day.redirected),
    ...both('arrived', t('clients.arrived'), (day) => day.arrived),
    ...both('waiting', t('clients.waiting'), (day) => day.waiting, true),
    ...both('http', t('clients.http'), (day) => day.http),
    ...both('https', t('clients.https'), (day) => day.https, true),
    ...both('in_clear', t('clients.in_clear'), (day) => day.in_clear, true),
    ...both('failed', t('clients.failed'), (day) => day.failed, true),
  ];
  return (
    <Fold title={t('evidence.as_table')}>
      <div class="evidence-table">
        <Table caption={t('clients.trend')} columns={columns} rows={clients} rowKey={(day) => day.day} order={{ column: 'day', descending: true }} fileName={fileName} />
      </div>
    </Fold>
  );
}

export function StrandedTrend({ clients, today, name }: { clients: readonly ClientsDay[]; today: string; name: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  const days = useMemo(() => daysOf(clients, today), [clients, today]);
  const reading = useReading(days.moments, lastOf(days.days.map((day) => day?.redirected.count ?? null)));
  const said = (at: number): string => {
    const moment = stepWords(i18n, days.moments[at] ?? 0, 'day');
    const day = days.days[at];
    if (day === undefined) return t('evidence.read_unknown', { moment });
    return t('clients.read', { moment, stranded: figureWords(i18n, day.stranded), arrived: figureWords(i18n, day.arrived) });
  };
  const isSample = clients.some((day) => day.stranded.error > 0 || day.arrived.error > 0);
  return (
    <div class="stack clients-days">
      <h3>{t('clients.trend')}</h3>
      {isSample && <p class="muted small">{t('clients.trend_error')}</p>}
      <h4>{t('clients.stranded')}</h4>
      <DaysChart days={days} measure="stranded" title={t('clients.stranded')} tone="bad" reading={reading} />
      <h4>{t('clients.arrived')}</h4>
      <DaysChart days={days} measure="arrived" title={t('clients.arrived')} tone="accent" reading={reading} />
      <ChartReader label={t('evidence.read_at')} count={days.moments.length} {...reading} said={said} />
      <DaysTable clients={clients} fileName={`${name}-clients.csv`} />
    </div>
  );
}

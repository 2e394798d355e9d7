// Who has tried HTTPS: how many different clients since the present rung began, which kinds of programs have stayed away since, and
// each week as a picture and as a table.
import { useMemo } from 'preact/hooks';
import type { Coverage } from '../../api/types';
import { useI18n } from '../../i18n';
import { Chart } from '../../ui/chart';
import { ChartReader } from '../../ui/chart_reader';
import { Fold } from '../../ui/fold';
import { Notice } from '../../ui/notice';
import { type Column, Table } from '../../ui/table';
import { programTitle } from './census_rows';
import { figureWords } from './figure_words';
import { mostOf } from './series';
import { useReading } from './use_reading';
import { type Week, WEEK_S, weeksOf } from './weeks';
import { axisWords, iso, whenWords } from './words';

const HEIGHT = 140;

function Rung({ rung }: { rung: NonNullable<Coverage['rung']> }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const values = { since: format.dateTime(rung.since), clients: figureWords(i18n, rung.https) };
  const missing = rung.classes_missing;
  return (
    <>
      <p>
        {rung.busiest_week ? t('coverage.rung_busiest', values) : t('coverage.rung', values)} {rung.returning_percent !== null && t('coverage.rung_returning', { percent: format.percent(rung.returning_percent / 100) })}
      </p>
      {missing.length > 0 && (
        <Notice tone="warn" title={t('coverage.missing', { count: missing.length })}>
          <ul class="stack-tight">
            {missing.map((one) => (
              <li key={one.class}>{t('coverage.missing_one', { program: programTitle(i18n, one.class), days: one.days, all: one.of_days, last: format.utcDate(`${one.last_seen}T00:00:00Z`), missed: one.missed_days })}</li>
            ))}
          </ul>
          <p>{t('coverage.missing_helps')}</p>
        </Notice>
      )}
    </>
  );
}

interface ProgramRow {
  week: string;
  name: string;
  count: number;
  error: number;
}

function WeekTables({ weeks, name }: { weeks: readonly Week[]; name: string }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const dateOf = (week: string): string => format.utcDate(`${week}T00:00:00Z`);
  const columns: readonly Column<Week>[] = [
    { id: 'week', title: t('coverage.week'), cell: (row) => dateOf(row.week), sort: (row) => row.week, csv: (row) => row.week },
    { id: 'clients', title: t('coverage.clients'), cell: (row) => figureWords(i18n, row.https), sort: (row) => row.https.count, csv: (row) => row.https.count, numbers: true },
    { id: 'error', title: t('clients.error_of', { title: t('coverage.clients') }), cell: () => '', csv: (row) => row.https.error, fileOnly: true },
    { id: 'returning', title: t('coverage.returning'), cell: (row) => (row.returning_percent === null ? '' : format.percent(row.returning_percent / 100)), sort: (row) => row.returning_percent ?? -1, csv: (row) => row.returning_percent ?? '', numbers: true },
  ];
  const programs = weeks.flatMap((week) => week.classes.map((one): ProgramRow => ({ week: week.week, name: one.class, count: one.count, error: one.error })));
  const ofPrograms: readonly Column<ProgramRow>[] = [
    { id: 'week', title: t('coverage.week'), cell: (row) => dateOf(row.week), sort: (row) => row.week, csv: (row) => row.week },
    { id: 'program', title: t('coverage.program'), cell: (row) => programTitle(i18n, row.name), sort: (row) => programTitle(i18n, row.name), csv: (row) => row.name },
    { id: 'clients', title: t('coverage.clients'), cell: (row) => figureWords(i18n, row), sort: (row) => row.count, csv: (row) => row.count, numbers: true },
    { id: 'error', title: t('clients.error_of', { title: t('coverage.clients') }), cell: () => '', csv: (row) => row.error, fileOnly: true },
  ];
  return (
    <>
      <Fold title={t('evidence.as_table')}>
        <Table caption={t('coverage.title')} columns={columns} rows={weeks} rowKey={(row) => row.week} fileName={`${name}-weeks.csv`} />
      </Fold>
      {programs.length > 0 && (
        <Fold title={t('coverage.programs')} lazy>
          <Table caption={t('coverage.programs')} columns={ofPrograms} rows={programs} rowKey={(row) => `${row.week} ${row.name}`} fileName={`${name}-weeks-programs.csv`} />
        </Fold>
      )}
    </>
  );
}

function WeekChart({ weeks: known }: { weeks: readonly Week[] }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const { moments, weeks, knownFrom } = useMemo(() => weeksOf(known), [known]);
  const title = t('coverage.chart');
  const values = useMemo(() => weeks.map((week) => week?.https.count ?? null), [weeks]);
  const curves = useMemo(() => [{ title, values, errors: weeks.map((week) => week?.https.error ?? 0) }], [title, values, weeks]);
  const bars = useMemo(() => ({ step: WEEK_S, tone: 'accent' as const, knownFrom, utc: true }), [knownFrom]);
  const reading = useReading(moments, undefined);
  const most = mostOf(values);
  const label = most === undefined ? t('evidence.chart_none', { title }) : t('coverage.chart_said', { title, most: format.number(most.value), when: whenWords(i18n, moments[most.at] ?? 0, 'day') });
  const said = (at: number): string => {
    const moment = format.utcDate(iso(moments[at] ?? 0));
    const week = weeks[at];
    if (week === undefined) return t('evidence.read_unknown', { moment });
    const clients = figureWords(i18n, week.https);
    return week.returning_percent === null ? t('coverage.read_new', { moment, clients }) : t('coverage.read', { moment, clients, returning: format.percent(week.returning_percent / 100) });
  };
  return (
    <>
      <Chart label={label} moments={moments} curves={curves} bars={bars} height={HEIGHT} showMoment={axisWords(i18n, moments, 'day')} showValue={format.number} fallback={t('evidence.chart_missing')} {...reading} />
      <ChartReader label={t('evidence.read_at')} count={moments.length} {...reading} said={said} />
    </>
  );
}

export function CoverageCard({ coverage, name }: { coverage: Coverage; name: string }) {
  const { t } = useI18n();
  const { weeks, rung } = coverage;
  return (
    <section class="card stack" aria-labelledby="evidence-coverage">
      <div class="stack-tight">
        <h2 id="evidence-coverage">{t('coverage.title')}</h2>
        <p class="muted small">{t('coverage.lead')}</p>
      </div>
      {rung !== null && <Rung rung={rung} />}
      {weeks.length === 0 ? (
        <p class="muted">{t('coverage.empty')}</p>
      ) : (
        <>
          <h3>{t('coverage.chart')}</h3>
          <WeekChart weeks={weeks} />
          <WeekTables weeks={weeks} name={name} />
          <p class="muted small">{t('coverage.how')}</p>
        </>
      )}
    </section>
  );
}

// The clients of a day: how many of those that came over plain HTTP arrived, what those are that did not, where, and what helps.
import type { ClientsDay, Figure } from '../../api/types';
import { type I18n, useI18n } from '../../i18n';
import { Facts } from '../../ui/facts';
import { Fold } from '../../ui/fold';
import { PartsBar } from '../../ui/parts_bar';
import { type Column, Table } from '../../ui/table';
import { overIp4 } from './clients';
import { figureWords, shareShort } from './figure_words';
import { KIND_HELPS, kindsOf, programOf } from './programs';

export function programWords({ t }: I18n, name: string): string {
  const program = programOf(name);
  return program === undefined ? name : t(program.title);
}

interface Row extends Figure {
  key: string;
  title: string;
}

// The most first, each with its share of the day's stranded.
function Breakdown({ title, first, rows, all }: { title: string; first: string; rows: readonly Row[]; all: Figure }) {
  const i18n = useI18n();
  const { t } = i18n;
  const columns: readonly Column<Row>[] = [
    { id: 'title', title: first, cell: (row) => row.title, words: /\d/.test(rows[0]?.title ?? '') },
    { id: 'count', title: t('clients.stranded'), cell: (row) => figureWords(i18n, row), numbers: true },
    { id: 'share', title: t('clients.share'), cell: (row) => (row.count > all.count ? '' : shareShort(i18n, row, all)), numbers: true },
  ];
  return (
    <div class="stack-tight">
      <h3>{title}</h3>
      <Table caption={title} columns={columns} rows={[...rows].sort((a, b) => b.count - a.count)} rowKey={(row) => row.key} />
    </div>
  );
}

function Missing({ day }: { day: ClientsDay }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { stranded, stranded_ipv6: ip6, stranded_classes: classes, networks } = day;
  const families = [
    { key: '4', title: 'IPv4', ...overIp4(day) },
    { key: '6', title: 'IPv6', ...ip6 },
  ].filter((row) => row.count > 0);
  return (
    <>
      <div class="stack-tight">
        <h3>{t('clients.do')}</h3>
        <ul class="clients-do">
          {kindsOf(classes).map((kind) => (
            <li key={kind}>{t(KIND_HELPS[kind])}</li>
          ))}
        </ul>
      </div>
      <div class="clients-breakdown">
        <Breakdown title={t('clients.what')} first={t('clients.program')} rows={classes.map((one) => ({ key: one.class, title: programWords(i18n, one.class), count: one.count, error: one.error }))} all={stranded} />
        <div class="stack">
          <Breakdown
            title={t('clients.where')}
            first={t('clients.network')}
            rows={networks.map((one) => ({ key: one.network ?? '', title: one.network ?? t('clients.network_other'), count: one.count, error: one.error }))}
            all={stranded}
          />
          <Breakdown title={t('clients.by_family')} first={t('clients.family')} rows={families} all={stranded} />
        </div>
      </div>
    </>
  );
}

export function StrandedDay({ day }: { day: ClientsDay }) {
  const i18n = useI18n();
  const { t } = i18n;
  const words = (figure: Figure): string => figureWords(i18n, figure);
  return (
    <>
      {day.redirected.count > 0 && (
        <div class="stack-tight">
          <h3>{t('clients.sent', { count: words(day.redirected) })}</h3>
          <PartsBar
            parts={[
              { title: t('clients.arrived'), count: day.arrived.count, value: words(day.arrived), tone: 'good' },
              { title: t('clients.waiting'), count: day.waiting.count, value: words(day.waiting), tone: 'quiet' },
              { title: t('clients.stranded'), count: day.stranded.count, value: words(day.stranded), tone: 'bad' },
            ]}
          />
        </div>
      )}
      {day.stranded.count > 0 && <Missing day={day} />}
      <Fold title={t('clients.all')}>
        <Facts
          facts={[
            { name: t('clients.https'), value: words(day.https) },
            { name: t('clients.http'), value: words(day.http) },
            { name: t('clients.redirected'), value: words(day.redirected) },
            { name: t('clients.arrived'), value: words(day.arrived) },
            { name: t('clients.waiting'), value: words(day.waiting) },
            { name: t('clients.stranded'), value: words(day.stranded) },
            { name: t('clients.programs'), value: words(day.programs) },
            { name: t('clients.in_clear'), value: words(day.in_clear) },
            { name: t('clients.failed'), value: words(day.failed) },
          ]}
        />
      </Fold>
    </>
  );
}

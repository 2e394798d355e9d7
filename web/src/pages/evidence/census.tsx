// What came over plain HTTP, and what of it anybody on the way could read: passwords, cookies, content; what helps, who sent it, and
// what becomes of such requests.
import { useMemo } from 'preact/hooks';
import { useMay } from '../../api/session';
import type { Census } from '../../api/types';
import { useI18n } from '../../i18n';
import { href } from '../../router';
import { Fold } from '../../ui/fold';
import { Notice } from '../../ui/notice';
import { type Column, Table } from '../../ui/table';
import { Badge } from '../../ui/verdict';
import { type CensusRow, SECRETS, censusRows, secretsOf, sendersOf } from './census_rows';
import { percentWords } from './words';

function CensusTable({ census, fileName }: { census: Census; fileName: string }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const rows = useMemo(() => censusRows(i18n, census), [i18n, census]);
  const columns: Column<CensusRow>[] = [
    { id: 'what', title: t('census.what'), cell: (row) => row.what, csv: (row) => row.what },
    { id: 'span', title: t('census.span'), cell: (row) => format.number(row.span), csv: (row) => row.span, numbers: true },
  ];
  if (census.rung !== null) columns.push({ id: 'rung', title: t('census.rung'), cell: (row) => format.number(row.rung ?? 0), csv: (row) => row.rung ?? '', numbers: true });
  return (
    <Fold title={t('evidence.as_table')}>
      <Table caption={t('census.title')} columns={columns} rows={rows} rowKey={(row) => row.what} fileName={fileName} />
    </Fold>
  );
}

export function CensusCard({ census, name }: { census: Census; name: string }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const mayChange = useMay('operator');
  const { totals, rung, rung_since: since } = census;
  if (totals.requests === 0 && (rung?.requests ?? 0) === 0) return null;
  const secrets = secretsOf(totals);
  const senders = sendersOf(i18n, totals);
  const tone = secrets.some(({ secret }) => SECRETS[secret].tone === 'block') ? 'block' : secrets.length > 0 ? 'warn' : 'pass';
  const told =
    totals.in_clear === 0
      ? t('census.all')
      : t('census.some', { count: totals.in_clear, some: format.number(totals.in_clear), all: format.number(totals.requests), percent: percentWords(i18n, totals.in_clear, totals.requests) });
  return (
    <section class="card stack" aria-labelledby="evidence-census">
      <div class="stack-tight">
        <h2 id="evidence-census">{t('census.title')}</h2>
        <p class="muted small">{t('census.lead', { name })}</p>
      </div>
      <Notice tone={tone} title={told}>
        {senders.length > 0 && <p>{t('census.who', { programs: format.list(senders) })}</p>}
        {rung !== null && since !== null && <p>{t('census.rung_some', { count: rung.in_clear, when: format.dateTime(since), all: format.number(rung.requests) })}</p>}
      </Notice>
      {secrets.length > 0 && (
        <ul class="census-items" aria-label={t('census.items')}>
          {secrets.map(({ secret, count }) => (
            <li key={secret} class="stack-tight">
              <div class="row">
                <h3>{t(SECRETS[secret].title)}</h3>
                <Badge tone={SECRETS[secret].tone}>{t('census.count', { count })}</Badge>
              </div>
              <p>{t(SECRETS[secret].helps)}</p>
            </li>
          ))}
        </ul>
      )}
      <p>
        {t(census.action === 'refuse' ? 'census.action_refuse' : 'census.action_redirect')} {mayChange && <a href={href('/sites/:name/application', { name })}>{t('census.change')}</a>}
      </p>
      <CensusTable census={census} fileName={`${name}-in-clear.csv`} />
    </section>
  );
}

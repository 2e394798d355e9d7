// Every site with what there is to know at a glance, worst first; live.
import { useMemo, useState } from 'preact/hooks';
import { useQuery } from '../../api/query';
import { useMay } from '../../api/session';
import { type I18n, useI18n } from '../../i18n';
import { href } from '../../router';
import { LinkButton } from '../../ui/button';
import { Empty } from '../../ui/empty';
import { ServerText } from '../../ui/notice';
import { Loaded, Page } from '../../ui/page';
import { type Column, Table } from '../../ui/table';
import { Moment } from '../../ui/time';
import { Badge } from '../../ui/verdict';
import { forecastShort } from '../evidence/forecast_words';
import { InstallationNotices } from './installation';
import { LadderPicture } from './ladder';
import './overview.css';
import { type Finding, type Standing, needsAttention, standings } from './standing';
import { SEVERITY_TONES, SEVERITY_WORDS, daysLeftWords, findingWords, rungWords, sourceWords } from './words';

// The rest is on the site's own page.
const FINDINGS_SHOWN = 2;
// Fewer are seen without a search.
const SEARCH_FROM = 8;

function FindingLine({ finding }: { finding: Finding }) {
  const words = findingWords(useI18n(), finding);
  return <li>{words ?? <ServerText>{finding.text}</ServerText>}</li>;
}

function SiteCell({ row }: { row: Standing }) {
  const { t } = useI18n();
  return (
    <div class="stack-tight">
      <div class="row overview-name">
        <a class="strong" href={href('/sites/:name', { name: row.name })}>
          {row.name}
        </a>
        <Badge tone={SEVERITY_TONES[row.severity]}>{t(SEVERITY_WORDS[row.severity])}</Badge>
      </div>
      {row.findings.length > 0 && (
        <ul class="overview-findings small muted">
          {row.findings.slice(0, FINDINGS_SHOWN).map((finding) => (
            <FindingLine key={`${finding.id} ${finding.text}`} finding={finding} />
          ))}
        </ul>
      )}
    </div>
  );
}

function CertificateCell({ row }: { row: Standing }) {
  const i18n = useI18n();
  return (
    <div class="stack-tight">
      <span class="nowrap">{daysLeftWords(i18n, row.daysLeft)}</span>
      {row.notAfter !== undefined && (
        <span class="small muted nowrap">
          <Moment at={row.notAfter} />
          <br />
          {sourceWords(i18n, row.source)}
        </span>
      )}
    </div>
  );
}

function SentCell({ row }: { row: Standing }) {
  const { t } = useI18n();
  if (row.field === null) return <span class="muted">{t('overview.sent_nothing')}</span>;
  return (
    <>
      {row.field.split('; ').map((directive) => (
        <code key={directive} class="overview-directive">
          {directive}
        </code>
      ))}
    </>
  );
}

// Until when, and how many of those who come: whoever holds a promise is locked out when the certificate fails.
function BoundCell({ row }: { row: Standing }) {
  const i18n = useI18n();
  const share = row.forecast === undefined ? '' : forecastShort(i18n, row.forecast);
  return (
    <div class="stack-tight">
      {row.boundUntil === null ? <span class="muted">{i18n.t('overview.bound_nobody')}</span> : <Moment at={row.boundUntil} as="dateTime" />}
      {share !== '' && <span class="small muted">{share}</span>}
    </div>
  );
}

function columnsOf(i18n: I18n): Column<Standing>[] {
  const { t } = i18n;
  return [
    { id: 'name', title: t('overview.site'), sort: (row) => row.name, csv: (row) => row.name, cell: (row) => <SiteCell row={row} /> },
    { id: 'certificate', title: t('overview.certificate'), sort: (row) => row.daysLeft, csv: (row) => row.daysLeft ?? '', numbers: true, cell: (row) => <CertificateCell row={row} /> },
    {
      id: 'hsts',
      title: t('overview.hsts'),
      sort: (row) => row.maxAge ?? -1,
      csv: (row) => rungWords(i18n, row),
      cell: (row) => (
        <div class="overview-rung">
          <LadderPicture ladder={row.ladder} maxAge={row.maxAge} />
          <span>{rungWords(i18n, row)}</span>
        </div>
      ),
    },
    { id: 'sent', title: t('overview.sent'), csv: (row) => row.field ?? '', cell: (row) => <SentCell row={row} /> },
    {
      id: 'bound',
      title: t('overview.bound_until'),
      sort: (row) => row.boundUntil ?? undefined,
      csv: (row) => row.boundUntil ?? '',
      numbers: true,
      cell: (row) => <BoundCell row={row} />,
    },
    { id: 'lockout', title: t('lockout.csv'), csv: (row) => row.forecast?.share_percent ?? '', cell: () => '', fileOnly: true },
  ];
}

function SitesTable({ rows }: { rows: readonly Standing[] }) {
  const i18n = useI18n();
  const { t } = i18n;
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const shown = wanted === '' ? rows : rows.filter((row) => row.name.includes(wanted));
  const search = (
    <input type="search" class="control overview-search" aria-label={t('overview.filter')} placeholder={t('overview.filter')} value={text} onInput={(event) => setText(event.currentTarget.value)} />
  );
  return (
    <Table
      caption={t('overview.sites')}
      columns={columnsOf(i18n)}
      rows={shown}
      rowKey={(row) => row.name}
      fileName="strictgate-sites.csv"
      toolbar={rows.length >= SEARCH_FROM ? search : <Tally rows={rows} />}
      empty={<p class="overview-none muted">{t('overview.no_match', { text })}</p>}
    />
  );
}

function Tally({ rows }: { rows: readonly Standing[] }) {
  const { t } = useI18n();
  const attention = rows.filter(needsAttention).length;
  return (
    <p class="muted small">
      {t('overview.sites_count', { count: rows.length })} · {attention === 0 ? t('overview.all_well') : t('overview.sites_need_attention', { count: attention })}
    </p>
  );
}

export default function OverviewPage() {
  const { t } = useI18n();
  const mayAdd = useMay('operator');
  const status = useQuery('/v1/status');
  const certificates = useQuery('/v1/certificates').data?.certificates;
  const rows = useMemo(() => (status.data === undefined ? [] : standings(status.data, certificates ?? [])), [status.data, certificates]);
  const add = mayAdd && (
    <LinkButton kind="main" icon="add" href={href('/add')}>
      {t('overview.add_site')}
    </LinkButton>
  );
  const acts = (
    <>
      {add}
      <LinkButton icon="chart" href={href('/evidence')}>
        {t('evidence.title')}
      </LinkButton>
    </>
  );
  return (
    <Page title={t('overview.overview')} acts={rows.length > 0 && acts}>
      <Loaded query={status}>
        {(data) => (
          <>
            <InstallationNotices status={data} />
            {rows.length === 0 ? (
              <div class="card">
                <Empty icon="shield" title={t('overview.empty')} act={add}>
                  {t('overview.empty_hint')}
                </Empty>
              </div>
            ) : (
              <SitesTable rows={rows} />
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

// One site at a glance: what wants attention with what to do, its certificate, its promises, its application.
import { useQuery } from '../../api/query';
import { useMay } from '../../api/session';
import type { Certificate, Site, StatusSite } from '../../api/types';
import { useI18n } from '../../i18n';
import { href } from '../../router';
import { type Fact, Facts } from '../../ui/facts';
import { Notice, ServerText } from '../../ui/notice';
import { Loaded } from '../../ui/page';
import { Loading } from '../../ui/progress';
import { Moment } from '../../ui/time';
import { Badge } from '../../ui/verdict';
import { UpstreamHealth } from '../application/health';
import { REDIRECT_WORDS } from '../application/words';
import { forecastWords } from '../evidence/forecast_words';
import { EvidenceFacts } from '../evidence/summary';
import { LadderPicture } from '../overview/ladder';
import { type Severity, type Standing, standings } from '../overview/standing';
import { SEVERITY_TONES, SEVERITY_WORDS, daysLeftWords, findingWords, rungWords, sourceWords } from '../overview/words';
import { SelfCheckCard } from './self_check_card';
import { SiteFrame } from './site_frame';

const NOTICE_TONES: Record<Exclude<Severity, 'good'>, 'block' | 'warn' | 'info'> = { alarm: 'block', warning: 'warn', notice: 'info' };

function Findings({ standing, certificates }: { standing: Standing; certificates: readonly Certificate[] }) {
  const i18n = useI18n();
  const fixes = new Map(certificates.flatMap((certificate) => certificate.problems.map((problem) => [problem.text, problem.fix] as const)));
  return (
    <>
      {standing.findings.map((finding) => {
        const words = findingWords(i18n, finding);
        const fix = fixes.get(finding.text);
        return (
          <Notice key={`${finding.id} ${finding.text}`} tone={NOTICE_TONES[finding.severity]} title={words ?? <ServerText>{finding.text}</ServerText>}>
            {words !== undefined && finding.text !== '' && finding.text !== `${words}.` && (
              <p>
                <ServerText>{finding.text}</ServerText>
              </p>
            )}
            {fix !== undefined && (
              <p>
                <ServerText>{fix}</ServerText>
              </p>
            )}
          </Notice>
        );
      })}
    </>
  );
}

function CertificateCard({ site, standing }: { site: Site; standing: Standing }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { certificate } = site;
  const facts: Fact[] = [
    { name: t('site.valid_until'), value: standing.notAfter !== undefined && <><Moment at={standing.notAfter} /> ({daysLeftWords(i18n, standing.daysLeft)})</> },
    { name: t('site.issuer'), value: certificate.issuer !== undefined && `${certificate.issuer} · ${sourceWords(i18n, certificate.source)}` },
    { name: t('site.names'), value: certificate.names?.join(', ') },
  ];
  return (
    <section class="card stack">
      <h2>{t('overview.certificate')}</h2>
      {certificate.source === 'none' ? <p class="muted">{t('overview.certificate_none')}</p> : <Facts facts={facts} />}
    </section>
  );
}

function HstsCard({ name, standing }: { name: string; standing: Standing }) {
  const i18n = useI18n();
  const { t } = i18n;
  const mayCheck = useMay('operator');
  const facts: Fact[] = [
    { name: t('overview.state'), value: <span class="row"><LadderPicture ladder={standing.ladder} maxAge={standing.maxAge} />{rungWords(i18n, standing)}</span> },
    { name: t('overview.sent'), value: standing.field === null ? t('overview.sent_nothing') : <code>{standing.field}</code> },
    { name: t('overview.bound_until'), value: standing.boundUntil === null ? t('overview.bound_nobody') : <Moment at={standing.boundUntil} as="dateTime" /> },
    { name: t('lockout.title'), value: standing.forecast !== undefined && forecastWords(i18n, standing.forecast) },
  ];
  return (
    <section class="card stack">
      <h2>{t('overview.hsts')}</h2>
      <Facts facts={facts} />
      {mayCheck && <p><a href={href('/check/:name', { name })}>{t('check.from_site')}</a></p>}
    </section>
  );
}

function ApplicationCard({ site, status }: { site: Site; status: StatusSite }) {
  const { t } = useI18n();
  const upstreams = (status.upstreams ?? []).map((upstream) => (
    <li key={`${upstream.prefix} ${upstream.url}`} class="row">
      <code>{upstream.url}</code> <UpstreamHealth upstream={upstream} />
    </li>
  ));
  const facts: Fact[] = [
    { name: t('site.application'), value: upstreams.length > 0 && <ul class="stack-tight">{upstreams}</ul> },
    { name: t('site.names'), value: [site.name, ...(site.aliases ?? [])].join(', ') },
    { name: t('site.redirect'), value: t(REDIRECT_WORDS[site.redirect ?? 'temporary']) },
    { name: t('site.created'), value: <Moment at={site.created} /> },
  ];
  return (
    <section class="card stack">
      <h2>{t('site.application')}</h2>
      <Facts facts={facts} />
    </section>
  );
}

function EvidenceCard({ name }: { name: string }) {
  const { t } = useI18n();
  return (
    <section class="card stack">
      <h2>{t('evidence.summary')}</h2>
      <EvidenceFacts name={name} />
      <p>
        <a href={href('/sites/:name/evidence', { name })}>{t('evidence.look')}</a>
      </p>
    </section>
  );
}

export default function SummaryPage({ values }: { values: Record<string, string> }) {
  const { t } = useI18n();
  const name = values['name'] ?? '';
  const query = useQuery('/v1/sites/{name}', { path: { name } });
  const status = useQuery('/v1/status');
  const certificates = (useQuery('/v1/certificates').data?.certificates ?? []).filter((certificate) => certificate.site === query.data?.name);
  const inStatus = status.data?.sites.find((site) => site.name === query.data?.name);
  const standing = status.data === undefined || inStatus === undefined ? undefined : standings({ ...status.data, sites: [inStatus] }, certificates)[0];
  return (
    <SiteFrame name={query.data?.name ?? name} acts={standing !== undefined && <Badge tone={SEVERITY_TONES[standing.severity]}>{t(SEVERITY_WORDS[standing.severity])}</Badge>}>
      <Loaded query={query}>
        {(site) => (
          <Loaded query={status}>
            {() =>
              standing === undefined || inStatus === undefined ? (
                <Loading />
              ) : (
                <>
                  <Findings standing={standing} certificates={certificates} />
                  <CertificateCard site={site} standing={standing} />
                  <HstsCard name={name} standing={standing} />
                  <SelfCheckCard name={site.name} />
                  <EvidenceCard name={site.name} />
                  <ApplicationCard site={site} status={inStatus} />
                </>
              )
            }
          </Loaded>
        )}
      </Loaded>
    </SiteFrame>
  );
}

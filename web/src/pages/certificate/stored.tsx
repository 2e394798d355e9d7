// One certificate of the site: what is wrong with it, its chain, what it says of itself, how far it has come.
import type { Result } from '../../api/operations';
import { useI18n } from '../../i18n';
import { type Fact, Facts } from '../../ui/facts';
import { Notice, ServerText } from '../../ui/notice';
import { Moment } from '../../ui/time';
import { daysLeftWords } from '../overview/words';
import { Chain, linksOf } from './chain';
import { Journey } from './journey_steps';
import { problemWords } from './problems';
import { nameOf } from './subject';

export type SiteCertificates = Result<'get', '/v1/sites/{name}/certificates'>;
export type StoredCertificate = SiteCertificates['certificates'][number];

const TONES = { alarm: 'block', warning: 'warn', notice: 'info' } as const;

function Problems({ certificate }: { certificate: StoredCertificate }) {
  const i18n = useI18n();
  const renewsItself = typeof certificate.renewal_due === 'string';
  return (
    <>
      {certificate.problems.map((problem) => {
        const words = problemWords(i18n, problem, { days: certificate.days_left, renewsItself, isOrdered: certificate.source === 'acme' && certificate.drawer !== true });
        return (
          <Notice key={`${problem.id} ${problem.text}`} tone={TONES[problem.severity]} title={words.title ?? <ServerText>{problem.text}</ServerText>}>
            {words.title !== undefined && words.particulars !== undefined && (
              <p>
                <ServerText>{words.particulars}</ServerText>
              </p>
            )}
            {words.fix !== undefined && <p class="muted">{words.title === undefined ? <ServerText>{words.fix}</ServerText> : words.fix}</p>}
          </Notice>
        );
      })}
    </>
  );
}

// Who answers instead, for each listening socket that does.
function Mismatches({ certificate }: { certificate: StoredCertificate }) {
  const { t, rich } = useI18n();
  const mismatches = certificate.mismatches ?? [];
  if (mismatches.length === 0) return null;
  return (
    <div class="stack-tight">
      <h4>{t('certificate.mismatches')}</h4>
      <ul class="certificate-plain-list">
        {mismatches.map((mismatch) => (
          <li key={`${mismatch.place} ${mismatch.name}`}>
            <p>{rich('certificate.mismatch_place', { name: <span class="strong">{mismatch.name}</span>, place: <code>{mismatch.place}</code>, since: <Moment at={mismatch.since} as="dateTime" /> })}</p>
            <p class="small muted">
              {mismatch.fingerprint_sha256 === undefined ? (
                <ServerText>{mismatch.why ?? ''}</ServerText>
              ) : (
                t('certificate.mismatch_other', { subject: nameOf(mismatch.subject ?? ''), issuer: nameOf(mismatch.issuer ?? ''), serial: mismatch.serial ?? '' })
              )}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}

function MainFacts({ certificate }: { certificate: StoredCertificate }) {
  const i18n = useI18n();
  const { t } = i18n;
  const facts: Fact[] = [
    {
      name: t('site.valid_until'),
      value: certificate.not_after !== undefined && (
        <>
          <Moment at={certificate.not_after} as="dateTime" /> ({daysLeftWords(i18n, certificate.days_left)})
        </>
      ),
    },
    { name: t('site.names'), value: certificate.names?.join(', ') },
    { name: t('site.issuer'), value: certificate.issuer !== undefined && nameOf(certificate.issuer) },
    { name: t('certificate.renewal'), value: typeof certificate.renewal_due === 'string' ? <>{t('certificate.renewal_itself')} <Moment at={certificate.renewal_due} /></> : t('certificate.renewal_you') },
  ];
  return <Facts facts={facts} />;
}

function MoreFacts({ certificate }: { certificate: StoredCertificate }) {
  const { t } = useI18n();
  const facts: Fact[] = [
    { name: t('certificate.key'), value: certificate.key },
    { name: t('certificate.serial'), value: certificate.serial !== undefined && <code>{certificate.serial}</code> },
    { name: t('certificate.fingerprint'), value: certificate.fingerprint_sha256 !== undefined && <code>{certificate.fingerprint_sha256}</code> },
    { name: t('certificate.valid_from'), value: certificate.not_before !== undefined && <Moment at={certificate.not_before} as="dateTime" /> },
  ];
  return (
    <details class="certificate-details">
      <summary>{t('certificate.details')}</summary>
      <Facts facts={facts} />
    </details>
  );
}

export function Stored({ certificate, title }: { certificate: StoredCertificate; title: string }) {
  const chain = certificate.chain ?? [];
  return (
    <section class="stack" aria-label={title}>
      <h3>{title}</h3>
      <Problems certificate={certificate} />
      <Mismatches certificate={certificate} />
      {chain.length > 0 && <Chain links={linksOf(chain)} />}
      {certificate.drawer !== true && certificate.id !== undefined && <Journey certificate={certificate} />}
      {certificate.fingerprint_sha256 !== undefined && (
        <>
          <MainFacts certificate={certificate} />
          <MoreFacts certificate={certificate} />
        </>
      )}
    </section>
  );
}

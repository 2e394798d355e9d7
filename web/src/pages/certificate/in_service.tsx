// What the visitors of the site are served, by the kind of key, and when that was last seen from outside.
import { client } from '../../api/client';
import { useMay } from '../../api/session';
import { type PlainKey, useI18n } from '../../i18n';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Empty } from '../../ui/empty';
import { ProblemNotice, ServerText } from '../../ui/notice';
import { Moment } from '../../ui/time';
import { announce } from '../../ui/toast';
import { daysLeftWords, sourceWords } from '../overview/words';
import { Export } from './export';
import { type SiteCertificates, Stored, type StoredCertificate } from './stored';

const SIDES: Record<'ecdsa' | 'rsa', PlainKey> = { ecdsa: 'certificate.side_ecdsa', rsa: 'certificate.side_rsa' };

export function useTitleOf(): (certificate: StoredCertificate) => string {
  const i18n = useI18n();
  return (certificate) => (certificate.side === undefined ? i18n.t('overview.certificate') : `${i18n.t(SIDES[certificate.side])}, ${daysLeftWords(i18n, certificate.days_left)}`);
}

function LastLook({ name, certificates, onLooked }: { name: string; certificates: SiteCertificates; onLooked: () => void }) {
  const { t, rich } = useI18n();
  const look = useAction(async () => {
    await client.get('/v1/sites/{name}/certificates', { path: { name }, query: { look: 'true' } });
    announce(t('certificate.looked'));
    onLooked();
  });
  return (
    <div class="stack-tight">
      <div class="row-apart">
        <p class="small muted">
          {certificates.looked === null ? t('certificate.look_never') : rich('certificate.look_last', { moment: <Moment at={certificates.looked} as="relative" /> })}{' '}
          {certificates.look !== undefined && certificates.look !== '' && <ServerText>{certificates.look}</ServerText>}
        </p>
        <Button kind="quiet" icon="live" onClick={look.run} busy={look.busy}>
          {t('certificate.look_now')}
        </Button>
      </div>
      <ProblemNotice problem={look.problem} />
    </div>
  );
}

export function InService({ name, certificates, onLooked }: { name: string; certificates: SiteCertificates; onLooked: () => void }) {
  const i18n = useI18n();
  const { t, rich } = i18n;
  const titleOf = useTitleOf();
  const isOwner = useMay('owner');
  const served = certificates.certificates.filter((certificate) => certificate.drawer !== true && certificate.id !== undefined);
  return (
    <section class="card stack">
      <div class="row-apart">
        <h2>{t('certificate.in_service')}</h2>
        {served.length > 0 && <span class="muted">{sourceWords(i18n, certificates.source)}</span>}
      </div>
      {served.length === 0 ? (
        <Empty icon="certificate" title={t('certificate.none')}>
          {t('certificate.none_hint')}
        </Empty>
      ) : (
        <>
          {certificates.bound_until !== null && <p>{rich('certificate.bound', { moment: <Moment at={certificates.bound_until} as="dateTime" /> })}</p>}
          {served.map((certificate) => (
            <Stored key={certificate.side} certificate={certificate} title={titleOf(certificate)} />
          ))}
          {isOwner && (
            <div class="row">
              <Export site={certificates.site} sides={served.flatMap((certificate) => (certificate.side === undefined ? [] : [certificate.side]))} />
            </div>
          )}
          <LastLook name={name} certificates={certificates} onLooked={onLooked} />
        </>
      )}
    </section>
  );
}

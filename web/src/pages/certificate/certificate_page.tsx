// Site → SSL Certificate: what visitors are served, and the ways to another certificate.
import { useQuery } from '../../api/query';
import { useMay } from '../../api/session';
import { useI18n } from '../../i18n';
import type { PageProps } from '../../routes';
import { Loaded } from '../../ui/page';
import { SiteFrame } from '../site/site_frame';
import './certificate.css';
import { InService } from './in_service';
import { Upload } from './upload';

export default function CertificatePage({ values }: PageProps) {
  const { t } = useI18n();
  const name = values['name'] ?? '';
  const site = useQuery('/v1/sites/{name}', { path: { name } });
  const certificates = useQuery('/v1/sites/{name}/certificates', { path: { name } });
  const mayChange = useMay('operator');
  const again = (): void => {
    site.refetch();
    certificates.refetch();
  };
  return (
    <SiteFrame name={site.data?.name ?? name}>
      <Loaded query={certificates}>{(data) => <InService name={name} certificates={data} onLooked={certificates.refetch} />}</Loaded>
      {mayChange && (
        <Loaded query={site}>
          {(data) => (
            <section class="card stack">
              <h2>{t('certificate.upload')}</h2>
              <p class="muted">{t('certificate.upload_lead')}</p>
              <Upload site={data} onStored={again} />
            </section>
          )}
        </Loaded>
      )}
    </SiteFrame>
  );
}

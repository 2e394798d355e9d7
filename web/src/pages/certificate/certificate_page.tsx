// Site → SSL Certificate: what visitors are served, the ways to another certificate, and one that is kept ready.
import { useState } from 'preact/hooks';
import { useQuery } from '../../api/query';
import { useMay } from '../../api/session';
import type { Site } from '../../api/types';
import { type PlainKey, useI18n } from '../../i18n';
import { href, useLocation } from '../../router';
import type { PageProps } from '../../routes';
import { Loaded } from '../../ui/page';
import { Tabs } from '../../ui/tabs';
import { SiteFrame } from '../site/site_frame';
import { AutomaticWay } from './automatic';
import './certificate.css';
import { Drawer } from './drawer';
import { InService } from './in_service';
import { Local } from './local';
import { type Changed, Outcome } from './outcome';
import { Requests } from './requests';
import { Told } from './told';
import { Upload } from './upload';

const WAYS = ['upload', 'automatic', 'local', 'request'] as const;
type Way = (typeof WAYS)[number];
const TITLES: Record<Way, PlainKey> = { upload: 'ways.upload', automatic: 'ways.automatic', local: 'ways.local', request: 'ways.request' };

function isWay(text: string | null): text is Way {
  return WAYS.some((way) => way === text);
}

// The way that the present certificate came by.
function wayOf(site: Site): Way {
  if (site.acme !== null && site.acme !== undefined) return 'automatic';
  return site.certificate.source === 'local-ca' ? 'local' : 'upload';
}

interface WaysProps {
  site: Site;
  again: () => void;
  changed: Changed | undefined; // what the last change was answered with
  onChanged: (changed: Changed | undefined) => void;
}

function Ways({ site, again, changed, onChanged }: WaysProps) {
  const { t } = useI18n();
  const mayChange = useMay('operator');
  const wanted = useLocation().query.get('way');
  const shown: readonly Way[] = mayChange ? WAYS : WAYS.filter((way) => way !== 'upload');
  const present = wayOf(site);
  const way = isWay(wanted) && shown.includes(wanted) ? wanted : shown.includes(present) ? present : 'automatic';
  const here = href('/sites/:name/certificate', { name: site.name });
  // What was begun in one way stays there while one looks at another.
  return (
    <section class="card stack" aria-label={t('ways.title')}>
      <h2>{t('ways.title')}</h2>
      <Tabs label={t('ways.title')} tabs={shown.map((one) => ({ href: `${here}?way=${one}`, title: t(TITLES[one]), current: one === way }))} />
      <Outcome changed={changed} site={site} onRead={() => onChanged(undefined)} />
      {mayChange && (
        <div hidden={way !== 'upload'} class="stack">
          <p class="muted">{t('certificate.upload_lead')}</p>
          <Upload site={site} onStored={onChanged} />
        </div>
      )}
      <div hidden={way !== 'automatic'}>
        <AutomaticWay site={site} again={again} onChanged={onChanged} />
      </div>
      <div hidden={way !== 'local'}>
        <Local site={site} onStored={onChanged} />
      </div>
      <div hidden={way !== 'request'}>
        <Requests site={site.name} mayChange={mayChange} />
      </div>
    </section>
  );
}

// What came of a change is told where it was made.
type Place = 'ways' | 'drawer';

export default function CertificatePage({ values }: PageProps) {
  const name = values['name'] ?? '';
  const site = useQuery('/v1/sites/{name}', { path: { name } });
  const certificates = useQuery('/v1/sites/{name}/certificates', { path: { name } });
  const mayChange = useMay('operator');
  const [outcome, setOutcome] = useState<{ at: Place; changed: Changed } | undefined>();
  const again = (): void => {
    site.refetch();
    certificates.refetch();
  };
  const changedAt = (at: Place) => (changed: Changed | undefined): void => {
    setOutcome(changed === undefined ? undefined : { at, changed });
    again();
  };
  const outcomeAt = (at: Place): Changed | undefined => (outcome?.at === at ? outcome.changed : undefined);
  return (
    <SiteFrame name={site.data?.name ?? name}>
      <Loaded query={certificates}>{(data) => <InService name={name} certificates={data} onLooked={certificates.refetch} />}</Loaded>
      <Loaded query={site}>{(data) => <Ways site={data} again={again} changed={outcomeAt('ways')} onChanged={changedAt('ways')} />}</Loaded>
      {certificates.data !== undefined && site.data !== undefined && (
        <Drawer certificates={certificates.data} mayChange={mayChange} onChanged={changedAt('drawer')}>
          <Outcome changed={outcomeAt('drawer')} site={site.data} onRead={() => setOutcome(undefined)} />
        </Drawer>
      )}
      {certificates.data !== undefined && <Told certificates={certificates.data} isOrdered={site.data?.acme !== null && site.data?.acme !== undefined} />}
    </SiteFrame>
  );
}

// A certificate of the built-in authority, in one act; and its root, which the visitors' devices need.
import { client, fetchFile } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Site } from '../../api/types';
import { useMay } from '../../api/session';
import { useI18n } from '../../i18n';
import { saveAs } from '../../lib/save';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { ProblemNotice } from '../../ui/notice';
import { announce } from '../../ui/toast';
import { wayOn } from './guarded';
import type { Changed } from './outcome';
import { Refusal } from './refusal';
import { useGuarded } from './use_guarded';

const ROOT_FILE = 'strictgate-root.pem';
const PLACES = ['windows', 'macos', 'linux', 'firefox', 'phones'] as const;

function Root() {
  const { t } = useI18n();
  const save = useAction(async () => saveAs(ROOT_FILE, await fetchFile('get', '/v1/local-ca')));
  return (
    <div class="stack-tight">
      <h3>{t('ways.root')}</h3>
      <p>{t('ways.root_hint')}</p>
      <div class="row">
        <Button icon="download" onClick={save.run} busy={save.busy}>
          {t('ways.root_save')}
        </Button>
      </div>
      <ProblemNotice problem={save.problem} />
      <details class="certificate-details">
        <summary>{t('ways.root_places')}</summary>
        <ul class="certificate-plain-list">
          {PLACES.map((place) => (
            <li key={place}>{t(`ways.root_${place}`)}</li>
          ))}
        </ul>
      </details>
    </div>
  );
}

export function Local({ site, onStored }: { site: Site; onStored: (changed: Changed | undefined) => void }) {
  const { t } = useI18n();
  const mayChange = useMay('operator');
  const { data: certificates } = useQuery('/v1/sites/{name}/certificates', { path: { name: site.name } });
  const isLocal = site.certificate.source === 'local-ca';
  const make = useGuarded(async (permission) => {
    const path = { name: site.name };
    const changed = isLocal ? await client.post('/v1/sites/{name}/certificate/renew', { path, body: {} }) : await client.patch('/v1/sites/{name}', { path, body: { local_ca: true, ...permission } });
    announce(t('certificate.stored', { site: site.name }));
    onStored('applied' in changed ? changed : undefined);
  });
  const act = t(isLocal ? 'ways.local_renew' : 'ways.local_act');
  return (
    <div class="stack">
      <p>{t('ways.local_lead')}</p>
      {mayChange && (
        <>
          <p>{t(isLocal ? 'ways.local_before_renew' : certificates?.certificates.some((one) => one.drawer !== true && one.id !== undefined) === true ? 'ways.local_before_replaces' : 'ways.local_before', { site: site.name })}</p>
          <Refusal site={site.name} guarded={make} act={act} />
          {wayOn(make.problem) === undefined && (
            <div class="row">
              <Button kind={isLocal ? 'plain' : 'main'} onClick={make.run} busy={make.busy}>
                {act}
              </Button>
            </div>
          )}
        </>
      )}
      <Root />
    </div>
  );
}

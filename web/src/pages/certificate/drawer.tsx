// A second certificate, kept ready for the day on which the first one is no good any more: put there, taken out, switched to.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import { useI18n } from '../../i18n';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm';
import { announce } from '../../ui/toast';
import { Entry } from './entry';
import { wayOn } from './guarded';
import { useTitleOf } from './in_service';
import type { Changed } from './outcome';
import { Refusal } from './refusal';
import { type SiteCertificates, Stored, type StoredCertificate } from './stored';
import { useGuarded } from './use_guarded';

function Switch({ site, ready, served, onChanged }: { site: string; ready: readonly StoredCertificate[]; served: readonly StoredCertificate[]; onChanged: (changed: Changed) => void }) {
  const { t, format } = useI18n();
  const [asking, setAsking] = useState(false);
  const act = useGuarded(async (permission) => {
    const changed = await client.post('/v1/sites/{name}/certificates/switch', { path: { name: site }, body: permission });
    setAsking(false);
    announce(t('ways.switched', { site }));
    onChanged(changed);
  });
  const until = ready.flatMap((one) => (one.not_after === undefined ? [] : [one.not_after])).sort()[0];
  const refused = wayOn(act.problem) !== undefined || act.asking;
  return (
    <>
      <Button kind="plain" onClick={() => setAsking(true)}>
        {t('ways.switch')}
      </Button>
      {refused && <Refusal site={site} guarded={act} act={t('ways.switch')} />}
      {asking && !refused && (
        <ConfirmDialog title={t('ways.switch')} act={t('ways.switch')} busy={act.busy} problem={act.problem} onConfirm={() => act.run()} onClose={() => setAsking(false)}>
          <p>{t('ways.switch_will', { site, date: until === undefined ? '–' : format.date(until) })}</p>
          <p>{t(served.length === 0 ? 'ways.switch_empties' : 'ways.switch_back')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function EmptyIt({ site, onChanged }: { site: string; onChanged: (changed: Changed) => void }) {
  const { t } = useI18n();
  const [asking, setAsking] = useState(false);
  const empty = useAction(async () => {
    const changed = await client.delete('/v1/sites/{name}/drawer', { path: { name: site } });
    setAsking(false);
    onChanged(changed);
  });
  return (
    <>
      <Button kind="quiet" onClick={() => setAsking(true)}>
        {t('ways.drawer_empty')}
      </Button>
      {asking && (
        <ConfirmDialog title={t('ways.drawer_empty')} act={t('ways.drawer_empty')} danger busy={empty.busy} problem={empty.problem} onConfirm={() => empty.run()} onClose={() => setAsking(false)}>
          <p>{t('ways.drawer_empty_hint')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

interface DrawerProps {
  certificates: SiteCertificates;
  mayChange: boolean;
  onChanged: (changed: Changed) => void;
  children: ComponentChildren; // what came of the last change
}

export function Drawer({ certificates, mayChange, onChanged, children }: DrawerProps) {
  const { t } = useI18n();
  const titleOf = useTitleOf();
  const [adding, setAdding] = useState(false);
  const { site } = certificates;
  const ready = certificates.certificates.filter((one) => one.drawer === true && one.id !== undefined);
  const served = certificates.certificates.filter((one) => one.drawer !== true && one.id !== undefined);
  return (
    <section class="card stack">
      <h2>{t('ways.drawer')}</h2>
      <p class="muted">{t('ways.drawer_lead')}</p>
      {children}
      {ready.map((certificate) => (
        <Stored key={certificate.side} certificate={certificate} title={titleOf(certificate)} />
      ))}
      {ready.length === 0 && <p>{t('ways.drawer_none')}</p>}
      {mayChange && ready.length > 0 && (
        <div class="row">
          <Switch site={site} ready={ready} served={served} onChanged={onChanged} />
          <EmptyIt site={site} onChanged={onChanged} />
        </div>
      )}
      {mayChange && !adding && (
        <div class="row">
          <Button icon="add" onClick={() => setAdding(true)}>
            {t(ready.length === 0 ? 'ways.drawer_put' : 'ways.drawer_put_other')}
          </Button>
        </div>
      )}
      {mayChange && adding && (
        <Entry
          site={site}
          act={t('ways.drawer_act')}
          actAnyway={t('ways.drawer_act_anyway')}
          before={() => <p>{t('ways.drawer_before')}</p>}
          store={async (material) => {
            const changed = await client.put('/v1/sites/{name}/drawer', { path: { name: site }, body: material });
            announce(t('ways.drawer_stored'));
            setAdding(false);
            onChanged(changed);
          }}
        />
      )}
    </section>
  );
}

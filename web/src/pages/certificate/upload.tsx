// A certificate of one's own, put into service.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import type { Site } from '../../api/types';
import { useI18n } from '../../i18n';
import { Checkbox } from '../../ui/field';
import { announce } from '../../ui/toast';
import { Entry } from './entry';
import type { Changed } from './outcome';
import { type KeepsBeside, keepsBeside } from './beside';

export function Upload({ site, onStored }: { site: Site; onStored: (changed: Changed) => void }) {
  const { t } = useI18n();
  const [chosen, setChosen] = useState<boolean | undefined>();

  function consequence(kind: KeepsBeside): string {
    if (site.acme !== null && site.acme !== undefined) return t('certificate.before_ends_automatic');
    if (site.certificate.source === 'local-ca') return t('certificate.before_ends_local');
    if (site.certificate.source === 'none') return t('certificate.before_first');
    return kind === 'nothing' || chosen === false ? t('certificate.before_replaces') : t('certificate.before_beside');
  }

  return (
    <Entry
      site={site.name}
      act={t('certificate.put_into_service')}
      actAnyway={t('certificate.put_anyway')}
      before={(checked) => {
        const beside = keepsBeside(site, checked.certificate?.key);
        return (
          <div class="stack-tight">
            <p>{t('certificate.before_serve', { site: site.name })} {consequence(beside.kind)}</p>
            {beside.kind !== 'nothing' && (
              <Checkbox label={t(beside.kind === 'rsa' ? 'certificate.beside_rsa' : 'certificate.beside_ecdsa')} hint={t('certificate.beside_hint')} checked={chosen ?? beside.unlessSaid} onChange={setChosen} />
            )}
          </div>
        );
      }}
      store={async (material, checked, permission) => {
        const beside = keepsBeside(site, checked.certificate?.key);
        const changed = await client.patch('/v1/sites/{name}', {
          path: { name: site.name },
          body: { ...material, ...permission, ...(beside.kind !== 'nothing' && { certificate_beside: chosen ?? beside.unlessSaid }) },
        });
        setChosen(undefined);
        if (changed.applied) announce(t('certificate.stored', { site: site.name }));
        else announce(t('certificate.stored_not_applied', { site: site.name }), 'warn');
        onStored(changed);
      }}
    />
  );
}

// The certificate is replaced by a new one first, so that nobody is shut out, and then revoked.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import { useI18n } from '../../i18n';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm';
import { Select } from '../../ui/field';

type Reason = 'unspecified' | 'key-compromise' | 'superseded' | 'cessation';

export function Revoke({ site, again }: { site: string; again: () => void }) {
  const { t } = useI18n();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState<Reason>('key-compromise');
  const revoke = useAction(async () => {
    await client.post('/v1/sites/{name}/certificate/revoke', { path: { name: site }, body: { reason } });
    setAsking(false);
    again();
  });
  return (
    <>
      <Button kind="quiet" onClick={() => setAsking(true)}>
        {t('ways.revoke')} …
      </Button>
      {asking && (
        <ConfirmDialog title={t('ways.revoke')} act={t('ways.revoke')} danger typed={site} busy={revoke.busy} problem={revoke.problem} onConfirm={() => revoke.run()} onClose={() => setAsking(false)}>
          <p>{t('ways.revoke_will', { site })}</p>
          <Select
            label={t('ways.revoke_reason')}
            value={reason}
            onChange={setReason}
            choices={[
              { value: 'key-compromise', label: t('ways.revoke_key_compromise') },
              { value: 'superseded', label: t('ways.revoke_superseded') },
              { value: 'cessation', label: t('ways.revoke_cessation') },
              { value: 'unspecified', label: t('ways.revoke_unspecified') },
            ]}
          />
        </ConfirmDialog>
      )}
    </>
  );
}

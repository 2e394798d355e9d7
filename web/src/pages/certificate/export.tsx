// A certificate with its key, to take away: encrypted under a password, and for owners only.
import { useState } from 'preact/hooks';
import { fetchFile } from '../../api/client';
import { useI18n } from '../../i18n';
import { saveAs } from '../../lib/save';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Dialog, DialogActs } from '../../ui/dialog';
import { Form, PasswordField, Select } from '../../ui/field';
import { ProblemNotice } from '../../ui/notice';

type Side = 'ecdsa' | 'rsa';
const PASSWORD = 'password';
// As the API has it.
const PASSWORD_SIZE_MIN = 8;

function ExportDialog({ site, sides, onClose }: { site: string; sides: readonly Side[]; onClose: () => void }) {
  const { t } = useI18n();
  const [side, setSide] = useState<Side>(sides[0] ?? 'ecdsa');
  const [password, setPassword] = useState('');
  const [short, setShort] = useState(false);
  const save = useAction(async () => {
    saveAs(`${site}.p12`, await fetchFile('post', '/v1/sites/{name}/certificates/export', { path: { name: site }, body: { password, side } }));
    onClose();
  });
  function submit(): void {
    const isShort = new TextEncoder().encode(password).length < PASSWORD_SIZE_MIN;
    setShort(isShort);
    if (!isShort) save.run();
  }
  return (
    <Dialog title={t('ways.export')} onClose={onClose} busy={save.busy}>
      <Form onSubmit={submit}>
        <p>{t('ways.export_will')}</p>
        {sides.length > 1 && (
          <Select
            label={t('ways.export_which')}
            value={side}
            onChange={setSide}
            choices={[
              { value: 'ecdsa', label: t('certificate.side_ecdsa') },
              { value: 'rsa', label: t('certificate.side_rsa') },
            ]}
          />
        )}
        <PasswordField
          label={t('ways.export_password')}
          hint={t('ways.export_password_hint')}
          autocomplete="new-password"
          value={password}
          onInput={setPassword}
          error={short ? t('session.password_short', { count: PASSWORD_SIZE_MIN }) : undefined}
          problem={ofField(save.problem, PASSWORD)}
        />
        <ProblemNotice problem={ofNoField(save.problem, [PASSWORD])} />
        <DialogActs act={t('ways.export_act')} busy={save.busy} onClose={onClose} />
      </Form>
    </Dialog>
  );
}

export function Export({ site, sides }: { site: string; sides: readonly Side[] }) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="quiet" icon="download" onClick={() => setOpen(true)}>
        {t('ways.export')} …
      </Button>
      {open && <ExportDialog site={site} sides={sides} onClose={() => setOpen(false)} />}
    </>
  );
}

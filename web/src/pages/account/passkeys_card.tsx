// Passkeys: signing in with the device's own lock. They belong to the name by which the panel was opened.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import { passkeysPossible } from '../../api/passkey';
import { makePasskey } from '../../api/passkey_make';
import { useQuery } from '../../api/query';
import { askSession } from '../../api/session';
import { type PlainKey, useI18n } from '../../i18n';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm';
import { Dialog, DialogActs } from '../../ui/dialog';
import { Form, PasswordField, TextField } from '../../ui/field';
import { Notice, ProblemNotice } from '../../ui/notice';
import { Loaded } from '../../ui/page';
import { Moment } from '../../ui/time';
import { announce } from '../../ui/toast';
import { exceptWrong, wrongPassword } from './wrong_password';
import './account.css';

interface Passkey {
  id: number;
  label: string;
  rp_id: string;
  created: string;
  last_used: string | null;
}

const FAULTS: Record<'given_up' | 'there_already' | 'failed', PlainKey> = {
  given_up: 'account.passkey_given_up',
  there_already: 'account.passkey_there',
  failed: 'session.passkey_failed',
};

function AddDialog({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const { t } = useI18n();
  const [label, setLabel] = useState('');
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<PlainKey | undefined>();
  const [missing, setMissing] = useState(false);
  const make = useAction(async () => {
    setFault(undefined);
    const outcome = await makePasskey(password, label.trim());
    if (outcome !== 'made') {
      setFault(FAULTS[outcome]);
      return;
    }
    announce(t('account.passkey_made'));
    onMade();
    onClose();
    await askSession();
  });
  return (
    <Dialog title={t('account.passkey_add')} onClose={onClose} busy={make.busy}>
      <Form
        onSubmit={() => {
          setMissing(label.trim() === '');
          if (label.trim() !== '') make.run();
        }}
      >
        <p>{t('account.passkey_add_what')}</p>
        <TextField
          label={t('account.passkey_label')}
          hint={t('account.passkey_label_hint')}
          value={label}
          onInput={setLabel}
          maxLength={64}
          autocomplete="off"
          error={missing ? t('account.passkey_label_needed') : undefined}
          problem={ofField(make.problem, 'label')}
        />
        <PasswordField
          label={t('account.your_password')}
          value={password}
          onInput={setPassword}
          autocomplete="current-password"
          error={wrongPassword(make.problem) ? t('account.password_wrong') : undefined}
          problem={ofField(make.problem, 'password')}
        />
        {fault !== undefined && <Notice tone="warn" alert title={t(fault)} />}
        <ProblemNotice problem={ofNoField(exceptWrong(make.problem), ['label', 'password'])} />
        <DialogActs act={t('account.passkey_act')} busy={make.busy} onClose={onClose} />
      </Form>
    </Dialog>
  );
}

function RemoveDialog({ passkey, onClose, onRemoved }: { passkey: Passkey; onClose: () => void; onRemoved: () => void }) {
  const { t } = useI18n();
  const remove = useAction(async () => {
    await client.delete('/v1/account/passkeys/{name}', { path: { name: String(passkey.id) } });
    announce(t('account.passkey_removed', { label: passkey.label }));
    onRemoved();
    onClose();
    await askSession();
  });
  return (
    <ConfirmDialog title={t('account.passkey_remove', { label: passkey.label })} act={t('account.passkey_remove_act')} danger busy={remove.busy} problem={remove.problem} onConfirm={() => remove.run()} onClose={onClose}>
      <p>{t('account.passkey_remove_what')}</p>
    </ConfirmDialog>
  );
}

function ByName() {
  const { rich } = useI18n();
  const { port, hash } = window.location;
  const there = `http://localhost${port === '' ? '' : `:${port}`}/${hash}`;
  return (
    <Notice tone="info">
      <p>{rich('session.passkey_by_name', { link: <a href={there}>{`localhost${port === '' ? '' : `:${port}`}`}</a> })}</p>
    </Notice>
  );
}

export function PasskeysCard() {
  const { t, rich } = useI18n();
  const query = useQuery('/v1/account/passkeys');
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Passkey | undefined>();
  return (
    <section class="card stack">
      <h2>{t('account.passkeys')}</h2>
      <p class="muted">{t('account.passkeys_what')}</p>
      <Loaded query={query}>
        {(data) =>
          data.passkeys.length === 0 ? (
            <p>{t('account.passkeys_none')}</p>
          ) : (
            <ul class="account-keys">
              {data.passkeys.map((passkey) => (
                <li key={passkey.id} class="row-apart">
                  <div class="stack-tight">
                    <span class="strong">{passkey.label}</span>
                    <span class="small muted">
                      {passkey.rp_id} · {rich('account.passkey_created', { date: <Moment at={passkey.created} /> })} ·{' '}
                      {passkey.last_used === null ? t('account.passkey_unused') : rich('account.passkey_used', { when: <Moment at={passkey.last_used} as="relative" /> })}
                    </span>
                  </div>
                  <Button label={t('account.passkey_remove', { label: passkey.label })} onClick={() => setRemoving(passkey)}>
                    {t('account.remove')}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {passkeysPossible() ? (
        <div class="row">
          <Button icon="add" onClick={() => setAdding(true)}>
            {t('account.passkey_add')}
          </Button>
        </div>
      ) : (
        <ByName />
      )}
      {adding && <AddDialog onClose={() => setAdding(false)} onMade={query.refetch} />}
      {removing !== undefined && <RemoveDialog passkey={removing} onClose={() => setRemoving(undefined)} onRemoved={query.refetch} />}
    </section>
  );
}

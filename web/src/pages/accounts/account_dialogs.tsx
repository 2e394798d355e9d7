// What an owner does with the accounts of others: add, give another role or a way in again, remove.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import type { Role } from '../../api/session';
import { type PlainKey, useI18n } from '../../i18n';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { ConfirmDialog } from '../../ui/confirm';
import { Dialog, DialogActs } from '../../ui/dialog';
import { Checkbox, type Choice, Form, PasswordField, Radios, TextField } from '../../ui/field';
import { ProblemNotice } from '../../ui/notice';
import { announce } from '../../ui/toast';
import { ROLE_WORDS } from '../door/account_menu';
import { PASSWORD_LENGTH_MIN, passwordIsShort } from '../door/password_rule';
import type { Account } from './last_owner';

const ROLES: readonly Role[] = ['viewer', 'operator', 'owner'];
const ROLE_HINTS: Record<Role, PlainKey> = { viewer: 'account.viewer_may', operator: 'account.operator_may', owner: 'account.owner_may' };

interface DialogProps {
  onClose: () => void;
  onDone: () => void;
}

function useRoles(): Choice<Role>[] {
  const { t } = useI18n();
  return ROLES.map((role) => ({ value: role, label: t(ROLE_WORDS[role]), hint: t(ROLE_HINTS[role]) }));
}

export function AddDialog({ onClose, onDone }: DialogProps) {
  const { t } = useI18n();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const [password, setPassword] = useState('');
  const [faults, setFaults] = useState<{ name?: string; password?: string }>({});
  const add = useAction(async () => {
    const added = await client.post('/v1/accounts', { body: { name: name.trim(), role, password } });
    announce(t('account.added', { name: added.name }));
    onDone();
    onClose();
  });

  function submit(): void {
    const found = {
      ...(name.trim() === '' && { name: t('account.name_needed') }),
      ...(passwordIsShort(password) && { password: t('session.password_short', { count: PASSWORD_LENGTH_MIN }) }),
    };
    setFaults(found);
    if (Object.keys(found).length === 0) add.run();
  }

  return (
    <Dialog title={t('account.add')} onClose={onClose} busy={add.busy}>
      <Form onSubmit={submit}>
        <TextField label={t('session.name')} hint={t('account.name_hint')} value={name} onInput={setName} technical autocomplete="off" maxLength={64} error={faults.name} problem={ofField(add.problem, 'name')} />
        <Radios legend={t('account.role')} value={role} onChange={setRole} choices={useRoles()} />
        <PasswordField
          label={t('account.first_password')}
          hint={t('account.first_password_hint', { count: PASSWORD_LENGTH_MIN })}
          value={password}
          onInput={setPassword}
          autocomplete="new-password"
          error={faults.password}
          problem={ofField(add.problem, 'password')}
        />
        <ProblemNotice problem={ofNoField(add.problem, ['name', 'password'])} />
        <DialogActs act={t('account.add_act')} busy={add.busy} onClose={onClose} />
      </Form>
    </Dialog>
  );
}

export function RoleDialog({ account, onClose, onDone }: DialogProps & { account: Account }) {
  const { t } = useI18n();
  const [role, setRole] = useState<Role>(account.role);
  const change = useAction(async () => {
    if (role !== account.role) {
      await client.patch('/v1/accounts/{name}', { path: { name: account.name }, body: { role } });
      announce(t('account.role_changed', { name: account.name, role: t(ROLE_WORDS[role]) }));
      onDone();
    }
    onClose();
  });
  return (
    <Dialog title={t('account.role_of', { name: account.name })} onClose={onClose} busy={change.busy}>
      <Form onSubmit={() => change.run()}>
        <Radios legend={t('account.role')} value={role} onChange={setRole} choices={useRoles()} />
        <p class="muted small">{t('account.ends_sessions')}</p>
        <ProblemNotice problem={change.problem} />
        <DialogActs act={t('account.role_act')} busy={change.busy} onClose={onClose} />
      </Form>
    </Dialog>
  );
}

export function ResetDialog({ account, onClose, onDone }: DialogProps & { account: Account }) {
  const { t } = useI18n();
  const [password, setPassword] = useState('');
  const [totp, setTotp] = useState(false);
  const [passkeys, setPasskeys] = useState(false);
  const [fault, setFault] = useState<string | undefined>();
  const keys = totp || passkeys;
  const reset = useAction(async () => {
    const body = { ...(password !== '' && { password }), ...(totp && { totp: false as const }), ...(passkeys && { passkeys: false as const }) };
    await client.patch('/v1/accounts/{name}', { path: { name: account.name }, body });
    announce(t('account.reset_done', { name: account.name }));
    onDone();
    onClose();
  });

  function submit(): void {
    const isShort = passwordIsShort(password) && !(keys && password === '');
    setFault(isShort ? t('session.password_short', { count: PASSWORD_LENGTH_MIN }) : undefined);
    if (!isShort) reset.run();
  }

  return (
    <Dialog title={t('account.reset_of', { name: account.name })} onClose={onClose} busy={reset.busy}>
      <Form onSubmit={submit}>
        <p>{t('account.reset_what')}</p>
        <PasswordField label={t('account.new_password')} hint={t('account.first_password_hint', { count: PASSWORD_LENGTH_MIN })} value={password} onInput={setPassword} autocomplete="new-password" optional={keys} error={fault} problem={ofField(reset.problem, 'password')} />
        {account.totp && <Checkbox label={t('account.reset_totp')} hint={t('account.reset_totp_hint')} checked={totp} onChange={setTotp} />}
        {account.passkeys > 0 && <Checkbox label={t('account.reset_passkeys')} checked={passkeys} onChange={setPasskeys} />}
        <p class="muted small">{t('account.ends_sessions')}</p>
        <ProblemNotice problem={ofNoField(reset.problem, ['password'])} />
        <DialogActs act={t('account.reset_act')} busy={reset.busy} onClose={onClose} />
      </Form>
    </Dialog>
  );
}

export function RemoveDialog({ account, onClose, onDone }: DialogProps & { account: Account }) {
  const { t } = useI18n();
  const remove = useAction(async () => {
    await client.delete('/v1/accounts/{name}', { path: { name: account.name } });
    announce(t('account.removed', { name: account.name }));
    onDone();
    onClose();
  });
  return (
    <ConfirmDialog title={t('account.remove_of', { name: account.name })} act={t('account.remove_act')} danger typed={account.name} busy={remove.busy} problem={remove.problem} onConfirm={() => remove.run()} onClose={onClose}>
      <p>{t('account.remove_what')}</p>
    </ConfirmDialog>
  );
}

// One-time codes: the password gives a secret, the app makes codes of it, and only when one was typed do they count.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import { askSession } from '../../api/session';
import { useI18n } from '../../i18n';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Dialog, DialogActs } from '../../ui/dialog';
import { Form, PasswordField, TextField } from '../../ui/field';
import { ProblemNotice } from '../../ui/notice';
import { announce } from '../../ui/toast';
import { Badge } from '../../ui/verdict';
import { Qr } from './qr';
import { exceptWrong, wrongPassword } from './wrong_password';

interface Secret {
  secret: string;
  uri: string;
}

// In groups of four, as one reads it out.
function grouped(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ');
}

function ConfirmForm({ given, onClose }: { given: Secret; onClose: () => void }) {
  const { t } = useI18n();
  const [code, setCode] = useState('');
  const [missing, setMissing] = useState(false);
  const confirm = useAction(async () => {
    await client.post('/v1/account/totp', { body: { code: code.replaceAll(/\s/g, '') } });
    announce(t('account.totp_on'));
    onClose();
    await askSession();
  });
  return (
    <Form
      onSubmit={() => {
        setMissing(code.trim() === '');
        if (code.trim() !== '') confirm.run();
      }}
    >
      <p>{t('account.totp_scan')}</p>
      <Qr text={given.uri} label={t('account.totp_qr')} />
      <p class="small">
        {t('account.totp_type')} <code>{grouped(given.secret)}</code>
      </p>
      <TextField
        label={t('session.code')}
        hint={t('account.totp_code_hint')}
        value={code}
        onInput={setCode}
        autocomplete="one-time-code"
        inputMode="numeric"
        technical
        error={missing ? t('account.totp_code_needed') : undefined}
        problem={ofField(confirm.problem, 'code')}
      />
      <ProblemNotice problem={ofNoField(confirm.problem, ['code'])} />
      <DialogActs act={t('account.totp_confirm')} busy={confirm.busy} onClose={onClose} />
    </Form>
  );
}

function StartDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const [given, setGiven] = useState<Secret | undefined>();
  const [password, setPassword] = useState('');
  const start = useAction(async () => {
    const answer = await client.post('/v1/account/totp', { body: { password } });
    if ('secret' in answer) setGiven({ secret: answer.secret, uri: answer.uri });
  });
  return (
    <Dialog title={t('account.totp_start')} onClose={onClose} busy={start.busy}>
      {given !== undefined ? (
        <ConfirmForm given={given} onClose={onClose} />
      ) : (
        <Form onSubmit={() => start.run()}>
          <p>{t('account.password_for_keys')}</p>
          <PasswordField
            label={t('account.your_password')}
            value={password}
            onInput={setPassword}
            autocomplete="current-password"
            error={wrongPassword(start.problem) ? t('account.password_wrong') : undefined}
            problem={ofField(start.problem, 'password')}
          />
          <ProblemNotice problem={ofNoField(exceptWrong(start.problem), ['password'])} />
          <DialogActs act={t('account.next')} busy={start.busy} onClose={onClose} />
        </Form>
      )}
    </Dialog>
  );
}

function RemoveDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const [password, setPassword] = useState('');
  const remove = useAction(async () => {
    await client.delete('/v1/account/totp', { body: { password } });
    announce(t('account.totp_off'));
    onClose();
    await askSession();
  });
  return (
    <Dialog title={t('account.totp_remove')} onClose={onClose} busy={remove.busy}>
      <Form onSubmit={() => remove.run()}>
        <p>{t('account.totp_remove_what')}</p>
        <PasswordField
          label={t('account.your_password')}
          value={password}
          onInput={setPassword}
          autocomplete="current-password"
          error={wrongPassword(remove.problem) ? t('account.password_wrong') : undefined}
          problem={ofField(remove.problem, 'password')}
        />
        <ProblemNotice problem={ofNoField(exceptWrong(remove.problem), ['password'])} />
        <DialogActs act={t('account.totp_remove')} kind="danger" busy={remove.busy} onClose={onClose} />
      </Form>
    </Dialog>
  );
}

export function TotpCard({ active }: { active: boolean }) {
  const { t } = useI18n();
  const [open, setOpen] = useState<'start' | 'remove' | undefined>();
  const close = (): void => setOpen(undefined);
  return (
    <section class="card stack">
      <div class="row-apart">
        <h2>{t('account.totp')}</h2>
        <Badge tone={active ? 'pass' : 'neutral'}>{active ? t('account.totp_active') : t('account.totp_inactive')}</Badge>
      </div>
      <p class="muted">{t('account.totp_what')}</p>
      <div class="row">
        {active ? <Button onClick={() => setOpen('remove')}>{t('account.totp_remove')}</Button> : <Button onClick={() => setOpen('start')}>{t('account.totp_start')}</Button>}
      </div>
      {open === 'start' && <StartDialog onClose={close} />}
      {open === 'remove' && <RemoveDialog onClose={close} />}
    </section>
  );
}

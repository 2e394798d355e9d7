// Over whatever is open, when the server wants a fresh proof (api/proof.ts): the password, with the code where the account
// has them, or a passkey. What was asked for goes on by itself then; closing it leaves everything as it was.
import { useEffect, useRef, useState } from 'preact/hooks';
import { passkeysPossible, proveByPasskey } from '../../api/passkey';
import { ApiError, type Problem } from '../../api/problem';
import { type ProofAsked, proofAsked } from '../../api/proof';
import { type Account, prove } from '../../api/session';
import { useI18n } from '../../i18n';
import { useStore } from '../../lib/store';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Form, PasswordField, TextField } from '../../ui/field';
import { Notice, ProblemNotice } from '../../ui/notice';

const CODE_WRONG = 'totp_needed';
const WRONG = 'wrong_credentials';

// What is said at a field is not said again below.
function elsewhere(problem: Problem | undefined): Problem | undefined {
  return problem?.code === CODE_WRONG || problem?.code === WRONG ? undefined : problem;
}

function PasskeyPart({ onGiven }: { onGiven: () => void }) {
  const { t } = useI18n();
  const [said, setSaid] = useState<'unused' | 'failed' | undefined>();
  const passkey = useAction(async () => {
    setSaid(undefined);
    try {
      if (await proveByPasskey()) onGiven();
      else setSaid('unused');
    } catch (error) {
      if (error instanceof ApiError) throw error;
      setSaid('failed');
    }
  });
  return (
    <div class="stack">
      <Button icon="key" onClick={passkey.run} busy={passkey.busy}>
        {t('proof.passkey')}
      </Button>
      {said !== undefined && (
        <Notice tone={said === 'unused' ? 'info' : 'warn'} alert>
          <p>{said === 'unused' ? t('session.passkey_unused') : t('session.passkey_failed')}</p>
        </Notice>
      )}
      {passkey.problem?.code === WRONG ? <Notice tone="block" alert title={t('proof.wrong_passkey')} /> : <ProblemNotice problem={passkey.problem} />}
    </div>
  );
}

function Asking({ account, asked }: { account: Account; asked: ProofAsked }) {
  const { t } = useI18n();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [faults, setFaults] = useState<{ password?: string; code?: string }>({});
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const give = useAction(async () => {
    await prove({ password, ...(account.totp && { totp: code.replaceAll(/\s/g, '') }) });
    asked.end(true);
  });

  function submit(): void {
    const found = { ...(password === '' && { password: t('session.password_needed') }), ...(account.totp && code.trim() === '' && { code: t('session.code_hint') }) };
    setFaults(found);
    if (Object.keys(found).length === 0) give.run();
  }

  return (
    <Dialog title={t('proof.title')} onClose={() => asked.end(false)}>
      <p>{t('proof.lead', { name: account.name })}</p>
      <Form onSubmit={submit}>
        <PasswordField
          inputRef={first}
          label={t('session.password')}
          value={password}
          onInput={setPassword}
          autocomplete="current-password"
          error={give.problem?.code === WRONG ? t('proof.wrong') : faults.password}
        />
        {account.totp && (
          <TextField
            label={t('session.code')}
            hint={t('session.code_hint')}
            value={code}
            onInput={setCode}
            autocomplete="one-time-code"
            inputMode="numeric"
            technical
            error={give.problem?.code === CODE_WRONG ? t('session.code_wrong') : faults.code}
          />
        )}
        <ProblemNotice problem={elsewhere(give.problem)} />
        <div class="dialog-acts">
          <Button onClick={() => asked.end(false)}>{t('common.cancel')}</Button>
          <Button type="submit" kind="main" busy={give.busy}>
            {t('proof.act')}
          </Button>
        </div>
      </Form>
      {account.passkeys > 0 && passkeysPossible() && <PasskeyPart onGiven={() => asked.end(true)} />}
    </Dialog>
  );
}

export function ProofDialog({ account }: { account: Account }) {
  const asked = useStore(proofAsked);
  return asked === undefined ? null : <Asking account={account} asked={asked} />;
}

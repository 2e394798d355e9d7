// Signing in: a name and a password, then a code where the account asks for one; or a passkey. The same page comes up over
// what was open when a session ends.
import { useRef, useState } from 'preact/hooks';
import { passkeysPossible, signInByPasskey } from '../../api/passkey';
import { ApiError, type Problem } from '../../api/problem';
import { signIn } from '../../api/session';
import { useI18n } from '../../i18n';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Form, PasswordField, TextField } from '../../ui/field';
import { useFocusFirst } from '../../ui/keep_focus';
import { Doorway } from '../../ui/layout';
import { Notice, ProblemNotice } from '../../ui/notice';
import { LanguageLinks } from './choices';

const TOTP_NEEDED = 'totp_needed';
const WRONG = 'wrong_credentials';

// A server that asks for the code says so by a problem, which is none to whoever signs in. It says the same of a code that
// is not right.
function realProblem(problem: Problem | undefined): Problem | undefined {
  return problem?.code === TOTP_NEEDED ? undefined : problem;
}

function PasskeyPart() {
  const { t, rich } = useI18n();
  const [failed, setFailed] = useState(false);
  const [unused, setUnused] = useState(false);
  const passkey = useAction(async () => {
    setFailed(false);
    setUnused(false);
    try {
      setUnused(!(await signInByPasskey()));
    } catch (error) {
      if (error instanceof ApiError) throw error;
      setFailed(true);
    }
  });
  if (typeof PublicKeyCredential !== 'function') return null;
  if (!passkeysPossible()) {
    const byName = `http://localhost${location.port === '' ? '' : `:${location.port}`}/`;
    if (location.protocol !== 'http:') return null;
    return <p class="muted small">{rich('session.passkey_by_name', { link: <a href={byName}>{byName}</a> })}</p>;
  }
  return (
    <div class="stack">
      <Button icon="key" onClick={passkey.run} busy={passkey.busy}>
        {t('session.passkey')}
      </Button>
      {unused && (
        <Notice tone="info" alert>
          <p>{t('session.passkey_unused')}</p>
        </Notice>
      )}
      {failed && (
        <Notice tone="warn" alert>
          <p>{t('session.passkey_failed')}</p>
        </Notice>
      )}
      <ProblemNotice problem={passkey.problem} />
    </div>
  );
}

export function SignInPage({ ended, name: known = '' }: { ended: boolean; name?: string }) {
  const { t, rich } = useI18n();
  const [name, setName] = useState(known);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [codeAsked, setCodeAsked] = useState(false);
  const [codeWrong, setCodeWrong] = useState(false);
  const [faults, setFaults] = useState<{ name?: string; password?: string }>({});
  const first = useRef<HTMLInputElement>(null);
  const enter = useAction(async () => {
    try {
      await signIn({ name: name.trim(), password, ...(codeAsked && { totp: code.replaceAll(/\s/g, '') }) });
    } catch (error) {
      if (error instanceof ApiError && error.problem.code === TOTP_NEEDED) {
        setCodeWrong(codeAsked);
        setCodeAsked(true);
      }
      throw error;
    }
  });
  useFocusFirst(first, codeAsked);

  function submit(): void {
    const found = { ...(name.trim() === '' && { name: t('session.name_needed') }), ...(password === '' && { password: t('session.password_needed') }) };
    setFaults(found);
    if (Object.keys(found).length === 0) enter.run();
  }

  const problem = realProblem(enter.problem);
  const wrong = problem?.code === WRONG;
  return (
    <Doorway title={codeAsked ? t('session.code_title') : t('session.sign_in')} below={<LanguageLinks />}>
      {ended && (
        <Notice tone="info">
          <p>{t('session.ended')}</p>
        </Notice>
      )}
      {codeAsked ? (
        <Form onSubmit={() => enter.run()}>
          <TextField
            inputRef={first}
            label={t('session.code')}
            hint={t('session.code_hint')}
            value={code}
            onInput={setCode}
            autocomplete="one-time-code"
            inputMode="numeric"
            technical
            error={codeWrong ? t('session.code_wrong') : undefined}
          />
          {wrong ? <Notice tone="block" alert title={t('session.wrong')} /> : <ProblemNotice problem={problem} />}
          <Button type="submit" kind="main" busy={enter.busy}>
            {t('session.sign_in')}
          </Button>
          <Button
            kind="quiet"
            onClick={() => {
              setCodeAsked(false);
              setCode('');
              setCodeWrong(false);
              setPassword('');
              enter.clear();
            }}
          >
            {t('session.other_account')}
          </Button>
        </Form>
      ) : (
        <>
          <Form onSubmit={submit}>
            <TextField inputRef={first} label={t('session.name')} value={name} onInput={setName} autocomplete="username" technical error={faults.name} />
            <PasswordField label={t('session.password')} value={password} onInput={setPassword} autocomplete="current-password" error={faults.password} />
            {wrong ? <Notice tone="block" alert title={t('session.wrong')} /> : <ProblemNotice problem={problem} />}
            <Button type="submit" kind="main" busy={enter.busy}>
              {t('session.sign_in')}
            </Button>
          </Form>
          <PasskeyPart />
          <p class="muted small">{rich('session.no_way_in', { command: <code>strictgate admin reset</code> })}</p>
        </>
      )}
    </Doorway>
  );
}

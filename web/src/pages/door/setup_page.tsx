// The first account, by the one-time link; without it, how to come by one.
import { useRef, useState } from 'preact/hooks';
import { setUp } from '../../api/session';
import { useI18n } from '../../i18n';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Form, PasswordField, TextField } from '../../ui/field';
import { useFocusFirst } from '../../ui/keep_focus';
import { Doorway } from '../../ui/layout';
import { Notice, ProblemNotice } from '../../ui/notice';
import { LanguageLinks } from './choices';
import { PASSWORD_LENGTH_MIN, passwordIsShort } from './password_rule';
import { setupToken } from './setup_token';

// The link was used, replaced by another, or has run out; with 409 somebody has made the first account meanwhile.
const TOKEN_IS_OVER = 'setup_token';

interface Faults {
  name?: string;
  password?: string;
  again?: string;
}

function WithLink({ token }: { token: string }) {
  const { t } = useI18n();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [faults, setFaults] = useState<Faults>({});
  const create = useAction(() => setUp({ token, name: name.trim(), password }));
  // As at the sign-in: there is nothing else to be done here.
  const first = useRef<HTMLInputElement>(null);
  useFocusFirst(first);
  const tokenIsOver = create.problem !== undefined && (create.problem.code === TOKEN_IS_OVER || create.problem.status === 409);

  function submit(): void {
    const found: Faults = {
      ...(name.trim() === '' && { name: t('session.name_needed') }),
      ...(passwordIsShort(password) && { password: t('session.password_short', { count: PASSWORD_LENGTH_MIN }) }),
      ...(again !== password && { again: t('session.password_differs') }),
    };
    setFaults(found);
    if (Object.keys(found).length === 0) create.run();
  }

  return (
    <Form onSubmit={submit}>
      <p class="muted">{t('session.setup_lead')}</p>
      <TextField label={t('session.name')} hint={t('session.setup_name_hint')} value={name} onInput={setName} inputRef={first} autocomplete="username" technical maxLength={64} error={faults.name} problem={ofField(create.problem, 'name')} />
      <PasswordField
        label={t('session.password')}
        hint={t('session.password_hint', { count: PASSWORD_LENGTH_MIN })}
        value={password}
        onInput={setPassword}
        autocomplete="new-password"
        error={faults.password}
        problem={ofField(create.problem, 'password')}
      />
      <PasswordField label={t('session.password_again')} value={again} onInput={setAgain} autocomplete="new-password" error={faults.again} />
      {tokenIsOver ? (
        <Notice tone="block" alert>
          <p>{t('session.link_used')}</p>
        </Notice>
      ) : (
        <ProblemNotice problem={ofNoField(create.problem, ['name', 'password'])} />
      )}
      <Button type="submit" kind="main" busy={create.busy}>
        {t('session.setup_act')}
      </Button>
    </Form>
  );
}

export function SetupPage() {
  const { t } = useI18n();
  const token = setupToken();
  return (
    <Doorway title={t('session.setup')} below={<LanguageLinks />}>
      {token === undefined ? (
        <>
          <p>{t('session.setup_link_needed')}</p>
          <p>{t('session.setup_link_again')}</p>
          <pre class="sample">strictgate admin link</pre>
        </>
      ) : (
        <WithLink token={token} />
      )}
    </Doorway>
  );
}

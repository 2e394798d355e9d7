// One's own password: the present one is asked for, so that whoever finds a browser signed in does not get the account.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import { askSession } from '../../api/session';
import { useI18n } from '../../i18n';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Form, PasswordField } from '../../ui/field';
import { ProblemNotice } from '../../ui/notice';
import { announce } from '../../ui/toast';
import { PASSWORD_LENGTH_MIN, passwordIsShort } from '../door/password_rule';
import { exceptWrong, wrongPassword } from './wrong_password';

interface Faults {
  old?: string;
  password?: string;
  again?: string;
}

export function PasswordCard({ name }: { name: string }) {
  const { t } = useI18n();
  const [old, setOld] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [faults, setFaults] = useState<Faults>({});
  const change = useAction(async () => {
    await client.patch('/v1/account', { body: { old_password: old, password } });
    for (const empty of [setOld, setPassword, setAgain]) empty('');
    announce(t('account.password_changed'));
    await askSession();
  });

  function submit(): void {
    const found: Faults = {
      ...(old === '' && { old: t('session.password_needed') }),
      ...(passwordIsShort(password) && { password: t('session.password_short', { count: PASSWORD_LENGTH_MIN }) }),
      ...(again !== password && { again: t('session.password_differs') }),
    };
    setFaults(found);
    if (Object.keys(found).length === 0) change.run();
  }

  return (
    <section class="card stack">
      <h2>{t('session.password')}</h2>
      <p class="muted">{t('account.password_what')}</p>
      <div class="narrow">
        <Form onSubmit={submit} label={t('session.password')}>
          <input type="text" name="username" autocomplete="username" value={name} readOnly hidden />
          <PasswordField
            label={t('account.old_password')}
            value={old}
            onInput={setOld}
            autocomplete="current-password"
            error={faults.old ?? (wrongPassword(change.problem) ? t('account.password_wrong') : undefined)}
            problem={ofField(change.problem, 'old_password')}
          />
          <PasswordField
            label={t('account.new_password')}
            hint={t('session.password_hint', { count: PASSWORD_LENGTH_MIN })}
            value={password}
            onInput={setPassword}
            autocomplete="new-password"
            error={faults.password}
            problem={ofField(change.problem, 'password')}
          />
          <PasswordField label={t('account.new_password_again')} value={again} onInput={setAgain} autocomplete="new-password" error={faults.again} />
          <ProblemNotice problem={ofNoField(exceptWrong(change.problem), ['old_password', 'password'])} />
          <div class="row">
            <Button type="submit" busy={change.busy}>
              {t('account.password_act')}
            </Button>
          </div>
        </Form>
      </div>
    </section>
  );
}

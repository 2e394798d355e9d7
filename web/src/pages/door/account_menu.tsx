// Who is signed in, the choices of this browser, and the way out.
import { type Account, type Role, signOut } from '../../api/session';
import { type PlainKey, useI18n } from '../../i18n';
import { href } from '../../router';
import { useAction } from '../../ui/action';
import { Button, LinkButton } from '../../ui/button';
import { Menu } from '../../ui/menu';
import { ProblemNotice } from '../../ui/notice';
import { LanguageChoice, ThemeChoice } from './choices';

export const ROLE_WORDS: Record<Role, PlainKey> = { viewer: 'session.role_viewer', operator: 'session.role_operator', owner: 'session.role_owner' };

export function AccountMenu({ account, canSignOut }: { account: Account; canSignOut: boolean }) {
  const { t } = useI18n();
  const leave = useAction(signOut);
  return (
    <Menu icon="people" label={account.name}>
      <p>
        {t('session.signed_in_as', { name: account.name })}
        <br />
        <span class="muted small">{t(ROLE_WORDS[account.role])}</span>
      </p>
      {canSignOut && <LinkButton href={href('/account')}>{t('settings.account')}</LinkButton>}
      <LanguageChoice />
      <ThemeChoice />
      {canSignOut && (
        <Button onClick={leave.run} busy={leave.busy}>
          {t('session.sign_out')}
        </Button>
      )}
      <ProblemNotice problem={leave.problem} />
    </Menu>
  );
}

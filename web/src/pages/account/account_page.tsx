// One's own account.
import { useStore } from '../../lib/store';
import { session } from '../../api/session';
import { useI18n } from '../../i18n';
import { Facts } from '../../ui/facts';
import { Notice } from '../../ui/notice';
import { ROLE_WORDS } from '../door/account_menu';
import { LanguageChoice } from '../door/choices';
import { SettingsFrame } from '../settings/settings_frame';
import { PasskeysCard } from './passkeys_card';
import { PasswordCard } from './password_card';
import { SessionsCard } from './sessions_card';
import { TotpCard } from './totp_card';

export default function AccountPage() {
  const { t } = useI18n();
  const now = useStore(session);
  if (now?.state !== 'signed_in') return null;
  const { account } = now;
  if (now.door === 'control_socket') {
    return (
      <SettingsFrame title={t('settings.account')}>
        <Notice tone="info" title={t('account.no_account')} />
      </SettingsFrame>
    );
  }
  return (
    <SettingsFrame title={t('settings.account')}>
      <section class="card stack">
        <Facts
          facts={[
            { name: t('session.name'), value: account.name },
            { name: t('account.role'), value: t(ROLE_WORDS[account.role]) },
          ]}
        />
        <div class="narrow">
          <LanguageChoice />
        </div>
      </section>
      <PasswordCard name={account.name} />
      <TotpCard active={account.totp} />
      <PasskeysCard />
      <SessionsCard account={account.name} />
    </SettingsFrame>
  );
}

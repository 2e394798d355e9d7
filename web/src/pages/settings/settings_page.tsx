// What belongs to no single site: one entry of the main menu, so that the menu stays short on a phone.
import { type Role, mayAs, useAccount } from '../../api/session';
import { type PlainKey, useI18n } from '../../i18n';
import { Icon, type IconName } from '../../ui/icon';
import { Page } from '../../ui/page';
import './settings.css';

interface Entry {
  href: string;
  title: PlainKey;
  what: PlainKey;
  icon: IconName;
  role: Role;
}

const ENTRIES: readonly Entry[] = [
  { href: '#/account', title: 'settings.account', what: 'settings.account_what', icon: 'key', role: 'viewer' },
  { href: '#/accounts', title: 'settings.accounts', what: 'settings.accounts_what', icon: 'people', role: 'owner' },
  { href: '#/authorities', title: 'settings.authorities', what: 'settings.authorities_what', icon: 'certificate', role: 'viewer' },
  { href: '#/notifications', title: 'settings.notifications', what: 'settings.notifications_what', icon: 'bell', role: 'viewer' },
  { href: '#/preload', title: 'preload.title', what: 'settings.preload_what', icon: 'shield', role: 'viewer' },
  { href: '#/audit', title: 'settings.audit', what: 'settings.audit_what', icon: 'audit', role: 'viewer' },
  { href: '#/backup', title: 'settings.backup', what: 'settings.backup_what', icon: 'archive', role: 'owner' },
  { href: '#/about', title: 'settings.about', what: 'settings.about_what', icon: 'info', role: 'viewer' },
];

export default function SettingsPage() {
  const { t } = useI18n();
  const role = useAccount()?.role;
  return (
    <Page title={t('settings.settings')}>
      <ul class="settings-list">
        {ENTRIES.filter((entry) => mayAs(role, entry.role)).map((entry) => (
          <li key={entry.href} class="card settings-entry">
            <Icon name={entry.icon} />
            <div>
              <a class="strong settings-link" href={entry.href}>
                {t(entry.title)}
              </a>
              <p class="muted small">{t(entry.what)}</p>
            </div>
          </li>
        ))}
      </ul>
    </Page>
  );
}

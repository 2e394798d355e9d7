// What was done, in words; the log has ids.
import type { I18n, PlainKey } from '../../i18n';

const ACTS: Record<string, PlainKey> = {
  'account.add': 'audit.did_account_add',
  'account.change': 'audit.did_account_change',
  'account.remove': 'audit.did_account_remove',
  apply: 'audit.did_apply',
  'ca.account': 'audit.did_ca_account',
  'ca.add': 'audit.did_ca_add',
  'ca.change': 'audit.did_ca_change',
  'ca.deactivate': 'audit.did_ca_deactivate',
  'ca.remove': 'audit.did_ca_remove',
  'ca.roll-key': 'audit.did_ca_roll_key',
  'certificate.backup': 'audit.did_certificate_backup',
  'certificate.export': 'audit.did_certificate_export',
  'certificate.obtain': 'audit.did_certificate_obtain',
  'certificate.renew': 'audit.did_certificate_renew',
  'certificate.request': 'audit.did_certificate_request',
  'certificate.revoke': 'audit.did_certificate_revoke',
  'certificate.switch': 'audit.did_certificate_switch',
  'clock.confirm': 'audit.did_clock_confirm',
  'dns.add': 'audit.did_dns_add',
  'dns.remove': 'audit.did_dns_remove',
  'hsts.climb': 'audit.did_climb',
  'hsts.free': 'audit.did_free',
  'hsts.hold': 'audit.did_hold',
  'hsts.include-subdomains-off': 'audit.did_subdomains_off',
  'hsts.include-subdomains-on': 'audit.did_subdomains_on',
  'hsts.permanent': 'audit.did_permanent',
  'hsts.preload-off': 'audit.did_preload_off',
  'hsts.preload-on': 'audit.did_preload_on',
  'hsts.release': 'audit.did_release',
  'hsts.set': 'audit.did_set',
  'hsts.start': 'audit.did_start',
  'notify.add': 'audit.did_notify_add',
  'notify.change': 'audit.did_notify_change',
  'notify.remove': 'audit.did_notify_remove',
  'passkey.add': 'audit.did_passkey_add',
  'passkey.remove': 'audit.did_passkey_remove',
  restore: 'audit.did_restore',
  'root.declare': 'audit.did_root_declare',
  'root.withdraw': 'audit.did_root_withdraw',
  'session.begin': 'audit.did_session_begin',
  'session.end': 'audit.did_session_end',
  'settings.change': 'audit.did_settings_change',
  'site.add': 'audit.did_site_add',
  'site.change': 'audit.did_site_change',
  'site.remove': 'audit.did_site_remove',
};

// Its id where the server has one that this side does not know.
export function actWords({ t }: I18n, act: string): string {
  const key = ACTS[act];
  return key === undefined ? act : t(key);
}

// What is known of a name, in words; and how all of them stand together.
import type { Subdomain, Subdomains, SubdomainsTaken } from '../../api/types';
import type { PlainKey } from '../../i18n';
import type { Tone } from '../../ui/verdict';

export type State = Subdomain['state'];
export type Summary = Subdomains['summary'];

// The worst first.
export const STATES: readonly State[] = ['blocking', 'unknown', 'accepted', 'ready'];
export const STATE_WORDS: Record<State, PlainKey> = { blocking: 'subdomains.state_blocking', unknown: 'subdomains.state_unknown', accepted: 'subdomains.state_accepted', ready: 'subdomains.state_ready' };
export const STATE_MEANS: Record<State, PlainKey> = { blocking: 'subdomains.means_blocking', unknown: 'subdomains.means_unknown', accepted: 'subdomains.means_accepted', ready: 'subdomains.means_ready' };
export const STATE_TONES: Record<State, Tone> = { blocking: 'block', unknown: 'warn', accepted: 'info', ready: 'pass' };

export const VERDICT_WORDS: Record<Subdomain['verdict'], PlainKey> = {
  unlooked: 'subdomains.verdict_unlooked',
  https: 'subdomains.verdict_https',
  http_only: 'subdomains.verdict_http_only',
  no_web: 'subdomains.verdict_no_web',
  broken_https: 'subdomains.verdict_broken_https',
  dead: 'subdomains.verdict_dead',
  internal: 'subdomains.verdict_internal',
};

export const SOURCE_WORDS: Record<Subdomain['sources'][number], PlainKey> = {
  zone: 'subdomains.source_zone',
  transfer: 'subdomains.source_transfer',
  transparency: 'subdomains.source_transparency',
  hosts: 'subdomains.source_hosts',
  dhcp: 'subdomains.source_dhcp',
  seen: 'subdomains.source_seen',
  typed: 'subdomains.source_typed',
  site: 'subdomains.source_site',
};

type Flag = Subdomain['flags'][number];
export const FLAG_WORDS: Record<Flag, PlainKey> = { mail_tracking: 'subdomains.flag_mail_tracking', internal_only: 'subdomains.flag_internal_only', wildcard: 'subdomains.flag_wildcard' };
export const FLAG_MEANS: Record<Flag, PlainKey> = { mail_tracking: 'subdomains.flag_mail_tracking_means', internal_only: 'subdomains.flag_internal_only_means', wildcard: 'subdomains.flag_wildcard_means' };

export type ReadAs = SubdomainsTaken['format'];
export const FORMAT_WORDS: Record<ReadAs, PlainKey> = {
  names: 'subdomains.format_names',
  zone: 'subdomains.format_zone',
  transparency: 'subdomains.format_transparency',
  hosts: 'subdomains.format_hosts',
  dhcp: 'subdomains.format_dhcp',
  transfer: 'subdomains.format_transfer',
};

export type Shown = State | 'all';

// What is shown when nobody said what: what stands in the way, as long as there is such a thing.
export function shownOf(asked: string | null, summary: Summary): Shown {
  const found = STATES.find((state) => state === asked);
  if (found !== undefined) return found;
  return asked !== 'all' && summary.blocking > 0 ? 'blocking' : 'all';
}

// How includeSubDomains would go, as far as the inventory tells.
export type Outlook = 'empty' | 'blocked' | 'open' | 'clear';

export function outlookOf(summary: Summary): Outlook {
  if (summary.total === 0) return 'empty';
  if (summary.blocking > 0) return 'blocked';
  return summary.unknown > 0 ? 'open' : 'clear';
}

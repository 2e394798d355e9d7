// The words of the moves: what each one's button says, and what it promises, in the sentences of the command line.
import type { ComponentChild } from 'preact';
import type { Hsts, Move } from '../../api/types';
import type { I18n, PlainKey } from '../../i18n';
import { permanentRung, rungOf } from './moves';

export function moveWords({ t, format }: I18n, move: Move, hsts: Hsts): string {
  switch (move) {
    case 'start':
      return t('hsts.act_start');
    case 'climb':
      return t('hsts.act_climb', { time: format.duration(hsts.next_max_age ?? 0) });
    case 'permanent':
      return t('hsts.act_permanent');
    case 'hold':
      return t('hsts.act_hold', { time: format.duration(hsts.wish.max_age) });
    case 'release':
      return t('hsts.act_release');
    case 'include-subdomains-on':
      return t('hsts.act_subdomains_on');
    case 'include-subdomains-off':
      return t('hsts.act_subdomains_off');
    case 'preload-on':
      return t('hsts.act_preload_on');
    case 'preload-off':
      return t('hsts.act_preload_off');
  }
}

export function questionWords({ t, format }: I18n, move: Move, name: string, hsts: Hsts): string {
  switch (move) {
    case 'climb':
      return t('hsts.confirm_climb', { time: format.duration(hsts.next_max_age ?? 0) });
    case 'permanent':
      return t('hsts.confirm_permanent', { name });
    case 'release':
      return t('hsts.confirm_release', { name });
    case 'include-subdomains-on':
      return t('hsts.confirm_subdomains_on', { name });
    case 'include-subdomains-off':
      return t('hsts.confirm_subdomains_off', { name });
    case 'preload-on':
      return t('hsts.confirm_preload_on', { name });
    case 'preload-off':
      return t('hsts.confirm_preload_off', { name });
    case 'start':
    case 'hold':
      return t('hsts.confirm_start', { name });
  }
}

interface Promised {
  name: string;
  hsts: Hsts;
  now: Date;
  bound: (moment: string) => ComponentChild; // how a moment is shown
}

function rungWords({ rich, format }: I18n, maxAge: number, below: boolean, { name, now, bound }: Promised): ComponentChild[] {
  const date = bound(new Date(now.getTime() + maxAge * 1000).toISOString());
  return rich(below ? 'hsts.promise_rung_below' : 'hsts.promise_rung', { name, time: format.duration(maxAge), date });
}

// What will be so after the move, in a sentence or two.
export function promiseWords(i18n: I18n, move: Move, promised: Promised): ComponentChild[] {
  const { t, rich, format } = i18n;
  const { name, hsts, bound } = promised;
  const rung = rungOf(move, hsts) ?? 0;
  const below = hsts.wish.include_subdomains;
  switch (move) {
    case 'start':
    case 'climb':
      return rungWords(i18n, rung, below, promised);
    case 'permanent':
      return [t(below ? 'hsts.promise_permanent_below' : 'hsts.promise_permanent', { name, time: format.duration(permanentRung(hsts.ladder)) })];
    case 'hold':
      return [t('hsts.promise_hold', { time: format.duration(hsts.wish.max_age) })];
    case 'release':
      return hsts.bound_until === null ? [t('hsts.release_free')] : rich('hsts.promise_release', { name, date: bound(hsts.bound_until) });
    case 'include-subdomains-on':
      return [t('hsts.promise_subdomains_on', { name }), ' ', ...rungWords(i18n, rung, true, promised)];
    case 'include-subdomains-off':
      return hsts.subdomains_bound_until === null
        ? [t('hsts.promise_subdomains_off', { name })]
        : rich('hsts.promise_subdomains_off_until', { name, date: bound(hsts.subdomains_bound_until) });
    case 'preload-on':
      return [t('hsts.promise_preload_on', { name })];
    case 'preload-off':
      return [t('hsts.promise_preload_off')];
  }
}

const GUARD_WORDS = {
  ancestor: 'hsts.guard_ancestor',
  application: 'hsts.guard_application',
  'certificate-chain': 'hsts.guard_certificate_chain',
  'certificate-key': 'hsts.guard_certificate_key',
  'certificate-names': 'hsts.guard_certificate_names',
  'certificate-outlives': 'hsts.guard_certificate_outlives',
  'certificate-present': 'hsts.guard_certificate_present',
  'certificate-until-free': 'hsts.guard_certificate_until_free',
  'certificate-valid': 'hsts.guard_certificate_valid',
  clock: 'hsts.guard_clock',
  content: 'hsts.guard_content',
  coverage: 'hsts.guard_coverage',
  dwell: 'hsts.guard_dwell',
  'http-census': 'hsts.guard_http_census',
  reports: 'hsts.guard_reports',
  'name-ip': 'hsts.guard_name_ip',
  'name-local': 'hsts.guard_name_local',
  'name-wildcard': 'hsts.guard_name_wildcard',
  'other-ports': 'hsts.guard_other_ports',
  panel: 'hsts.guard_panel',
  ports: 'hsts.guard_ports',
  'preload-listed': 'hsts.guard_preload_listed',
  'preload-removal': 'hsts.guard_preload_removal',
  'preload-terms': 'hsts.guard_preload_terms',
  'preload-ready': 'hsts.guard_preload_ready',
  redirect: 'hsts.guard_redirect',
  'redirect-permanent': 'hsts.guard_redirect_permanent',
  served: 'hsts.guard_served',
  stranded: 'hsts.guard_stranded',
  'subdomains-served': 'hsts.guard_subdomains_served',
  subdomains: 'hsts.guard_subdomains',
  traffic: 'hsts.guard_traffic',
} as const satisfies Record<string, PlainKey>;

export const GUARDS_KNOWN: readonly string[] = Object.keys(GUARD_WORDS);

// What a guard looks at, in a few words; its id where the server has one that this side does not know.
export function guardWords({ t }: I18n, id: string): string {
  return GUARDS_KNOWN.includes(id) ? t(GUARD_WORDS[id as keyof typeof GUARD_WORDS]) : id;
}

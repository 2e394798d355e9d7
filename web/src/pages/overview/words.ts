// The words for how a site stands.
import type { I18n, PlainKey } from '../../i18n';
import type { Tone } from '../../ui/verdict';
import type { Finding, Phase, Severity, Standing } from './standing';

export const SEVERITY_WORDS: Record<Severity, PlainKey> = {
  alarm: 'overview.state_alarm',
  warning: 'overview.state_warning',
  notice: 'overview.state_notice',
  good: 'overview.state_good',
};

export const SEVERITY_TONES: Record<Severity, Tone> = { alarm: 'block', warning: 'warn', notice: 'info', good: 'pass' };

export const PHASE_WORDS: Record<Phase, PlainKey> = {
  off: 'overview.phase_off',
  trial: 'overview.phase_trial',
  climbing: 'overview.phase_climbing',
  permanent: 'overview.phase_permanent',
  releasing: 'overview.phase_releasing',
  left: 'overview.phase_left',
};

const SOURCE_WORDS: Record<string, PlainKey> = { acme: 'overview.source_acme', file: 'overview.source_file', 'local-ca': 'overview.source_local_ca' };

const FINDING_WORDS = {
  chain: 'overview.problem_chain',
  drawer: 'overview.problem_drawer',
  expired: 'overview.problem_expired',
  held_back: 'overview.problem_held_back',
  mismatch: 'overview.problem_mismatch',
  no_certificate: 'overview.problem_no_certificate',
  not_acknowledged: 'overview.problem_not_acknowledged',
  not_yet_valid: 'overview.problem_not_yet_valid',
  order_failed: 'overview.problem_order_failed',
  promise_outlasts: 'overview.problem_promise_outlasts',
  rsa_side_ends: 'overview.problem_rsa_side_ends',
  unreadable: 'overview.problem_unreadable',
  unseen: 'overview.problem_unseen',
  upstream_down: 'overview.problem_upstream_down',
  upstream_partly: 'overview.problem_upstream_partly',
  upstream_unresolved: 'overview.problem_upstream_unresolved',
  wrong_name: 'overview.problem_wrong_name',
} as const satisfies Record<string, PlainKey>;

function isKnown(id: string): id is keyof typeof FINDING_WORDS {
  return Object.keys(FINDING_WORDS).includes(id);
}

// In a few words; undefined where only the server has any.
export function findingWords({ t }: I18n, finding: Finding): string | undefined {
  if (finding.id === 'expiring' && finding.count !== undefined) return t('overview.problem_expiring', { count: finding.count });
  return isKnown(finding.id) ? t(FINDING_WORDS[finding.id]) : undefined;
}

export function sourceWords({ t }: I18n, source: string): string {
  const key = SOURCE_WORDS[source];
  return key === undefined ? source : t(key);
}

export function daysLeftWords({ t }: I18n, days: number | undefined): string {
  if (days === undefined) return t('overview.certificate_none');
  if (days < 0) return t('overview.certificate_ended', { count: -days });
  return days === 0 ? t('overview.certificate_today') : t('overview.certificate_days', { count: days });
}

// "Climbing, 1 day": the phase with what it promises now.
export function rungWords({ t, format }: I18n, standing: Pick<Standing, 'phase' | 'maxAge'>): string {
  const phase = t(PHASE_WORDS[standing.phase]);
  return standing.maxAge === undefined || standing.maxAge === 0 ? phase : `${phase}, ${format.duration(standing.maxAge)}`;
}

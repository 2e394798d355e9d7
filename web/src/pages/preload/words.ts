// How an entry came on the list and how it leaves, by its policy. One that is not known is shown by its name.
import type { PlainKey } from '../../i18n';

interface PolicyWords {
  came: PlainKey;
  leaves: PlainKey;
}

const BY_HAND: PolicyWords = { came: 'preload.policy_by_hand', leaves: 'preload.leaves_by_hand' };
const BY_REGISTRY: PolicyWords = { came: 'preload.policy_registry', leaves: 'preload.leaves_registry' };

const POLICIES: ReadonlyMap<string, PolicyWords> = new Map([
  ['bulk-1-year', { came: 'preload.policy_bulk_1_year', leaves: 'preload.leaves_scans' }],
  ['bulk-18-weeks', { came: 'preload.policy_bulk_18_weeks', leaves: 'preload.leaves_scans' }],
  ['bulk-legacy', { came: 'preload.policy_bulk_legacy', leaves: 'preload.leaves_on_request' }],
  ['public-suffix', BY_REGISTRY],
  ['public-suffix-requested', BY_REGISTRY],
  ['google', BY_HAND],
  ['custom', BY_HAND],
  ['test', BY_HAND],
]);

export function policyWords(policy: string): PolicyWords | undefined {
  return POLICIES.get(policy);
}

// As people write several: with spaces, commas, or in lines.
export function namesIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((name) => name !== ''))];
}

export function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}

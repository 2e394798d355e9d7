// What is wrong with a certificate, in the operator's language. A fault that the API knows and the messages do not know
// does not compile.
import type { components } from '../../api/schema';
import type { PlainKey } from '../../i18n';
import { faults as english } from '../../i18n/en/faults';
import type { Tone } from '../../ui/verdict';

export type Finding = components['schemas']['Finding'];
export type FaultId = Finding['id'];
export type Weight = Finding['weight'];

export function faultKey(id: FaultId): PlainKey {
  return `faults.${id}`;
}

export function fixKey(id: FaultId): PlainKey {
  return `faults.${id}_fix`;
}

export function isFault(id: string): id is FaultId {
  return Object.keys(english).includes(`${id}_fix`);
}

// What the server says of this certificate beyond what it says of any with the fault: names, moments.
export function particularsOf(id: FaultId, text: string): string | undefined {
  return text === '' || text === english[id] ? undefined : text;
}

const RANK: Record<Weight, number> = { refusal: 2, warning: 1, note: 0 };
export const WEIGHT_TONES: Record<Weight, Tone> = { refusal: 'block', warning: 'warn', note: 'info' };
export const WEIGHT_WORDS: Record<Weight, PlainKey> = { refusal: 'certificate.weight_refusal', warning: 'certificate.weight_warning', note: 'certificate.weight_note' };

export function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => RANK[b.weight] - RANK[a.weight]);
}

// What a check comes to: nothing against it, taken all the same, or not taken.
export type CheckVerdict = 'good' | 'doubtful' | 'refused';

export function verdictOf(findings: readonly Finding[]): CheckVerdict {
  const rank = Math.max(0, ...findings.map((finding) => RANK[finding.weight]));
  return rank === 2 ? 'refused' : rank === 1 ? 'doubtful' : 'good';
}

// Kinds of client that could not get in, as the server tells them from the first message of a handshake: what each is, and what helps,
// which depends on what it failed for. Pure.
import type { PlainKey } from '../../i18n';
import { causeOf } from './causes';

// As the evidence has it.
export interface FailedKind {
  class: string;
  count: number;
  error: number;
  cause: string; // for which most of them failed
}

interface Kind {
  title: PlainKey;
  trust: PlainKey; // what helps when it does not trust the certificate
}

const KINDS = {
  none: { title: 'kinds.none', trust: 'kinds.trust_other' },
  other: { title: 'kinds.other', trust: 'kinds.trust_other' },
  chromium: { title: 'kinds.chromium', trust: 'kinds.trust_chromium' },
  firefox: { title: 'kinds.firefox', trust: 'kinds.trust_firefox' },
  apple: { title: 'kinds.apple', trust: 'kinds.trust_apple' },
  android: { title: 'kinds.android', trust: 'kinds.trust_android' },
  windows: { title: 'kinds.windows', trust: 'kinds.trust_windows' },
  java: { title: 'kinds.java', trust: 'kinds.trust_java' },
  go: { title: 'kinds.go', trust: 'kinds.trust_system' },
  node: { title: 'kinds.node', trust: 'kinds.trust_node' },
  openssl: { title: 'kinds.openssl', trust: 'kinds.trust_system' },
  gnutls: { title: 'kinds.gnutls', trust: 'kinds.trust_system' },
  old: { title: 'kinds.old', trust: 'kinds.trust_old' },
} as const satisfies Record<string, Kind>;

const DISTRUSTS = ['unknown_ca', 'certificate_unknown', 'bad_certificate'];
const HAS_NOTHING_IN_COMMON = ['version', 'cipher'];

// Of the name that the server has; one that is newer than this panel has no words here.
export function kindOf(name: string): Kind | undefined {
  return Object.keys(KINDS).includes(name) ? KINDS[name as keyof typeof KINDS] : undefined;
}

export const KIND_NAMES: readonly string[] = Object.keys(KINDS);

export function helpOf({ class: name, cause }: Pick<FailedKind, 'class' | 'cause'>): PlainKey {
  if (HAS_NOTHING_IN_COMMON.includes(cause)) return name === 'old' ? 'kinds.too_old' : 'kinds.too_strict';
  if (DISTRUSTS.includes(cause)) return kindOf(name)?.trust ?? 'kinds.trust_other';
  return causeOf(cause)?.helps ?? 'evidence.other_cause_helps';
}

// The newest day of which anybody could not get in.
export function newestFailed<Day extends { failed_classes: readonly FailedKind[] }>(days: readonly Day[]): Day | undefined {
  return days.find((day) => day.failed_classes.length > 0);
}

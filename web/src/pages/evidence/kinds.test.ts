import { describe, expect, it } from 'vitest';
import { type FailedKind, KIND_NAMES, helpOf, kindOf, newestFailed } from './kinds';

const failed = (name: string, cause: string): FailedKind => ({ class: name, count: 1, error: 0, cause });

describe('kinds of client', () => {
  it('each have a title of their own', () => {
    expect(KIND_NAMES).toHaveLength(13);
    expect(new Set(KIND_NAMES.map((name) => kindOf(name)?.title)).size).toBe(13);
    expect(kindOf('newer_than_this')).toBeUndefined();
  });

  it('are helped by what they are and by what they failed for', () => {
    const cases: [string, string, string][] = [
      ['old', 'version', 'kinds.too_old'],
      ['old', 'cipher', 'kinds.too_old'],
      ['java', 'version', 'kinds.too_strict'],
      ['java', 'certificate_unknown', 'kinds.trust_java'],
      ['go', 'bad_certificate', 'kinds.trust_system'],
      ['newer_than_this', 'unknown_ca', 'kinds.trust_other'],
      ['openssl', 'certificate_expired', 'evidence.certificate_expired_helps'],
      ['chromium', 'newer_than_this', 'evidence.other_cause_helps'],
    ];
    for (const [name, cause, key] of cases) expect(helpOf(failed(name, cause)), `${name} ${cause}`).toBe(key);
  });

  it('are told of the newest day on which there were any', () => {
    const none = { failed_classes: [] };
    const some = { failed_classes: [failed('old', 'version')] };
    expect(newestFailed([none, some, { failed_classes: [failed('go', 'closed')] }])).toBe(some);
    expect(newestFailed([none])).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import type { Certificate, LedgerEntry } from '../../api/types';
import { heldOf, reachAt, reachesOf, sentOf, turnsOf, verdictOf } from './promise';

const NOW = Date.parse('2026-11-26T12:00:00Z') / 1000;
const DAY = 86_400;
const iso = (fromNow: number): string => new Date((NOW + fromNow) * 1000).toISOString();

// As the ledger tells it, in seconds from now.
function entry(maxAge: number, from: number, to: number | null, cap?: number): LedgerEntry {
  return { max_age: maxAge, include_subdomains: false, preload: false, from: iso(from), to: to === null ? null : iso(to), bound_until: null, over: false, ...(cap !== undefined && { certificate_bounds_until: iso(cap) }) };
}
const sent = (...entries: LedgerEntry[]) => sentOf(entries);
const certificate = (stored: number, end: number, more: Partial<Certificate> = {}): Certificate => ({ site: 'a', source: 'file', severity: 'good', problems: [], stored: iso(stored), not_after: iso(end), ...more });
const held = (begin: number, end: number) => ({ begin: NOW + begin, end: NOW + end });

describe('the certificate that counts', () => {
  it('is of two sides the one that ends first, and not the one in the drawer', () => {
    expect(heldOf([certificate(-DAY, 90 * DAY), certificate(-2 * DAY, 30 * DAY, { side: 'rsa' }), certificate(-DAY, 5 * DAY, { drawer: true })])).toEqual(held(-DAY, 30 * DAY));
  });

  it('is none where there is none', () => {
    expect(heldOf([{ site: 'a', source: 'none', severity: 'alarm', problems: [] }])).toBeUndefined();
  });
});

describe('how far promises reach', () => {
  it('grows with every moment as long as they are sent, and stays when they are not', () => {
    const one = sent(entry(30 * DAY, -20 * DAY, -10 * DAY));
    expect(reachAt(one, NOW - 20 * DAY - 1)).toBeNull();
    expect(reachAt(one, NOW - 15 * DAY)).toBe(NOW + 15 * DAY);
    expect(reachAt(one, NOW)).toBe(NOW + 20 * DAY);
    expect(reachAt(one, NOW + 20 * DAY)).toBeNull();
    expect(reachAt(sent(entry(30 * DAY, -DAY, null)), NOW + 100 * DAY)).toBe(NOW + 130 * DAY);
  });

  it('never passes what the certificate bounds', () => {
    expect(reachAt(sent(entry(365 * DAY, -DAY, null, 40 * DAY)), NOW)).toBe(NOW + 40 * DAY);
  });
});

describe('the verdict', () => {
  it.each([
    ['nothing at all', sent(), undefined, { state: 'nothing' }],
    ['a certificate alone', sent(), held(-DAY, DAY), { state: 'no_promise' }],
    ['a promise that is over', sent(entry(300, -2 * DAY, -DAY)), held(-DAY, DAY), { state: 'no_promise' }],
    ['a promise without a certificate', sent(entry(DAY, -DAY, null)), undefined, { state: 'no_certificate' }],
    ['a certificate that has ended', sent(entry(DAY, -DAY, null)), held(-9 * DAY, -1), { state: 'ended' }],
    ['a promise that passes the end later', sent(entry(7 * DAY, -DAY, null)), held(-DAY, 30 * DAY), { state: 'will', at: NOW + 23 * DAY }],
    ['one that passed it while it was sent', sent(entry(60 * DAY, -40 * DAY, null)), held(-50 * DAY, 30 * DAY), { state: 'past', at: NOW - 30 * DAY }],
    ['one that passed it from its first moment', sent(entry(365 * DAY, -2 * DAY, null)), held(-50 * DAY, 30 * DAY), { state: 'past', at: NOW - 2 * DAY }],
    ['one older than the certificate', sent(entry(365 * DAY, -200 * DAY, null)), held(-5 * DAY, 85 * DAY), { state: 'past', at: NOW - 5 * DAY }],
    ['one that the certificate bounds', sent(entry(365 * DAY, -DAY, null, 27 * DAY)), held(-DAY, 30 * DAY), { state: 'within', sending: true }],
    ['one that is sent no more and ends before', sent(entry(20 * DAY, -9 * DAY, -DAY)), held(-DAY, 30 * DAY), { state: 'within', sending: false }],
    ['one that is sent no more and ends after', sent(entry(50 * DAY, -30 * DAY, -DAY)), held(-60 * DAY, 30 * DAY), { state: 'past', at: NOW - 20 * DAY }],
  ] as const)('of %s', (_, promises, certificate_, expected) => {
    expect(verdictOf(promises, certificate_, NOW)).toEqual(expected);
  });
});

describe('the curve', () => {
  const promises = sent(entry(7 * DAY, -DAY, null));
  const reaches = reachesOf(promises, held(-2 * DAY, 30 * DAY), NOW - 7 * DAY, NOW);

  it('goes from the span that is looked at to the end of the certificate', () => {
    expect(reaches[0]).toEqual({ at: NOW - 7 * DAY, certificate: null, promise: null, ahead: false });
    expect(reaches.at(-1)).toEqual({ at: NOW + 30 * DAY, certificate: NOW + 30 * DAY, promise: NOW + 37 * DAY, ahead: true });
    expect(reaches.every((one, i) => i === 0 || one.at > (reaches[i - 1]?.at ?? 0))).toBe(true);
  });

  it('has a point where it turns, and one where the promise reaches the end', () => {
    const verdict = verdictOf(promises, held(-2 * DAY, 30 * DAY), NOW);
    const turns = turnsOf(reaches, promises, held(-2 * DAY, 30 * DAY), NOW, verdict);
    expect(turns.map((one) => (one.at - NOW) / DAY)).toEqual([-2, -1, 0, 23, 30]);
    expect(turns.find((one) => one.at === NOW + 23 * DAY)).toMatchObject({ certificate: NOW + 30 * DAY, promise: NOW + 30 * DAY });
  });

  it('goes on until everybody is free when nothing is sent any more', () => {
    const over = sent(entry(50 * DAY, -30 * DAY, -DAY));
    expect(reachesOf(over, held(-60 * DAY, 30 * DAY), NOW - 7 * DAY, NOW).at(-1)?.at).toBe(NOW + 49 * DAY);
  });

  it('shows a little of what lies ahead when nothing says how much', () => {
    expect(reachesOf(sent(entry(300, -DAY, null)), undefined, NOW - 8 * DAY, NOW).at(-1)?.at).toBe(NOW + 2 * DAY);
  });
});

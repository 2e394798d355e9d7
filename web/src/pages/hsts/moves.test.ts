import { describe, expect, it } from 'vitest';
import type { Guard } from '../../api/problem';
import type { Hsts } from '../../api/types';
import { leftUntil } from './countdown';
import { besides, confirmationOf, heldShare, overridable, permanentRung, rungOf, rungsOf } from './moves';

const LADDER = [300, 86_400, 604_800, 2_592_000, 31_536_000];
const hstsOf = (more: Partial<Hsts>): Hsts => ({
  wish: { mode: 'off', max_age: 0, include_subdomains: false, preload: false },
  phase: 'off', field: null, certificate_bounds_until: null, renewals_seen: 0, bound_until: null, bound_until_chromium: null,
  subdomains_bound_until: null, preload_sent: false, ladder: LADDER, next_max_age: null, dwell_until: null, moves: [], held_back: null, ...more,
});
const on = (maxAge: number, next: number | null): Hsts =>
  hstsOf({ wish: { mode: 'hold', max_age: maxAge, include_subdomains: false, preload: false, since: '2026-11-26T12:00:00Z' }, next_max_age: next });
const guard = (id: string, verdict: Guard['verdict'], canOverride = true, why = 'so it is'): Guard => ({ guard: id, verdict, overridable: canOverride, why });

describe('permanent', () => {
  it.each([
    [LADDER, 31_536_000],
    [[300, 86_400], 86_400],
    [[300, 31_536_000, 63_072_000], 31_536_000],
    [[600], 600],
  ])('of %j is %d', (ladder, rung) => {
    expect(permanentRung(ladder)).toBe(rung);
  });
});

describe('what is asked before a move', () => {
  it.each([
    ['start', on(0, 300), 'step'],
    ['climb', on(300, 86_400), 'step'],
    ['climb', on(2_592_000, 31_536_000), 'typed'],
    ['permanent', on(300, 86_400), 'typed'],
    ['include-subdomains-on', on(300, 86_400), 'typed'],
    ['preload-on', on(31_536_000, null), 'typed'],
    ['release', on(300, 86_400), 'ask'],
    ['hold', on(300, 86_400), 'not'],
  ] as const)('%s: as much as it binds', (move, hsts, confirmation) => {
    expect(confirmationOf(move, hsts)).toBe(confirmation);
  });
});

describe('the rung that a move promises', () => {
  it('is the first for a start, and for subdomains, which begin anew', () => {
    expect(rungOf('start', hstsOf({}))).toBe(300);
    expect(rungOf('include-subdomains-on', on(604_800, 2_592_000))).toBe(300);
    expect(rungOf('climb', on(604_800, 2_592_000))).toBe(2_592_000);
    expect(rungOf('release', on(300, 86_400))).toBeUndefined();
  });
});

describe('the ladder', () => {
  const states = (hsts: Hsts): string[] => rungsOf(hsts).map(({ maxAge, state }) => `${maxAge} ${state}`);

  it('shows what is below, where it stands, what is next', () => {
    expect(states(on(86_400, 604_800))).toEqual(['300 below', '86400 here', '604800 next', '2592000 above', '31536000 above']);
  });

  it('has its first rung next while nothing is promised, also during a release', () => {
    expect(states(hstsOf({}))[0]).toBe('300 next');
    expect(states(hstsOf({ phase: 'releasing', wish: { mode: 'release', max_age: 0, include_subdomains: false, preload: false } }))[0]).toBe('300 next');
  });

  it('shows a rung that its ladder has lost, and the one it climbs to by itself', () => {
    const hsts = { ...on(777, 86_400), wish: { ...on(777, 86_400).wish, mode: 'auto', target: 31_536_000 } as const };
    expect(states(hsts)).toContain('777 here');
    expect(rungsOf(hsts).filter(({ isTarget }) => isTarget).map(({ maxAge }) => maxAge)).toEqual([31_536_000]);
  });

  it.each([
    ['2026-11-26T12:00:00Z', 0],
    ['2026-11-26T12:02:30Z', 0.5],
    ['2026-11-26T13:00:00Z', 1],
    ['2026-11-26T11:00:00Z', 0],
  ])('says how long the rung has been held: at %s %d', (now, share) => {
    expect(heldShare({ ...on(300, 86_400), dwell_until: '2026-11-26T12:05:00Z' }, Date.parse(now))).toBe(share);
  });
});

describe('guards', () => {
  it('can be overridden only when each that blocks can', () => {
    expect(overridable([guard('dwell', 'block')])).toBe(true);
    expect(overridable([guard('dwell', 'block'), guard('clock', 'block', false)])).toBe(false);
    expect(overridable([])).toBe(false);
  });

  it('are not told twice, unless they say something else', () => {
    const said = [guard('dwell', 'block'), guard('traffic', 'warn')];
    expect(besides([guard('dwell', 'block'), guard('traffic', 'block'), guard('ports', 'pass')], said).map((one) => one.guard)).toEqual(['traffic', 'ports']);
  });
});

describe('the countdown', () => {
  const now = new Date('2026-11-26T12:00:00.200Z');
  it.each([
    ['2026-11-26T12:00:01Z', { days: 0, clock: '00:00:01' }],
    ['2026-12-26T13:01:05Z', { days: 30, clock: '01:01:05' }],
    ['2026-11-26T12:00:00Z', undefined],
  ])('to %s is never too short', (until, left) => {
    expect(leftUntil(until, now)).toEqual(left);
  });
});

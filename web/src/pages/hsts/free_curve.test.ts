import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../api/types';
import { freeCurve, momentNow, turns, unitFor } from './free_curve';

const NOW = Date.parse('2026-11-26T12:00:00Z') / 1000;
const DAY = 86_400;
const SLACK = 7_200;
const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

// As the ledger tells it: from and to in seconds from now.
function entry(maxAge: number, from: number, to: number | null, certificate?: number): LedgerEntry {
  const end = Math.min((to ?? 0) + maxAge, certificate ?? Number.POSITIVE_INFINITY) + SLACK;
  return {
    max_age: maxAge, include_subdomains: false, preload: false, from: iso(NOW + from), to: to === null ? null : iso(NOW + to),
    ...(certificate !== undefined && { certificate_bounds_until: iso(NOW + certificate) }), bound_until: maxAge === 0 ? null : iso(NOW + end), over: maxAge === 0 || end < 0,
  };
}

const leftAt = (entries: readonly LedgerEntry[], at: number): number | undefined => freeCurve(entries, NOW).find((point) => point.at === NOW + at)?.left;

describe('how long it takes until everybody is free', () => {
  it('is what is promised, as long as it is, and runs out from now on', () => {
    const trial = [entry(300, -600, null)];
    expect(leftAt(trial, -600)).toBe(300 + SLACK);
    expect(leftAt(trial, 0)).toBe(300 + SLACK);
    expect(freeCurve(trial, NOW).at(-1)).toEqual({ at: NOW + 300 + SLACK, left: 0, ahead: true });
    expect(freeCurve(trial, NOW).filter((point) => point.ahead).every((point, i, all) => i === 0 || point.left < (all[i - 1]?.left ?? 0))).toBe(true);
  });

  it('is the longest promise, also when a shorter one followed', () => {
    const down = [entry(DAY, -4 * 3_600, -3_600), entry(300, -3_600, null)];
    expect(leftAt(down, 0)).toBe(DAY - 3_600 + SLACK);
  });

  it('jumps where a longer promise begins', () => {
    const up = [entry(300, -2 * DAY, -DAY), entry(7 * DAY, -DAY, null)];
    expect(leftAt(up, -DAY - 1)).toBe(300 + SLACK);
    expect(leftAt(up, -DAY)).toBe(7 * DAY + SLACK);
  });

  it('goes by the end of the certificate where that bounds it', () => {
    expect(leftAt([entry(365 * DAY, -DAY, null, 10 * DAY)], 0)).toBe(10 * DAY + SLACK);
  });

  it('ends where the ledger says that everybody is free', () => {
    const entries = [entry(0, -DAY, null), entry(30 * DAY, -5 * DAY, -DAY), entry(7 * DAY, -20 * DAY, -5 * DAY, 40 * DAY)];
    const latest = Math.max(...entries.map((one) => (one.bound_until === null ? 0 : Date.parse(one.bound_until) / 1000)));
    expect(freeCurve(entries, NOW).at(-1)?.at).toBe(latest);
  });

  it('moves on with what is still sent, however long ago the ledger was asked', () => {
    expect(freeCurve([entry(DAY, -600, null)], NOW + 3_600).at(-1)?.at).toBe(NOW + 3_600 + DAY + SLACK);
  });

  it('has no curve when nobody is bound', () => {
    expect(freeCurve([], NOW)).toEqual([]);
    expect(freeCurve([entry(0, -DAY, null), entry(300, -3 * DAY, -2 * DAY)], NOW)).toEqual([]);
  });

  it('leaves what lies ahead a place in it, however long ago it began', () => {
    const points = freeCurve([entry(31 * DAY, -900 * DAY, -800 * DAY), entry(300, -600, null)], NOW);
    expect(NOW - (points[0]?.at ?? 0)).toBeLessThanOrEqual(4 * (300 + SLACK));
  });
});

it('what has begun by the ledger’s clock has begun, though this clock is behind', () => {
  const entries = [entry(300, 90, null)];
  expect(momentNow(entries, (NOW - 5) * 1000)).toBe(NOW + 90);
  expect(freeCurve(entries, momentNow(entries, (NOW - 5) * 1000)).at(-1)?.left).toBe(0);
  expect(momentNow([], (NOW - 5) * 1000)).toBe(NOW);
});

it('a table has the moments where it turns, now, and the end', () => {
  const entries = [entry(300, -2 * DAY, -DAY), entry(7 * DAY, -DAY, null)];
  expect(turns(freeCurve(entries, NOW), entries, NOW).map(({ at }) => at - NOW)).toEqual([-2 * DAY, -DAY, 0, 7 * DAY + SLACK]);
});

it.each([
  [300 + SLACK, 'hour'],
  [3_600, 'minute'],
  [30 * DAY, 'day'],
])('a height of %d seconds is told in units of a %s', (height, name) => {
  expect(unitFor(height).name).toBe(name);
});

import { describe, expect, it } from 'vitest';
import { clientsDay, exactly } from '../../test/clients';
import { countsOf, daysOf, errorsOf, overIp4, shareRange, storyOf, todayOf, toldFirst } from './clients';
import { KIND_HELPS, PROGRAM_NAMES, kindOf, kindsOf, programOf } from './programs';

const DAY = 86_400;
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000;

describe('the days', () => {
  it('end today by the server’s clock, whatever step was asked for', () => {
    expect(todayOf({ until: '2026-11-27T00:00:00Z' })).toBe('2026-11-26');
    expect(todayOf({ until: '2026-11-26T00:01:00Z' })).toBe('2026-11-26');
  });

  it('are a week at least, of which nothing is known before the first', () => {
    const days = daysOf([clientsDay('2026-11-26'), clientsDay('2026-11-24', { stranded: { count: 3, error: 2 } })], '2026-11-26');
    expect(days.moments).toHaveLength(7);
    expect(days.moments.at(-1)).toBe(at('2026-11-26'));
    expect(days.knownFrom).toBe(at('2026-11-24'));
    expect(countsOf(days, 'stranded')).toEqual([null, null, null, null, 3, null, 0]);
    expect(errorsOf(days, 'stranded')).toEqual([0, 0, 0, 0, 2, 0, 0]);
  });

  it('go back to the oldest, and no further than is kept', () => {
    const days = daysOf([clientsDay('2026-11-26'), clientsDay('2026-11-01'), clientsDay('1999-01-01')], '2026-11-26');
    expect(days.moments[0]).toBe(at('2026-11-01'));
    expect(days.moments).toHaveLength(26);
    expect(days.moments.every((moment, i) => i === 0 || moment - (days.moments[i - 1] ?? 0) === DAY)).toBe(true);
    expect(days.knownFrom).toBeUndefined();
  });

  it('of the future are not taken: a clock that was put back', () => {
    expect(daysOf([clientsDay('2027-01-01')], '2026-11-26').days.every((day) => day === undefined)).toBe(true);
  });
});

describe('the story of a day', () => {
  it.each([
    ['nobody', {}],
    ['not_sent', { http: exactly(2) }],
    ['none', { http: exactly(2), redirected: exactly(2), arrived: exactly(2) }],
    ['on_the_way', { http: exactly(2), redirected: exactly(2), arrived: exactly(1), waiting: exactly(1) }],
    ['some', { http: exactly(2), redirected: exactly(2), waiting: exactly(1), stranded: exactly(1) }],
  ])('is %s', (story, day) => expect(storyOf(clientsDay('2026-11-26', day))).toBe(story));

  it('is told first of the newest day on which somebody was sent to HTTPS', () => {
    const [today, before] = [clientsDay('2026-11-26', { http: exactly(1) }), clientsDay('2026-11-25', { redirected: exactly(1) })];
    expect(toldFirst([today, before])).toBe(before);
    expect(toldFirst([today])).toBe(today);
    expect(toldFirst([])).toBeUndefined();
  });
});

describe('a share', () => {
  it('is exact when the figure is', () => expect(shareRange(exactly(1), exactly(4))).toBeUndefined());
  it('lies between none and all', () => {
    expect(shareRange({ count: 20, error: 5 }, { count: 100, error: 9 })).toEqual([0.15, 0.25]);
    expect(shareRange({ count: 2, error: 5 }, { count: 5, error: 9 })).toEqual([0, 1]);
  });
  it('of nothing is none', () => expect(shareRange({ count: 0, error: 5 }, exactly(0))).toBeUndefined());
  it('of IPv4 is what is left', () => expect(overIp4(clientsDay('2026-11-26', { stranded: exactly(5), stranded_ipv6: exactly(2) }))).toEqual(exactly(3)));
});

describe('programs', () => {
  it('have words and what helps, each', () => {
    for (const name of PROGRAM_NAMES) expect(KIND_HELPS[kindOf(name)]).toMatch(/^clients\.helps_/);
    expect(programOf('newer_than_this')).toBeUndefined();
    expect(kindOf('newer_than_this')).toBe('unknown');
  });
  it('are helped people first, each kind once', () => {
    const of = (name: string, count = 1): { class: string; count: number } => ({ class: name, count });
    expect(kindsOf([of('bot'), of('curl'), of('python'), of('firefox'), of('monitor', 0)])).toEqual(['people', 'script', 'crawler']);
  });
});

import { describe, expect, it } from 'vitest';
import { SPAN_NAMES, longerThan, secondsOf, sinceOf, spanFrom, stepOf, STEP_S } from './span';

const NOW = Date.parse('2026-11-26T12:34:56Z');

describe('the span', () => {
  it.each([
    ['span=24h', '24h'],
    ['span=1y', '1y'],
    ['span=two+weeks', '7d'],
    ['', '7d'],
  ])('of ?%s is %s', (query, span) => {
    expect(spanFrom(new URLSearchParams(query))).toBe(span);
  });

  it('begins so that it has whole steps, the present one as the last', () => {
    expect(sinceOf('24h', NOW)).toBe('2026-11-25T13:00:00Z');
    expect(sinceOf('1h', NOW)).toBe('2026-11-26T11:35:00Z');
    expect(sinceOf('30d', NOW)).toBe('2026-10-28T00:00:00Z');
    for (const span of SPAN_NAMES) expect((NOW / 1000 - Date.parse(sinceOf(span, NOW)) / 1000) / STEP_S[stepOf(span)]).toBeLessThanOrEqual(secondsOf(span) / STEP_S[stepOf(span)]);
  });

  it('is the same question until the next step begins', () => {
    expect(sinceOf('7d', NOW)).toBe(sinceOf('7d', Date.parse('2026-11-26T12:59:59Z')));
    expect(sinceOf('7d', NOW)).not.toBe(sinceOf('7d', Date.parse('2026-11-26T13:00:00Z')));
  });

  it('has a longer one but for the last', () => {
    expect(longerThan('7d')).toBe('30d');
    expect(longerThan('1y')).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../api/types';
import { type Bucket, failedIn, isEmpty, lastOf, mostOf, seriesOf, valuesOf } from './series';

const bucket = (at: string, more: Partial<Bucket> = {}): Bucket => ({ at, https_requests: 0, http_requests: 0, redirects: 0, handshakes: 0, failures: {}, ...more });
const TOTALS = { https_requests: 0, http_requests: 0, redirects: 0, handshakes: 0, handshakes_failed: 0 };
const evidence = (more: Partial<Evidence> = {}): Evidence => ({ since: '2026-11-26T08:00:00Z', until: '2026-11-26T12:34:56Z', step: 'hour', known_from: '2020-01-01T00:00:00Z', totals: TOTALS, failures: [], buckets: [], ...more });
const https = (one: Bucket): number => one.https_requests;

describe('the series', () => {
  it('has a moment for each step, also those that were left out', () => {
    const series = seriesOf(evidence({ buckets: [bucket('2026-11-26T09:00:00Z', { https_requests: 7 }), bucket('2026-11-26T12:00:00Z', { https_requests: 2 })] }));
    expect(series.moments.map((at) => new Date(at * 1000).getUTCHours())).toEqual([8, 9, 10, 11, 12]);
    expect(valuesOf(series, https)).toEqual([0, 7, 0, 0, 2]);
  });

  it('does not take for zero what is from before it is known', () => {
    const series = seriesOf(evidence({ known_from: '2026-11-26T10:20:00Z', buckets: [bucket('2026-11-26T11:00:00Z', { https_requests: 1 })] }));
    expect(valuesOf(series, https)).toEqual([null, null, 0, 1, 0]);
    expect(series.knownFrom).toBe(Date.parse('2026-11-26T10:20:00Z') / 1000);
    expect(valuesOf(seriesOf(evidence({ known_from: null })), https)).toEqual([null, null, null, null, null]);
    expect(seriesOf(evidence()).knownFrom).toBeUndefined();
  });

  it('leaves out a past that nothing is known of, but for a little', () => {
    const year = seriesOf(evidence({ step: 'day', since: '2025-11-27T00:00:00Z', known_from: '2026-11-25T10:00:00Z' }));
    expect(year.moments).toHaveLength(24);
    expect(valuesOf(year, https).slice(-3)).toEqual([null, 0, 0]);
    const months = seriesOf(evidence({ step: 'day', since: '2025-11-27T00:00:00Z', known_from: '2026-09-01T10:00:00Z' }));
    expect(new Date((months.moments[0] ?? 0) * 1000).toISOString()).toBe('2026-08-31T00:00:00.000Z');
    expect(valuesOf(months, https).slice(0, 2)).toEqual([null, 0]);
    expect(seriesOf(evidence({ step: 'day', since: '2025-11-27T00:00:00Z' })).moments).toHaveLength(365);
  });

  it('does not end in a step of which nothing is over', () => {
    expect(seriesOf(evidence({ until: '2026-11-26T12:00:00Z' })).moments).toHaveLength(4);
    expect(seriesOf(evidence({ since: '2026-11-26T12:00:00Z', until: '2026-11-26T12:00:00Z' })).moments).toHaveLength(1);
  });

  it('stays of a bounded size whatever the answer says', () => {
    expect(seriesOf(evidence({ step: 'minute', since: '2000-01-01T00:00:00Z' })).moments.length).toBeLessThanOrEqual(2_000);
  });

  it('knows the highest and the last', () => {
    expect(mostOf([0, null, 3, 5, 5, 1, 0])).toEqual({ at: 3, value: 5 });
    expect(lastOf([0, null, 3, 5, 5, 1, 0])).toBe(5);
    expect(mostOf([0, null])).toBeUndefined();
    expect(lastOf([0, null])).toBeUndefined();
  });

  it('adds up what failed, and knows when there was nothing at all', () => {
    expect(failedIn(bucket('2026-11-26T09:00:00Z', { failures: { version: 2, cipher: 1 } }))).toBe(3);
    expect(isEmpty(evidence())).toBe(true);
    expect(isEmpty(evidence({ totals: { ...TOTALS, handshakes_failed: 1 } }))).toBe(false);
  });
});

// What the server counted, moment by moment: it leaves out what was nothing, and says from when on it knows anything. Pure.
import type { Evidence } from '../../api/types';
import { STEP_S } from './span';

export type Bucket = Evidence['buckets'][number];

export interface Series {
  step: number; // seconds
  moments: number[]; // seconds since 1970, one for each step from where something is known
  buckets: (Bucket | null | undefined)[]; // null: nothing came; undefined: nothing is known of it
  knownFrom: number | undefined; // where it lies within
}

// So many are shown, however little is known: of what is known from this morning on, a year would show nothing.
const MOMENTS_LEAST = 24;
// More than the longest span has; an answer of other steps than were asked for must not stop the page.
const MOMENTS_MAX = 2_000;

const seconds = (moment: string): number => Math.floor(Date.parse(moment) / 1000);

export function seriesOf(evidence: Evidence): Series {
  const step = STEP_S[evidence.step];
  const floor = (at: number): number => Math.floor(at / step) * step;
  const first = floor(seconds(evidence.since));
  const last = Math.max(first, floor(seconds(evidence.until) - 1));
  const count = Math.min(MOMENTS_MAX, (last - first) / step + 1);
  const known = evidence.known_from === null ? Number.POSITIVE_INFINITY : seconds(evidence.known_from);
  const skipped = Math.max(0, Math.min(count - MOMENTS_LEAST, Math.floor((known - first) / step) - 1));
  const begin = first + skipped * step;
  const moments = Array.from({ length: count - skipped }, (_, i) => begin + i * step);
  const byMoment = new Map(evidence.buckets.map((bucket) => [floor(seconds(bucket.at)), bucket]));
  const buckets = moments.map((at) => byMoment.get(at) ?? (at + step > known ? null : undefined));
  return { step, moments, buckets, knownFrom: known > first && known < first + count * step ? known : undefined };
}

export type Count = (bucket: Bucket) => number;

// For a chart: null where nothing is known.
export function valuesOf(series: Series, count: Count): (number | null)[] {
  return series.buckets.map((bucket) => (bucket === undefined ? null : bucket === null ? 0 : count(bucket)));
}

export interface Most {
  at: number; // index
  value: number;
}

// The first of the highest, and undefined when all is zero.
export function mostOf(values: readonly (number | null)[]): Most | undefined {
  return values.reduce<Most | undefined>((most, value, at) => (value !== null && value > (most?.value ?? 0) ? { at, value } : most), undefined);
}

// The newest step in which there was one.
export function lastOf(values: readonly (number | null)[]): number | undefined {
  for (let at = values.length - 1; at >= 0; at--) if ((values[at] ?? 0) > 0) return at;
  return undefined;
}

export function failedIn(bucket: Bucket): number {
  return Object.values(bucket.failures).reduce((sum, count) => sum + count, 0);
}

export function isEmpty({ totals }: Evidence): boolean {
  return totals.https_requests + totals.http_requests + totals.handshakes + totals.handshakes_failed === 0;
}

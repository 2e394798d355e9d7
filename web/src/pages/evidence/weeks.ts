// Weeks of different clients, as the coverage has them, moment by moment. Pure.
import type { Coverage } from '../../api/types';

export type Week = Coverage['weeks'][number];

export interface Weeks {
  moments: number[]; // seconds since 1970: its Monday (UTC), for each week up to the newest that is known
  weeks: (Week | undefined)[]; // undefined: nothing was noted of it
  knownFrom: number | undefined; // where it lies within
}

export const WEEK_S = 7 * 86_400;
// So many are shown, however few are known.
const WEEKS_LEAST = 6;
// Three years are kept.
const WEEKS_MAX = 160;

const momentOf = (week: string): number => Date.parse(`${week}T00:00:00Z`) / 1000;

export function weeksOf(known: readonly Week[]): Weeks {
  const begins = known.map((one) => momentOf(one.week));
  const last = Math.max(...begins);
  const oldest = Math.min(...begins.filter((at) => at > last - WEEKS_MAX * WEEK_S));
  if (!Number.isFinite(last)) return { moments: [], weeks: [], knownFrom: undefined };
  const count = Math.max(WEEKS_LEAST, Math.round((last - oldest) / WEEK_S) + 1);
  const moments = Array.from({ length: count }, (_, i) => last - (count - 1 - i) * WEEK_S);
  const byMoment = new Map(known.map((one) => [momentOf(one.week), one]));
  return { moments, weeks: moments.map((at) => byMoment.get(at)), knownFrom: oldest > (moments[0] ?? 0) ? oldest : undefined };
}

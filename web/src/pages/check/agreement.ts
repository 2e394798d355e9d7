// Whether those who read the field make the same of it.
import type { Check } from './check_page';

export type Reading = NonNullable<Check['readings']>[number];

// Chromium remembers no promise for longer than a year: that others do is no difference in reading.
const LONGEST_S = 31_536_000;

function clipped({ max_age_s }: Reading): number | undefined {
  return max_age_s === null ? undefined : Math.min(max_age_s, LONGEST_S);
}

function isLike(one: Reading, standard: Reading): boolean {
  if (!one.taken || !standard.taken) return one.taken === standard.taken;
  // Most browsers know no `preload`.
  return clipped(one) === clipped(standard) && one.include_subdomains === standard.include_subdomains && (!one.is_checker || one.preload === standard.preload);
}

export type Agreement = 'alike' | 'ignored' | 'different';

export function agreementOf(readings: readonly Reading[]): Agreement {
  const [standard] = readings;
  if (standard !== undefined && !readings.every((one) => isLike(one, standard))) return 'different';
  return standard?.taken === false ? 'ignored' : 'alike';
}

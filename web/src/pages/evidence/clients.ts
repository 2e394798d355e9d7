// Clients by day, as the evidence has them: today so far, and the days before it that are kept. Pure.
import type { ClientsDay, Figure, SiteEvidence } from '../../api/types';
import { STEP_S } from './span';

export interface Days {
  moments: number[]; // seconds since 1970, one for each day (UTC) up to today
  days: (ClientsDay | undefined)[]; // undefined: nothing was noted of it
  knownFrom: number | undefined; // where it lies within
}

// So many are shown, however few are known: two bars would be two walls.
const DAYS_LEAST = 7;
// More than the longest span has; an answer of other days than were asked for must not stop the page.
const DAYS_MAX = 400;

const momentOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000;
const dayOf = (moment: number): string => new Date(moment * 1000).toISOString().slice(0, 10);

// By the server's clock: its answer ends with the present step at the latest.
export function todayOf({ until }: Pick<SiteEvidence, 'until'>): string {
  return dayOf(Date.parse(until) / 1000 - 1);
}

export function daysOf(clients: readonly ClientsDay[], today: string): Days {
  const last = momentOf(today);
  const known = clients.map((one) => momentOf(one.day)).filter((at) => at <= last && at > last - DAYS_MAX * STEP_S.day);
  const oldest = Math.min(last, ...known);
  const count = Math.max(DAYS_LEAST, (last - oldest) / STEP_S.day + 1);
  const moments = Array.from({ length: count }, (_, i) => last - (count - 1 - i) * STEP_S.day);
  const byMoment = new Map(clients.map((one) => [momentOf(one.day), one]));
  return { moments, days: moments.map((at) => byMoment.get(at)), knownFrom: known.length > 0 && oldest > (moments[0] ?? 0) ? oldest : undefined };
}

export type Measure = 'stranded' | 'arrived';

export function countsOf({ days }: Days, measure: Measure): (number | null)[] {
  return days.map((day) => day?.[measure].count ?? null);
}

export function errorsOf({ days }: Days, measure: Measure): number[] {
  return days.map((day) => day?.[measure].error ?? 0);
}

export type Story =
  | 'nobody' // came over plain HTTP
  | 'not_sent' // to HTTPS, of those who came
  | 'none' // is missing
  | 'on_the_way' // none is missing so far
  | 'some'; // never came

export function storyOf({ http, redirected, stranded, waiting }: ClientsDay): Story {
  if (http.count === 0) return 'nobody';
  if (redirected.count === 0) return 'not_sent';
  if (stranded.count > 0) return 'some';
  return waiting.count > 0 ? 'on_the_way' : 'none';
}

// The day to tell of first: the newest on which somebody was sent to HTTPS.
export function toldFirst(clients: readonly ClientsDay[]): ClientsDay | undefined {
  return clients.find((day) => day.redirected.count > 0) ?? clients[0];
}

// Between what and what a part of all may lie, of figures that come from one sample. undefined: it is exact.
export function shareRange(part: Figure, all: Figure): [number, number] | undefined {
  if (part.error === 0 || all.count === 0) return undefined;
  const bound = (count: number): number => Math.min(1, Math.max(0, count / all.count));
  return [bound(part.count - part.error), bound(part.count + part.error)];
}

// Those of the stranded that do not use IPv6.
export function overIp4({ stranded, stranded_ipv6: ip6 }: ClientsDay): Figure {
  return { count: Math.max(0, stranded.count - ip6.count), error: stranded.error };
}

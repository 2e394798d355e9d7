// How long it takes until the last browser is free, at every moment of the past, and from now on: by what the ledger says
// could have been sent. Pure arithmetic, in seconds.
import type { LedgerEntry } from '../../api/types';

export interface FreePoint {
  at: number; // seconds since 1970
  left: number; // until the last browser was or will be free
  ahead: boolean; // if nothing more is promised from now on
}

interface Span {
  from: number;
  to: number; // now, where it can still be sent
  reach: number; // from a moment of sending to the end of what it binds
  cap: number; // nothing that was sent binds past this moment
}

// What the ledger adds for answers that are still under way (src/hsts/ledger.h).
const SLACK_S = 7_200;
// Points between the corners, so that a curve bounded by a certificate's end is one.
const SAMPLES = 96;
// What lies ahead gets at least a fifth of the width, however long the past is.
const PAST_PER_AHEAD = 4;

const seconds = (moment: string): number => Date.parse(moment) / 1000;

function spanOf(entry: LedgerEntry, now: number): Span | undefined {
  if (entry.max_age <= 0 || entry.bound_until === null) return undefined;
  const from = seconds(entry.from);
  const to = entry.to === null ? Math.max(now, from) : seconds(entry.to);
  const bound = seconds(entry.bound_until);
  const certificate = entry.certificate_bounds_until === undefined ? Number.POSITIVE_INFINITY : seconds(entry.certificate_bounds_until);
  // What can still be sent binds for longer with every moment; the ledger's own date is of the moment it was asked.
  const slack = entry.to === null ? SLACK_S : Math.max(0, bound - Math.min(to + entry.max_age, certificate));
  return { from, to, reach: entry.max_age + slack, cap: certificate + slack };
}

// When the last browser is free of what was sent up to this moment.
function freeAt(spans: readonly Span[], at: number): number {
  let latest = 0;
  for (const { from, to, reach, cap } of spans) if (from <= at) latest = Math.max(latest, Math.min(Math.min(at, to) + reach, cap));
  return latest;
}

// This moment, to the minute, by a clock that may be a little behind the ledger's: what has begun there has begun.
export function momentNow(entries: readonly LedgerEntry[], nowMs: number): number {
  const minute = Math.ceil(nowMs / 60_000) * 60;
  return entries.reduce((latest, entry) => Math.max(latest, seconds(entry.from)), minute);
}

// Empty when everybody is free.
export function freeCurve(entries: readonly LedgerEntry[], now: number): FreePoint[] {
  const spans = entries.map((entry) => spanOf(entry, now)).filter((span) => span !== undefined);
  const end = freeAt(spans, now);
  if (end <= now) return [];
  const first = spans.reduce((earliest, span) => Math.min(earliest, span.from), now);
  const begin = Math.max(first, now - PAST_PER_AHEAD * (end - now));
  const corners = spans.flatMap(({ from, to, cap }) => [from - 1, from, to, cap]).filter((at) => at >= begin && at <= end);
  const between = Array.from({ length: SAMPLES + 1 }, (_, i) => begin + ((end - begin) * i) / SAMPLES);
  const moments = [...new Set([begin, ...corners, ...between, now, end])].sort((a, b) => a - b);
  return moments.map((at) => ({ at, left: Math.max(0, freeAt(spans, Math.min(at, now)) - at), ahead: at > now }));
}

// The moments that a table needs: where it turns.
export function turns(points: readonly FreePoint[], entries: readonly LedgerEntry[], now: number): FreePoint[] {
  const wanted = new Set(entries.flatMap((entry) => [seconds(entry.from), ...(entry.to === null ? [] : [seconds(entry.to)])]));
  const last = points.at(-1);
  return points.filter((point) => wanted.has(point.at) || point.at === now || point === last);
}

export interface TimeUnit {
  name: 'day' | 'hour' | 'minute';
  seconds: number;
}

// In which unit a curve of this height is read most easily.
export function unitFor(height: number): TimeUnit {
  if (height > 2 * 86_400) return { name: 'day', seconds: 86_400 };
  return height > 2 * 3_600 ? { name: 'hour', seconds: 3_600 } : { name: 'minute', seconds: 60 };
}

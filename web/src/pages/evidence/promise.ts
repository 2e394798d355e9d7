// The certificate's end against how far promises reach: at every moment, and the moment when the one passes the other. Pure
// arithmetic, in seconds, by max-age alone: what the ledger adds for answers under way does not belong to what is promised.
import type { Certificate, LedgerEntry } from '../../api/types';

export interface Held {
  begin: number; // nothing is known of a certificate before
  end: number;
}

interface Sent {
  from: number;
  to: number; // infinite while it is sent
  maxAge: number;
  cap: number; // nothing that was sent binds past this moment
}

export interface Reach {
  at: number;
  certificate: number | null; // its end
  promise: number | null; // until when somebody is bound; null: nobody is
  ahead: boolean; // if it goes on as it is
}

export type Verdict =
  | { state: 'nothing' } // neither
  | { state: 'no_promise' | 'no_certificate' | 'ended' }
  | { state: 'within'; sending: boolean } // promises end before the certificate
  | { state: 'will' | 'past'; at: number }; // they pass its end from this moment on

const SAMPLES = 48;
// What is shown of what lies ahead, when nothing there says how much: as part of what lies behind.
const AHEAD_LEAST = 0.25;

const seconds = (moment: string): number => Date.parse(moment) / 1000;

// What visitors are served: of two sides, each of which serves some, the one that ends first.
export function heldOf(certificates: readonly Certificate[]): Held | undefined {
  const served = certificates.filter((one) => one.drawer !== true && one.not_after !== undefined);
  if (served.length === 0) return undefined;
  const begins = served.map((one) => seconds(one.stored ?? one.not_before ?? one.not_after ?? ''));
  return { begin: Math.max(...begins), end: Math.min(...served.map((one) => seconds(one.not_after ?? ''))) };
}

export function sentOf(entries: readonly LedgerEntry[]): Sent[] {
  return entries
    .filter((entry) => entry.max_age > 0)
    .map((entry) => ({
      from: seconds(entry.from),
      to: entry.to === null ? Number.POSITIVE_INFINITY : seconds(entry.to),
      maxAge: entry.max_age,
      cap: entry.certificate_bounds_until === undefined ? Number.POSITIVE_INFINITY : seconds(entry.certificate_bounds_until),
    }));
}

// Until when somebody is bound by what was sent up to a moment.
export function reachAt(sent: readonly Sent[], at: number): number | null {
  const reach = sent.filter((one) => one.from <= at).reduce((latest, one) => Math.max(latest, Math.min(Math.min(at, one.to) + one.maxAge, one.cap)), 0);
  return reach > at ? reach : null;
}

// The first moment at which something is sent that reaches past the certificate's end.
function crossing(sent: readonly Sent[], end: number): number | undefined {
  const moments = sent.filter((one) => one.cap > end).map((one) => ({ at: Math.max(one.from, end - one.maxAge), to: one.to }));
  const reached = moments.filter((one) => one.at <= one.to).map((one) => one.at);
  return reached.length === 0 ? undefined : Math.min(...reached);
}

export function verdictOf(sent: readonly Sent[], held: Held | undefined, now: number): Verdict {
  const reach = reachAt(sent, now);
  const sending = sent.some((one) => one.from <= now && one.to > now);
  if (held === undefined) return { state: reach === null && !sending ? 'nothing' : 'no_certificate' };
  if (reach === null && !sending) return { state: 'no_promise' };
  if (held.end <= now) return { state: 'ended' };
  const at = crossing(sent, held.end);
  if (at !== undefined && reach !== null && reach > held.end) return { state: 'past', at: Math.max(Math.min(at, now), held.begin) };
  return at !== undefined && at > now ? { state: 'will', at } : { state: 'within', sending };
}

// From `since` to as far ahead as there is something to see.
export function reachesOf(sent: readonly Sent[], held: Held | undefined, since: number, now: number): Reach[] {
  const sending = sent.some((one) => one.to > now);
  const ends = [held?.end ?? 0, sending ? 0 : (reachAt(sent, now) ?? 0)];
  const until = Math.max(now + (now - since) * AHEAD_LEAST, ...ends);
  const corners = sent.flatMap((one) => [one.from - 1, one.from, one.to, one.to + one.maxAge, one.cap - one.maxAge, one.cap]);
  const ofCertificate = held === undefined ? [] : [held.begin - 1, held.begin, held.end, held.end + 1, ...sent.map((one) => held.end - one.maxAge)];
  const between = Array.from({ length: SAMPLES + 1 }, (_, i) => Math.round(since + ((until - since) * i) / SAMPLES));
  const wanted = [since, now, until, ...corners, ...ofCertificate, ...between].filter((at) => at >= since && at <= until);
  return [...new Set(wanted)]
    .sort((a, b) => a - b)
    .map((at) => ({ at, certificate: held !== undefined && at >= held.begin && at <= held.end ? held.end : null, promise: reachAt(sent, at), ahead: at > now }));
}

// The moments that a table needs: where something begins or ends.
export function turnsOf(reaches: readonly Reach[], sent: readonly Sent[], held: Held | undefined, now: number, verdict: Verdict): Reach[] {
  const wanted = new Set([now, ...sent.flatMap((one) => [one.from, one.to]), ...(held === undefined ? [] : [held.begin, held.end]), ...('at' in verdict ? [verdict.at] : [])]);
  return reaches.filter((one, i) => wanted.has(one.at) || i === reaches.length - 1);
}

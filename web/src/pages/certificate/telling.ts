// Which channels tell of a site's certificate, of what, and how early. As the server judges it (control/notify_judge.c and
// docs/guide/notifications.md): a channel is asked for what it takes, and that is held against what the site has.
import type { Channel } from '../../api/types';
import { type EventName, type Severity, draftOf } from '../notifications/channel_input';

const DAY_S = 86_400;
const RANK: Record<Severity, number> = { info: 0, warning: 1, critical: 2 };

// Of a certificate's end, by how much is left of it.
const STAGES: readonly (readonly [number, Severity])[] = [
  [30 * DAY_S, 'info'],
  [14 * DAY_S, 'warning'],
  [7 * DAY_S, 'warning'],
  [3 * DAY_S, 'critical'],
  [DAY_S, 'critical'],
  [0, 'critical'],
];

export interface Subject {
  notBefore: string | undefined;
  notAfter: string | undefined; // of the one that ends first; undefined: the site has none
  renewsItself: boolean;
  isOrdered: boolean; // from an authority
  hasDrawer: boolean;
  boundUntil: string | null; // browsers insist on HTTPS
}

export interface Telling {
  endFrom: { at: string; leftS: number } | undefined; // of its end from then on; undefined: never, or nothing ends
  takesEnd: boolean;
  atOnce: EventName[]; // of these when they happen
}

function secondsOf(moment: string): number {
  return new Date(moment).getTime() / 1000;
}

function stepUp(severity: Severity): Severity {
  return severity === 'info' ? 'warning' : 'critical';
}

// Browsers that insist for longer than it lasts make its end one step more severe.
function locksOut(subject: Subject): boolean {
  return subject.notAfter !== undefined && subject.boundUntil !== null && secondsOf(subject.boundUntil) > secondsOf(subject.notAfter);
}

function leftWhenTold(subject: Subject, least: Severity): number {
  const first = STAGES.find(([, severity]) => RANK[locksOut(subject) ? stepUp(severity) : severity] >= RANK[least])?.[0] ?? 0;
  if (!subject.renewsItself || subject.notBefore === undefined || subject.notAfter === undefined) return first;
  // What renews itself is late with a quarter of its time left, and not told of before.
  return Math.min(first, Math.floor((secondsOf(subject.notAfter) - secondsOf(subject.notBefore)) / 4));
}

function severityOf(event: EventName, subject: Subject): Severity | undefined {
  switch (event) {
    case 'obtained':
    case 'renewed':
      return subject.isOrdered ? 'info' : undefined;
    case 'served':
      return 'info';
    case 'failing':
      return subject.isOrdered ? 'warning' : undefined;
    case 'mismatch':
      return subject.boundUntil === null ? 'warning' : 'critical';
    case 'drawer':
      return subject.hasDrawer ? 'warning' : undefined;
    case 'expiring': // told by how much is left
    case 'clock': // no matter of one site
    case 'check': // nor of a certificate
    case 'subdomains':
    case 'held':
    case 'in_clear':
      return undefined;
  }
}

export function tellingOf(channel: Channel, subject: Subject): Telling {
  const { events, severity: least } = draftOf(channel);
  if (channel.paused) return { endFrom: undefined, takesEnd: false, atOnce: [] };
  const takesEnd = events.includes('expiring');
  const leftS = leftWhenTold(subject, least);
  const endFrom = takesEnd && subject.notAfter !== undefined ? { at: new Date((secondsOf(subject.notAfter) - leftS) * 1000).toISOString(), leftS } : undefined;
  const atOnce = events.filter((event) => {
    const severity = severityOf(event, subject);
    return severity !== undefined && RANK[severity] >= RANK[least];
  });
  return { endFrom, takesEnd, atOnce };
}

export type Reach = 'none' | 'not_of_its_end' | 'told';

// Whether somebody knows in time.
export function reachOf(channels: readonly Channel[], subject: Subject): Reach {
  const tellings = channels.map((channel) => tellingOf(channel, subject));
  if (tellings.some((telling) => telling.takesEnd)) return 'told';
  return tellings.some((telling) => telling.atOnce.length > 0) ? 'not_of_its_end' : 'none';
}

// A channel as it is filled in, and what is sent of it: by kind, and when it is changed only what is not a secret left as it is.
import type { Options } from '../../api/operations';
import type { Channel } from '../../api/types';

export const KINDS = ['email', 'webhook', 'syslog', 'hook'] as const;
export type Kind = (typeof KINDS)[number];
export const EVENTS = ['obtained', 'renewed', 'served', 'failing', 'expiring', 'mismatch', 'clock', 'drawer', 'check', 'subdomains', 'held', 'in_clear'] as const;
export type EventName = (typeof EVENTS)[number];
export type Severity = 'info' | 'warning' | 'critical';
export type Security = 'starttls' | 'tls' | 'none';

export type ChannelBody = Options<'post', '/v1/notify/channels'>['body'];

export interface Draft {
  name: string;
  kind: Kind;
  severity: Severity;
  events: readonly EventName[];
  digest: string; // hour, or empty
  host: string;
  port: string;
  security: Security;
  user: string;
  password: string;
  from: string;
  to: string;
  url: string;
  secret: string;
  facility: string;
}

// What the API gives besides, by kind.
type Details = Channel & Partial<{ host: string; port: number; security: Security; user: string | null; from: string; to: string[]; url: string; facility: string; digest_hour: number | null }>;

export function draftOf(channel: Channel | undefined): Draft {
  const known = (channel ?? {}) as Partial<Details>;
  return {
    name: known.name ?? '',
    kind: (known.kind as Kind | undefined) ?? 'email',
    severity: (known.severity as Severity | undefined) ?? 'warning',
    events: known.events === undefined || known.events.length === 0 ? EVENTS : EVENTS.filter((event) => known.events?.includes(event) === true),
    digest: typeof known.digest_hour === 'number' ? String(known.digest_hour) : '',
    host: known.host ?? '',
    port: known.port === undefined ? '' : String(known.port),
    security: known.security ?? 'starttls',
    user: known.user ?? '',
    password: '',
    from: known.from ?? '',
    to: (known.to ?? []).join(', '),
    url: known.url ?? '',
    secret: '',
    facility: known.facility ?? 'daemon',
  };
}

function mailBody(draft: Draft): ChannelBody {
  return {
    host: draft.host.trim(),
    ...(draft.port.trim() !== '' && { port: Number(draft.port) }),
    security: draft.security,
    user: draft.user.trim() === '' ? null : draft.user.trim(),
    ...(draft.password !== '' && { password: draft.password }),
    from: draft.from.trim(),
    to: draft.to.split(/[\s,;]+/).filter((part) => part !== ''),
  };
}

const BODIES: Record<Kind, (draft: Draft) => ChannelBody> = {
  email: mailBody,
  webhook: (draft) => ({ url: draft.url.trim(), ...(draft.secret !== '' && { secret: draft.secret }) }),
  syslog: (draft) => ({ facility: draft.facility }),
  hook: () => ({}),
};

// Name and kind are given once.
export function bodyOf(draft: Draft, isNew: boolean): ChannelBody {
  return {
    ...(isNew && { name: draft.name.trim(), kind: draft.kind }),
    severity: draft.severity,
    events: draft.events.length === EVENTS.length ? null : [...draft.events],
    digest_hour: draft.digest === '' ? null : Number(draft.digest),
    ...BODIES[draft.kind](draft),
  };
}

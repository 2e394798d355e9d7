// Why connections over TLS fail, in the words of the metrics (src/snapshot/counters.h): what each means, what helps, and
// whether somebody who meant to come in could not. Pure.
import type { HandshakeFailure } from '../../api/types';
import type { I18n, PlainKey } from '../../i18n';

interface Cause {
  title: PlainKey;
  means: PlainKey;
  helps: PlainKey;
  shutsOut: boolean; // a visitor of a site, most probably; the others are programs that try, or errors of no consequence
}

export const CAUSES = {
  unknown_ca: { title: 'evidence.unknown_ca', means: 'evidence.unknown_ca_means', helps: 'evidence.unknown_ca_helps', shutsOut: true },
  certificate_expired: { title: 'evidence.certificate_expired', means: 'evidence.certificate_expired_means', helps: 'evidence.certificate_expired_helps', shutsOut: true },
  bad_certificate: { title: 'evidence.bad_certificate', means: 'evidence.bad_certificate_means', helps: 'evidence.bad_certificate_helps', shutsOut: true },
  certificate_unknown: { title: 'evidence.certificate_unknown', means: 'evidence.certificate_unknown_means', helps: 'evidence.certificate_unknown_helps', shutsOut: true },
  certificate_revoked: { title: 'evidence.certificate_revoked', means: 'evidence.certificate_revoked_means', helps: 'evidence.certificate_revoked_helps', shutsOut: true },
  unsupported_certificate: { title: 'evidence.unsupported_certificate', means: 'evidence.unsupported_certificate_means', helps: 'evidence.unsupported_certificate_helps', shutsOut: true },
  no_certificate: { title: 'evidence.no_certificate', means: 'evidence.no_certificate_means', helps: 'evidence.no_certificate_helps', shutsOut: true },
  version: { title: 'evidence.version', means: 'evidence.version_means', helps: 'evidence.version_helps', shutsOut: true },
  cipher: { title: 'evidence.cipher', means: 'evidence.cipher_means', helps: 'evidence.cipher_helps', shutsOut: true },
  memory: { title: 'evidence.memory', means: 'evidence.memory_means', helps: 'evidence.memory_helps', shutsOut: true },
  unknown_name: { title: 'evidence.unknown_name', means: 'evidence.unknown_name_means', helps: 'evidence.unknown_name_helps', shutsOut: false },
  no_name: { title: 'evidence.no_name', means: 'evidence.no_name_means', helps: 'evidence.no_name_helps', shutsOut: false },
  plain_http: { title: 'evidence.plain_http', means: 'evidence.plain_http_means', helps: 'evidence.plain_http_helps', shutsOut: false },
  client_alert: { title: 'evidence.client_alert', means: 'evidence.client_alert_means', helps: 'evidence.client_alert_helps', shutsOut: false },
  no_application_protocol: { title: 'evidence.no_application_protocol', means: 'evidence.no_application_protocol_means', helps: 'evidence.no_application_protocol_helps', shutsOut: false },
  closed: { title: 'evidence.closed', means: 'evidence.closed_means', helps: 'evidence.closed_helps', shutsOut: false },
  timeout: { title: 'evidence.timeout', means: 'evidence.timeout_means', helps: 'evidence.timeout_helps', shutsOut: false },
  protocol: { title: 'evidence.protocol', means: 'evidence.protocol_means', helps: 'evidence.protocol_helps', shutsOut: false },
} as const satisfies Record<Exclude<HandshakeFailure, 'verify'>, Cause>; // verify is for connections to applications

// Of the name that the server has; one that is newer than this panel has no words here.
export function causeOf(name: string): Cause | undefined {
  return Object.keys(CAUSES).includes(name) ? CAUSES[name as keyof typeof CAUSES] : undefined;
}

export function titleOf({ t }: I18n, name: string): string {
  const known = causeOf(name);
  return known === undefined ? name : t(known.title);
}

export interface Failure {
  cause: string;
  count: number;
}

// What shuts visitors out first, then the most frequent.
export function ordered(failures: readonly Failure[]): Failure[] {
  const rank = (failure: Failure): number => (causeOf(failure.cause)?.shutsOut === true ? 0 : 1);
  return [...failures].sort((a, b) => (rank(a) !== rank(b) ? rank(a) - rank(b) : b.count - a.count));
}

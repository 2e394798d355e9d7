// What browsers report, in words: the types of Network Error Logging, and what helps where the site can do something.
import type { Reports } from '../../api/types';
import type { PlainKey } from '../../i18n';

interface ReportKind {
  title: PlainKey;
  helps?: PlainKey;
}

const KINDS: Readonly<Record<string, ReportKind>> = {
  'dns.unreachable': { title: 'reports.type_dns_unreachable' },
  'dns.name_not_resolved': { title: 'reports.type_dns_name_not_resolved' },
  'dns.failed': { title: 'reports.type_dns_failed' },
  'dns.address_changed': { title: 'reports.type_dns_address_changed' },
  'tcp.timed_out': { title: 'reports.type_tcp_timed_out' },
  'tcp.closed': { title: 'reports.type_tcp_closed' },
  'tcp.reset': { title: 'reports.type_tcp_reset' },
  'tcp.refused': { title: 'reports.type_tcp_refused' },
  'tcp.aborted': { title: 'reports.type_tcp_aborted' },
  'tcp.address_invalid': { title: 'reports.type_tcp_address_invalid' },
  'tcp.address_unreachable': { title: 'reports.type_tcp_address_unreachable' },
  'tcp.failed': { title: 'reports.type_tcp_failed' },
  'tls.version_or_cipher_mismatch': { title: 'reports.type_tls_version_or_cipher_mismatch', helps: 'evidence.version_helps' },
  'tls.bad_client_auth_cert': { title: 'reports.type_tls_bad_client_auth_cert', helps: 'evidence.client_alert_helps' },
  'tls.cert.name_invalid': { title: 'reports.type_tls_cert_name_invalid', helps: 'evidence.bad_certificate_helps' },
  'tls.cert.date_invalid': { title: 'reports.type_tls_cert_date_invalid', helps: 'evidence.certificate_expired_helps' },
  'tls.cert.authority_invalid': { title: 'reports.type_tls_cert_authority_invalid', helps: 'evidence.unknown_ca_helps' },
  'tls.cert.invalid': { title: 'reports.type_tls_cert_invalid', helps: 'evidence.certificate_unknown_helps' },
  'tls.cert.revoked': { title: 'reports.type_tls_cert_revoked', helps: 'evidence.certificate_revoked_helps' },
  'tls.cert.pinned_key_not_in_cert_chain': { title: 'reports.type_tls_cert_pinned_key_not_in_cert_chain', helps: 'evidence.client_alert_helps' },
  'tls.protocol.error': { title: 'reports.type_tls_protocol_error', helps: 'evidence.protocol_helps' },
  'tls.failed': { title: 'reports.type_tls_failed', helps: 'evidence.closed_helps' },
  'http.error': { title: 'reports.type_http_error' },
  'http.protocol.error': { title: 'reports.type_http_protocol_error' },
  'http.response.invalid': { title: 'reports.type_http_response_invalid' },
  'http.response.redirect_loop': { title: 'reports.type_http_response_redirect_loop' },
  'http.failed': { title: 'reports.type_http_failed' },
  abandoned: { title: 'reports.type_abandoned' },
  unknown: { title: 'reports.type_unknown' },
  'csp-violation': { title: 'reports.type_csp_violation', helps: 'reports.helps_csp' },
};

export const REPORT_TYPES: readonly string[] = Object.keys(KINDS);

// One that is newer than this panel has no words here.
export function reportKind(type: string): ReportKind | undefined {
  return REPORT_TYPES.includes(type) ? KINDS[type] : undefined;
}

// What shuts people out, and what the guard goes by.
export function isOfTls(type: string): boolean {
  return type.startsWith('tls.');
}

export type ReportRow = Reports['totals'][number] & { rung: number };

// Faults of TLS first, then what came from most networks; of both since the present rung began as well.
export function reportRows({ totals, rung }: Pick<Reports, 'totals' | 'rung'>): ReportRow[] {
  const since = new Map(rung.map((one) => [one.type, one.count]));
  const rank = ({ type }: ReportRow): number => (isOfTls(type) ? 0 : 1);
  return totals.map((one) => ({ ...one, rung: since.get(one.type) ?? 0 })).sort((a, b) => (rank(a) === rank(b) ? b.clients.count - a.clients.count : rank(a) - rank(b)));
}

// Networks that could not get in; one that reported several faults may be in it more than once, so that the most that one fault has
// is what is certain.
export function networksOfTls(rows: readonly ReportRow[]): number {
  return Math.max(0, ...rows.filter(({ type }) => isOfTls(type)).map(({ clients }) => clients.count));
}

// What the tests of automatic certificates share.
import { type TLSSocket, connect } from 'node:tls';
import { authority } from './certs.ts';
import type { Gateway, Json } from './gateway.ts';
import { until } from './wait.ts';

export interface Failure {
  at: string;
  ca: string;
  problem: string;
  words: string;
  fix: string;
  permanent: boolean;
}

export interface Automatic {
  wanted: boolean;
  phase: string;
  ca: string;
  issuer: string;
  renewal: string | null;
  next_attempt: string | null;
  obtained: string | null;
  failures: number;
  failure: Failure | null;
  window: { start: string; end: string; explanation: string } | null;
  revokes: boolean;
}

export interface Certificate {
  source: string;
  fingerprint_sha256?: string;
  issuer?: string;
  names?: string[];
  not_after?: string;
  automatic?: Automatic;
}

export async function certificateOf(gateway: Gateway, site: string): Promise<Certificate> {
  return (await gateway.must('GET', `/v1/sites/${site}`))['certificate'] as unknown as Certificate;
}

export async function addAuthority(gateway: Gateway, name: string, directory: string, members: Record<string, unknown> = {}): Promise<Json> {
  return gateway.must('POST', '/v1/cas', { name, directory, roots_pem: authority.pem, terms_agreed: true, contacts: ['admin@example.org'], ...members });
}

export async function untilAutomatic(gateway: Gateway, site: string, what: string, holds: (certificate: Certificate, automatic: Automatic) => boolean, timeoutMs = 20_000): Promise<Certificate> {
  return until(what, async () => {
    const certificate = await certificateOf(gateway, site);
    return certificate.automatic !== undefined && holds(certificate, certificate.automatic) && certificate;
  }, timeoutMs);
}

export async function untilObtained(gateway: Gateway, site: string, timeoutMs = 20_000): Promise<Certificate> {
  return untilAutomatic(gateway, site, `${site} has its certificate`, (certificate, { phase }) => certificate.source === 'acme' && phase === 'idle', timeoutMs);
}

// The chain that a client is served, leaf first, as fingerprints and issuers.
export function served(gateway: Pick<Gateway, 'https'>, host: string): Promise<{ fingerprint: string; issuer: string; notAfter: number }> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ host: '127.0.0.1', port: gateway.https, servername: host, rejectUnauthorized: false }, () => {
      const peer = socket.getPeerX509Certificate();
      socket.destroy();
      if (peer === undefined) reject(new Error('no certificate'));
      else resolve({ fingerprint: peer.fingerprint256, issuer: peer.issuer, notAfter: Date.parse(peer.validTo) });
    });
    socket.once('error', reject);
  });
}

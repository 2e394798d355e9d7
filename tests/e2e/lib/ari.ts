// Renewal information (RFC 9773) for an ACME server that has none: every certificate that passes by has the window a test gives it, or another answer.
import { X509Certificate } from 'node:crypto';
import { type AcmeProxy, type Answer, type Instead, type Passage, payloadOf } from './acme_proxy.ts';

export interface Window {
  start: Date;
  end: Date;
  explanationURL?: string;
}

export interface Order {
  names: string[];
  replaces: string | undefined;
  at: number;
}

export interface Issued {
  name: string; // the first
  id: string;
  fingerprint: string;
  notAfter: number;
  at: number;
}

export interface Ari {
  readonly orders: Order[];
  readonly issued: Issued[];
  readonly asked: string[]; // whose window was asked for, by the first name
  readonly unknown: string[]; // identifiers of no certificate that was issued here
}

const PATH = '/renewal-info';

// Section 4.1: the authority's key identifier and the serial number, as they are in the certificate.
function renewalId(leaf: X509Certificate): string {
  const { raw } = leaf;
  const extension = raw.indexOf(Buffer.from([0x06, 0x03, 0x55, 0x1d, 0x23, 0x04])); // authorityKeyIdentifier, OCTET STRING
  const [tag, size] = [raw[extension + 9], raw[extension + 10] ?? 0]; // behind the lengths of OCTET STRING and SEQUENCE
  if (extension < 0 || tag !== 0x80) throw new Error('no authority key identifier');
  const serial = Buffer.from(leaf.serialNumber, 'hex');
  const positive = ((serial[0] ?? 0) & 0x80) === 0 ? serial : Buffer.concat([Buffer.of(0), serial]);
  return `${raw.subarray(extension + 11, extension + 11 + size).toString('base64url')}.${positive.toString('base64url')}`;
}

function json(status: number, value: unknown, type = 'application/json'): Answer {
  return { status, headers: { 'content-type': type }, body: JSON.stringify(value) };
}

export function offerRenewalInfo(proxy: AcmeProxy, windowOf: (name: string) => Window | Answer): Ari {
  const ari: Ari = { orders: [], issued: [], asked: [], unknown: [] };

  proxy.before = (passage: Passage): Instead => {
    if (passage.path === '/order-plz' && passage.method === 'POST') {
      const { identifiers, replaces } = payloadOf(passage) as { identifiers: { value: string }[]; replaces?: string };
      ari.orders.push({ names: identifiers.map(({ value }) => value), replaces, at: Date.now() });
    }
    if (!passage.path.startsWith(`${PATH}/`)) return undefined;
    const id = passage.path.slice(PATH.length + 1);
    const name = ari.issued.find((issued) => issued.id === id)?.name;
    if (passage.method !== 'GET' || name === undefined) {
      ari.unknown.push(id);
      return json(404, { type: 'urn:ietf:params:acme:error:malformed', detail: 'no such certificate' }, 'application/problem+json');
    }
    ari.asked.push(name);
    const window = windowOf(name);
    if ('status' in window) return window;
    const { explanationURL, ...suggestedWindow } = window;
    const answer = json(200, { suggestedWindow, ...(explanationURL !== undefined && { explanationURL }) });
    return { ...answer, headers: { ...answer.headers, 'retry-after': '21600' } };
  };

  proxy.after = (passage: Passage, answer: Answer): Instead => {
    if (passage.path === '/dir') {
      const renewalInfo = new URL(PATH, proxy.directory).href;
      return { ...answer, body: JSON.stringify({ ...(JSON.parse(answer.body) as object), renewalInfo }) };
    }
    if (passage.path.startsWith('/certZ/') && answer.status === 200) {
      const leaf = new X509Certificate(answer.body);
      const name = /DNS:([^,]+)/.exec(leaf.subjectAltName ?? '')?.[1] ?? '';
      ari.issued.push({ name, id: renewalId(leaf), fingerprint: leaf.fingerprint256, notAfter: Date.parse(leaf.validTo), at: Date.now() });
    }
    return undefined;
  };
  return ari;
}

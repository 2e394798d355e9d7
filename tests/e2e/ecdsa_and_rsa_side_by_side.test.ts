import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { connectTls } from './lib/raw.ts';
import { startApplication } from './lib/upstream.ts';

const HOST = 'both.example.test';
const application = await startApplication();
const gateway = await startGateway();
const ecdsa = await authority.issue([HOST]);
const rsa = await authority.issue([HOST], { algorithm: 'rsa' });
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [ecdsa, rsa] });

async function served(options: { version: 'TLSv1.2' | 'TLSv1.3'; sigalgs?: string; ciphers?: string }): Promise<string> {
  const client = await connectTls({ port: gateway.https, servername: HOST, tls: {
    minVersion: options.version, maxVersion: options.version,
    ...(options.sigalgs === undefined ? {} : { sigalgs: options.sigalgs }), ...(options.ciphers === undefined ? {} : { ciphers: options.ciphers }) } });
  const fingerprint = new X509Certificate(client.socket.getPeerCertificate().raw).fingerprint256;
  client.send(`GET /name HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  assert.match(await client.untilText('application'), /^HTTP\/1\.1 200 /);
  client.destroy();
  return fingerprint;
}

const RSA_ONLY = 'rsa_pss_rsae_sha256:RSA+SHA256';
const ECDSA_ONLY = 'ECDSA+SHA256';

test('a client of today gets the ECDSA certificate', async () => {
  assert.equal(await served({ version: 'TLSv1.3' }), ecdsa.fingerprint);
  assert.equal(await served({ version: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256' }), ecdsa.fingerprint);
});

test('TLS 1.3: the signature algorithms offered choose the certificate', async () => {
  assert.equal(await served({ version: 'TLSv1.3', sigalgs: RSA_ONLY }), rsa.fingerprint);
  assert.equal(await served({ version: 'TLSv1.3', sigalgs: ECDSA_ONLY }), ecdsa.fingerprint);
});

test('TLS 1.2: the cipher suites offered choose the certificate', async () => {
  assert.equal(await served({ version: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' }), rsa.fingerprint);
  assert.equal(await served({ version: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }), ecdsa.fingerprint);
});

test('both certificates are shown for the site', async () => {
  const site = await gateway.must('GET', `/v1/sites/${HOST}`);
  const certificate = site['certificate'] as unknown as { source: string; ecdsa: unknown; rsa: unknown; names: string[] };
  assert.equal(certificate.source, 'file');
  assert.ok(certificate.ecdsa !== null && certificate.rsa !== null);
  assert.deepEqual(certificate.names, [HOST]);
});

test('a site with an RSA certificate alone serves both kinds of clients', async () => {
  const only = 'rsa.example.test';
  await gateway.addSite({ name: only, upstreams: [application.url], pairs: [await authority.issue([only], { algorithm: 'rsa' })] });
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const client = await connectTls({ port: gateway.https, servername: only, tls: { minVersion: version, maxVersion: version } });
    client.send(`GET /name HTTP/1.1\r\nHost: ${only}\r\n\r\n`);
    assert.match(await client.untilText('application'), /^HTTP\/1\.1 200 /);
    client.destroy();
  }
});

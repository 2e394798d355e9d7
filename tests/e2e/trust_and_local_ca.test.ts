import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readdirSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ask } from './lib/client.ts';
import { BINARY, startGateway } from './lib/gateway.ts';
import { run, runOk } from './lib/process.ts';
import { connectTls } from './lib/raw.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';

const HOST = 'intranet.example.test';
const ALIAS = 'www.intranet.example.test';
const application = await startApplication();
const gateway = await startGateway();
const added = await gateway.cli('site', 'add', HOST, '--alias', ALIAS, '--upstream', application.url, '--local-ca');
assert.equal(added.code, 0, added.stderr);
const root = (await gateway.cli('trust')).stdout;
const folder = temporaryDirectory();

async function leaf(name = HOST): Promise<X509Certificate> {
  const client = await connectTls({ port: gateway.https, servername: name, tls: { ca: root } });
  const { raw } = client.socket.getPeerCertificate();
  client.destroy();
  return new X509Certificate(raw);
}

test('trust prints the root, the same as the API', async () => {
  assert.match(root, /^-----BEGIN CERTIFICATE-----\n[^]+-----END CERTIFICATE-----\n$/);
  assert.equal((await gateway.cli('trust', '--print')).stdout, root);
  assert.equal((await gateway.api('GET', '/v1/local-ca')).text, root);
  const certificate = new X509Certificate(root);
  assert.equal(certificate.ca, true);
  assert.equal(certificate.subject, certificate.issuer);
});

test('whoever trusts the root is served under the name and every alias', async () => {
  for (const host of [HOST, ALIAS]) assert.equal((await ask(gateway, { host, path: '/name', ca: root })).status, 200, host);
});

test('whoever does not trust it is not', async () => {
  await assert.rejects(ask(gateway, { host: HOST }), /certificate|self|issuer/i);
});

test('the certificate is one browsers take: names, purpose, key, lifetime', async () => {
  const certificate = await leaf();
  assert.match(certificate.subjectAltName ?? '', new RegExp(`DNS:${HOST}`));
  assert.match(certificate.subjectAltName ?? '', new RegExp(`DNS:${ALIAS}`));
  assert.equal(certificate.ca, false);
  assert.ok(certificate.keyUsage?.includes('1.3.6.1.5.5.7.3.1'), String(certificate.keyUsage));
  const days = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 86_400_000;
  assert.ok(days > 7 && days <= 398, `${days} days`);
  assert.equal(certificate.publicKey.asymmetricKeyType, 'ec');
  const path = join(folder, 'leaf.pem');
  writeFileSync(path, certificate.toString());
  writeFileSync(join(folder, 'root.pem'), root);
  assert.match(await runOk('openssl', ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', join(folder, 'root.pem'), path]), /OK/);
});

test('the root does not sign for names that are not ours by mistake of a client: constraints and key usage', async () => {
  const text = await runOk('openssl', ['x509', '-in', join(folder, 'root.pem'), '-noout', '-text']);
  assert.match(text, /Certificate Sign/);
  assert.match(text, /CA:TRUE/);
});

test('a new alias is on the certificate at once', async () => {
  const alias = 'portal.example.test';
  assert.equal((await gateway.cli('site', 'set', HOST, '--alias', ALIAS, '--alias', alias)).code, 0);
  assert.match((await leaf(alias)).subjectAltName ?? '', new RegExp(`DNS:${alias}`));
});

test('the root is the same after a restart, and what holds its key is for its owner only', async () => {
  await gateway.stop();
  for (const name of readdirSync(gateway.data).filter((one) => /^strictgate\.db|^seal\.key$/.test(one))) assert.equal(statSync(join(gateway.data, name)).mode & 0o077, 0, name);
  const again = await startGateway({ directory: gateway.directory, http: gateway.http, https: gateway.https });
  assert.equal((await again.cli('trust')).stdout, root);
  assert.equal((await ask(again, { host: HOST, path: '/name', ca: root })).status, 200);
  await again.stop();
});

test('trust --install puts the root into the trust store of the machine', { skip: process.getuid?.() !== 0 }, async () => {
  const again = await startGateway({ directory: gateway.directory, http: gateway.http, https: gateway.https });
  const [local, etc] = [join(folder, 'local'), join(folder, 'ssl')];
  mkdirSync(local);
  mkdirSync(etc);
  // In a mount namespace of its own, so that the machine's store stays as it is.
  const script = `cp -a /etc/ssl/. ${etc}/ && mount --bind ${etc} /etc/ssl && mkdir -p /usr/local/share/ca-certificates && mount --bind ${local} /usr/local/share/ca-certificates && ` +
    `"$0" -c ${again.bootFile} trust --install && curl -sS --resolve ${HOST}:${again.https}:127.0.0.1 -o /dev/null -w '%{http_code}' https://${HOST}:${again.https}/name`;
  const ran = await run('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script, BINARY]);
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stdout, /200$/);
  assert.equal(existsSync(local), true);
  await again.stop();
});

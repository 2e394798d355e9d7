import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addAuthority, untilAutomatic, untilObtained } from './lib/acme.ts';
import { startGateway } from './lib/gateway.ts';
import { startKnot } from './lib/knot.ts';
import { createNamespace } from './lib/netns.ts';
import { startPebble } from './lib/pebble.ts';
import { runOk } from './lib/process.ts';
import { until } from './lib/wait.ts';

const ZONE = `$TTL 60
@ SOA ns1 admin 1 3600 600 86400 60
@ NS ns1
@ A 127.0.0.1
ns1 A 127.0.0.1
* A 127.0.0.1
`;
const key = { name: 'acme', algorithm: 'hmac-sha256', secret: randomBytes(32).toString('base64') };
const namespace = await createNamespace([], { resolver: '127.0.0.1' });
const knot = await startKnot(namespace, { address: '127.0.0.1', zones: { 'example.test': ZONE }, keys: [key] });
const gateway = await startGateway({ namespace });
// Port 80 leads nowhere: what is proven here is proven in the handshake or by the DNS.
const pebble = await startPebble({ namespace, dns: '127.0.0.1:53', httpPort: 9, tlsPort: gateway.https });
await addAuthority(gateway, 'pebble', pebble.directory);
const routes = [{ prefix: '/', kind: 'fixed', status: 200, body: 'here' }];

async function fetched(host: string): Promise<string> {
  const roots = join(gateway.directory, 'pebble.pem');
  writeFileSync(roots, await pebble.root());
  const { file, args } = namespace.enter('curl', ['-sS', '--cacert', roots, '--resolve', `${host}:${gateway.https}:127.0.0.1`, `https://${host}:${gateway.https}/`]);
  return runOk(file, args);
}

test('names are proven in the handshake, beside a certificate that goes on serving', { timeout: 60_000 }, async () => {
  await gateway.must('POST', '/v1/sites', { name: 'tls.example.test', aliases: ['tls2.example.test'], routes, local_ca: true });
  await gateway.must('PATCH', '/v1/sites/tls.example.test', { acme: { challenges: ['tls-alpn-01'] } });
  await untilObtained(gateway, 'tls.example.test');
  assert.equal(await fetched('tls.example.test'), 'here');
  assert.equal(await fetched('tls2.example.test'), 'here');
});

test('where clients take RSA only, another kind of key is ordered at once, and served', { timeout: 60_000 }, async () => {
  const keyServed = async (): Promise<string> => {
    const { file, args } = namespace.enter('sh', ['-c', `openssl s_client -connect 127.0.0.1:${gateway.https} -servername tls.example.test </dev/null 2>/dev/null | openssl x509 -noout -text`]);
    return /Public Key Algorithm: (\S+)/.exec(await runOk(file, args))?.[1] ?? '';
  };
  assert.equal(await keyServed(), 'id-ecPublicKey');
  const asked = await gateway.cli('cert', 'auto', 'tls.example.test', '--challenge', 'tls-alpn-01', '--key', 'rsa', '--wait');
  assert.equal(asked.code, 0, asked.stdout + asked.stderr);
  await until('an RSA certificate is served', async () => (await keyServed()) === 'rsaEncryption');
  assert.equal(await fetched('tls2.example.test'), 'here');
});

test('without a way to change the DNS dns-01 is refused, with what is missing', async () => {
  const reply = await gateway.api('POST', '/v1/sites', { name: 'dns.example.test', routes, acme: { challenges: ['dns-01'] } });
  assert.equal(reply.status, 400, reply.text);
  assert.match(reply.text, /no zone of the DNS can be changed from here yet/);
});

test('a wildcard is proven by the DNS, with its parent in the same certificate', { timeout: 60_000 }, async () => {
  const file = join(gateway.directory, 'acme.key');
  writeFileSync(file, key.secret, { mode: 0o600 });
  const added = await gateway.cli('dns', 'add', 'example.test', '--server', '127.0.0.1', '--key', key.name, '--secret-file', file, '--algorithm', key.algorithm);
  assert.equal(added.code, 0, added.stderr);
  const without = await gateway.api('POST', '/v1/sites', { name: 'example.test', aliases: ['*.example.test'], routes, acme: {} });
  assert.match(without.text, /\*\.example\.test can be proven by dns-01 alone/);
  await gateway.must('POST', '/v1/sites', { name: 'example.test', aliases: ['*.example.test'], routes, acme: { challenges: ['dns-01'] } });
  const { names } = await untilObtained(gateway, 'example.test', 40_000);
  assert.deepEqual(names?.toSorted(), ['*.example.test', 'example.test']);
  assert.equal(await fetched('anything.example.test'), 'here');
  await until('the records are taken down', async () => (await knot.txt('_acme-challenge.example.test')).length === 0);
});

test('a proof that nobody can see fails with the reason, and is taken down', { timeout: 60_000 }, async () => {
  await gateway.must('POST', '/v1/sites', { name: 'http.example.test', routes, acme: { challenges: ['http-01'] } });
  const { automatic } = await untilAutomatic(gateway, 'http.example.test', 'it failed', (_, { phase }) => phase === 'waiting');
  assert.match(automatic?.failure?.words ?? '', /http\.example\.test/);
});

// Records that prove names are taken down also when control is stopped or killed while they are up, and the order goes on.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addAuthority, untilAutomatic, untilObtained } from './lib/acme.ts';
import { type Gateway, startGateway } from './lib/gateway.ts';
import { startKnot } from './lib/knot.ts';
import { createNamespace } from './lib/netns.ts';
import { startPebble } from './lib/pebble.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { until } from './lib/wait.ts';

const ZONE = `$TTL 60
@ SOA ns1 admin 1 3600 600 86400 60
@ NS ns1
ns1 A 127.0.0.1
* A 127.0.0.1
`;
const key = { name: 'acme', algorithm: 'hmac-sha256', secret: randomBytes(32).toString('base64') };
const namespace = await createNamespace([], { resolver: '127.0.0.1' });
const knot = await startKnot(namespace, { address: '127.0.0.1', zones: { 'example.test': ZONE }, keys: [key] });
let gateway = await startGateway({ namespace });
// Validating takes its time, up to three seconds: a record is up that long.
const pebble = await startPebble({ namespace, dns: '127.0.0.1:53', httpPort: 9, env: { PEBBLE_VA_NOSLEEP: '0', PEBBLE_VA_SLEEPTIME: '3' } });
const secret = join(temporaryDirectory(), 'acme.key');
writeFileSync(secret, key.secret, { mode: 0o600 });
const added = await gateway.cli('dns', 'add', 'example.test', '--server', '127.0.0.1', '--key', key.name, '--secret-file', secret, '--algorithm', key.algorithm);
assert.equal(added.code, 0, added.stderr);
await addAuthority(gateway, 'pebble', pebble.directory);

const recordsOf = (site: string): Promise<string[]> => knot.txt(`_acme-challenge.${site}`);
const issuedCount = (): number => [...pebble.log().matchAll(/Issued certificate serial/g)].length;

async function order(site: string): Promise<void> {
  const routes = [{ prefix: '/', kind: 'fixed', status: 200, body: 'here' }];
  await gateway.must('POST', '/v1/sites', { name: site, routes, acme: { challenges: ['dns-01'] } });
}

async function untilUp(site: string): Promise<void> {
  await until('the record is up', async () => (await recordsOf(site)).length > 0);
}

async function untilOver(on: Gateway, site: string): Promise<void> {
  await untilObtained(on, site, 40_000);
  await until('the record is taken down', async () => (await recordsOf(site)).length === 0);
}

test('killed while a record is up, control takes it down in the end, and the order goes on', { timeout: 60_000 }, async () => {
  await order('killed.example.test');
  await untilUp('killed.example.test');
  await gateway.killChild('control');
  await gateway.untilServing();
  await untilOver(gateway, 'killed.example.test');
});

test('killed when the certificate is issued already, it takes down what nobody needs any more', { timeout: 60_000 }, async () => {
  const before = issuedCount();
  await order('issued.example.test');
  await until('the certificate is issued', () => issuedCount() > before, 30_000);
  await gateway.killChild('control');
  assert.equal((await recordsOf('issued.example.test')).length, 1, 'it was killed too late');
  await gateway.untilServing();
  await untilOver(gateway, 'issued.example.test');
});

test('stopped in order, it leaves no record behind, and the next start goes on', { timeout: 60_000 }, async () => {
  await order('stopped.example.test');
  await untilUp('stopped.example.test');
  await gateway.stop();
  assert.deepEqual(await recordsOf('stopped.example.test'), []);
  gateway = await startGateway({ namespace, directory: gateway.directory, http: gateway.http, https: gateway.https });
  // The authority may have been about to look, and have found nothing: then that order is lost, and the next is due in a minute.
  const { automatic } = await untilAutomatic(gateway, 'stopped.example.test', 'it went on', (certificate, { phase }) => certificate.source === 'acme' || phase === 'waiting');
  if (automatic?.failure) {
    const again = await gateway.cli('cert', 'renew', 'stopped.example.test', '--now');
    assert.equal(again.code, 0, again.stderr);
  }
  await untilOver(gateway, 'stopped.example.test');
  await gateway.stop();
});

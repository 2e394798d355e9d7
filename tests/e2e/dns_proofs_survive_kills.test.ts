// Records that prove names are taken down also when control is stopped or killed while they are up, and the order goes on.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startAcmeProxy } from './lib/acme_proxy.ts';
import { addAuthority, untilAutomatic, untilObtained } from './lib/acme.ts';
import { type Gateway, startGateway } from './lib/gateway.ts';
import { reachInside } from './lib/inside.ts';
import { startKnot } from './lib/knot.ts';
import { createNamespace } from './lib/netns.ts';
import { startPebble } from './lib/pebble.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { until, within } from './lib/wait.ts';

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
const pebble = await startPebble({ namespace, dns: '127.0.0.1:53', httpPort: 9 });
const proxy = await startAcmeProxy(pebble.port, await reachInside(namespace));
const secret = join(temporaryDirectory(), 'acme.key');
writeFileSync(secret, key.secret, { mode: 0o600 });
const added = await gateway.cli('dns', 'add', 'example.test', '--server', '127.0.0.1', '--key', key.name, '--secret-file', secret, '--algorithm', key.algorithm);
assert.equal(added.code, 0, added.stderr);
await addAuthority(gateway, 'pebble', proxy.directory);

const recordsOf = (site: string): Promise<string[]> => knot.txt(`_acme-challenge.${site}`);
const issuedCount = (): number => [...pebble.log().matchAll(/Issued certificate serial/g)].length;

async function order(site: string): Promise<void> {
  const routes = [{ prefix: '/', kind: 'fixed', status: 200, body: 'here' }];
  await gateway.must('POST', '/v1/sites', { name: site, routes, acme: { challenges: ['dns-01'] } });
}

// The next request of a kind is done, and its answer is not told before the test says so: control stands where it is.
function hold(path: RegExp): { reached: Promise<void>; release: () => void } {
  let [reach, release] = [(): void => undefined, (): void => undefined];
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const released = new Promise<void>((resolve) => (release = resolve));
  proxy.after = async (passage) => {
    if (!path.test(passage.path)) return undefined;
    proxy.after = () => undefined;
    reach();
    await released;
    return undefined;
  };
  return { reached: within('the request comes', reached), release };
}
const TOLD_TO_LOOK = /^\/chalZ\//;
const TOLD_TO_ISSUE = /^\/finalize-order\//;

async function untilOver(on: Gateway, site: string): Promise<void> {
  await untilObtained(on, site, 40_000);
  await until('the record is taken down', async () => (await recordsOf(site)).length === 0);
}

test('killed while a record is up, control takes it down in the end, and the order goes on', { timeout: 60_000 }, async () => {
  const { reached, release } = hold(TOLD_TO_LOOK);
  await order('killed.example.test');
  await reached;
  assert.equal((await recordsOf('killed.example.test')).length, 1);
  await gateway.killChild('control');
  release();
  await gateway.untilServing();
  await untilOver(gateway, 'killed.example.test');
});

test('killed when the certificate is issued already, it takes down what nobody needs any more', { timeout: 60_000 }, async () => {
  const before = issuedCount();
  const { reached, release } = hold(TOLD_TO_ISSUE);
  await order('issued.example.test');
  await reached;
  await until('the certificate is issued', () => issuedCount() > before);
  await gateway.killChild('control');
  release();
  assert.equal((await recordsOf('issued.example.test')).length, 1);
  await gateway.untilServing();
  await untilOver(gateway, 'issued.example.test');
});

test('stopped in order, it leaves no record behind, and the next start goes on', { timeout: 60_000 }, async () => {
  const { reached, release } = hold(TOLD_TO_LOOK);
  await order('stopped.example.test');
  await reached;
  assert.equal((await recordsOf('stopped.example.test')).length, 1);
  await gateway.stop();
  release();
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

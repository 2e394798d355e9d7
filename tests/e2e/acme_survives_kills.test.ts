import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Passage, startAcmeProxy } from './lib/acme_proxy.ts';
import { addAuthority, untilObtained } from './lib/acme.ts';
import { ask } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { startPebble } from './lib/pebble.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'app.example.test';
const application = await startApplication();
const gateway = await startGateway();
const pebble = await startPebble({ httpPort: gateway.http });
const proxy = await startAcmeProxy(pebble.port);
await addAuthority(gateway, 'pebble', proxy.directory);

// Where it hurts: what the authority has done already and control has not heard of, or not written down yet. (Every step there is takes a minute: ALL_STEPS=1.)
const PATHS: Record<string, RegExp> = {
  directory: /^GET \/dir$/,
  nonce: /^(HEAD|GET) \/nonce-plz$/,
  account: /^POST \/sign-me-up$/,
  order: /^POST \/order-plz$/,
  authorization: /^POST \/authZ\//,
  challenge: /^POST \/chalZ\//,
  finalise: /^POST \/finalize-order\//,
  poll: /^POST \/my-order\//,
  download: /^POST \/certZ\//,
};
const STEPS = process.env['ALL_STEPS'] === undefined
  ? ['after order', 'after challenge', 'after finalise', 'after download']
  : Object.keys(PATHS).flatMap((step) => [`before ${step}`, `after ${step}`]);

// Only a kill around the request itself may have it made again.
const killsAt = (step: string): number => STEPS.filter((name) => name.endsWith(` ${step}`)).length;

async function kill(): Promise<void> {
  const pid = gateway.child('control');
  if (pid === undefined) return;
  process.kill(pid, 'SIGKILL');
  await until('control is started again', () => gateway.child('control') !== undefined && gateway.child('control') !== pid);
}

test('control is killed in the middle of an order, again and again, and goes on to one certificate', { timeout: 120_000 }, async () => {
  const killed = new Set<string>();
  const once = (when: string) => async ({ method, path }: Passage): Promise<undefined> => {
    const step = STEPS.find((name) => name.startsWith(when) && !killed.has(name) && PATHS[name.slice(when.length + 1)]?.test(`${method} ${path}`));
    if (step === undefined) return undefined;
    killed.add(step);
    await kill();
    return undefined;
  };
  proxy.before = once('before');
  proxy.after = once('after');
  await gateway.must('POST', '/v1/sites', { name: HOST, upstreams: [application.url], acme: {} });
  await until('it has its certificate', async () => {
    const reply = await gateway.api('GET', `/v1/sites/${HOST}`);
    return (reply.body['certificate'] as unknown as { source: string } | undefined)?.source === 'acme';
  }, 100_000);
  await untilObtained(gateway, HOST);
  assert.deepEqual([...killed].toSorted(), STEPS.toSorted());
  assert.equal((await ask(gateway, { host: HOST, path: '/name', ca: await pebble.root() })).status, 200);
  const orders = proxy.requests.filter(({ path }) => path === '/order-plz').length;
  assert.ok(orders <= 1 + killsAt('order'), `${orders} orders: what was ordered is gone on with`);
  const accounts = proxy.requests.filter(({ path }) => path === '/sign-me-up').length;
  assert.ok(accounts <= 1 + killsAt('account'), `${accounts} accounts`);
});

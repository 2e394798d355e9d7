import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { ask } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { startPebble } from './lib/pebble.ts';
import { startApplication } from './lib/upstream.ts';

const HOST = 'app.example.test';
const ALIAS = 'www.example.test';
const application = await startApplication();
const gateway = await startGateway();
const pebble = await startPebble({ httpPort: gateway.http, env: { PEBBLE_WFE_NONCEREJECT: '30' } });
await gateway.addSite({ name: HOST, aliases: [ALIAS], upstreams: [application.url] });

test('without an authority to order from the command says what to do', async () => {
  const ran = await gateway.cli('cert', 'auto', HOST);
  assert.equal(ran.code, 2, ran.stderr);
  assert.match(ran.stderr, /there is no certificate authority to order from yet\nfix: strictgate ca add letsencrypt/);
});

test('an authority is added, its terms agreed to only when somebody says so', async () => {
  const without = await gateway.cli('ca', 'add', 'pebble', '--directory', pebble.directory, '--roots', authority.file, '--contact', 'admin@example.org', '--wait');
  assert.equal(without.code, 1, without.stdout + without.stderr);
  assert.match(without.stdout, /terms/i);
  const agreed = await gateway.cli('ca', 'set', 'pebble', '--agree-terms', '--wait');
  assert.equal(agreed.code, 0, agreed.stdout + agreed.stderr);
  const listed = JSON.parse((await gateway.cli('ca', 'list', '--json')).stdout) as { cas: { name: string; account: { url: string } }[] };
  assert.deepEqual(listed.cas.map(({ name }) => name), ['pebble']);
  assert.match(listed.cas[0]?.account.url ?? '', /^https:\/\/localhost/);
});

test('a site over plain HTTP gets its certificate for all its names, and serves it without a restart', { timeout: 60_000 }, async () => {
  const [control, traffic] = [gateway.child('control'), gateway.child('gateway')];
  assert.equal((await ask(gateway, { via: 'http', host: HOST, path: '/name' })).status, 200);
  const ran = await gateway.cli('cert', 'auto', HOST, '--wait');
  assert.equal(ran.code, 0, ran.stdout + ran.stderr + gateway.log());
  assert.match(ran.stdout, /^app\.example\.test has a certificate of pebble until /);
  assert.match(ran.stderr, /… \w/);
  const ca = await pebble.root();
  for (const host of [HOST, ALIAS]) assert.equal((await ask(gateway, { host, path: '/name', ca })).status, 200, host);
  assert.deepEqual([gateway.child('control'), gateway.child('gateway')], [control, traffic]);
  const site = await gateway.must('GET', `/v1/sites/${HOST}`);
  assert.equal(site['certificate']?.['source'], 'acme');
  assert.match((await gateway.cli('notify', 'log')).stdout, /info {2}app\.example\.test: the certificate was obtained\n/);
  const redirect = await ask(gateway, { via: 'http', host: HOST, path: '/name' });
  assert.equal(redirect.status, 302);
});

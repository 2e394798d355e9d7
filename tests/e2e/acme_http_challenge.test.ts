import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startAcmeProxy } from './lib/acme_proxy.ts';
import { authority } from './lib/certs.ts';
import { ask } from './lib/client.ts';
import { BINARY, startGateway } from './lib/gateway.ts';
import { startPebble } from './lib/pebble.ts';
import { start } from './lib/process.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'app.example.test';
const ALIAS = 'www.example.test';
const application = await startApplication();
const gateway = await startGateway();
const pebble = await startPebble({ httpPort: gateway.http, env: { PEBBLE_WFE_NONCEREJECT: '30' } });
const proxy = await startAcmeProxy(pebble.port);
await gateway.addSite({ name: HOST, aliases: [ALIAS], upstreams: [application.url] });

test('without an authority to order from the command says what to do', async () => {
  const ran = await gateway.cli('cert', 'auto', HOST);
  assert.equal(ran.code, 2, ran.stderr);
  assert.match(ran.stderr, /there is no certificate authority to order from yet\nfix: strictgate ca add letsencrypt/);
});

test('an authority is added, its terms agreed to only when somebody says so', async () => {
  const without = await gateway.cli('ca', 'add', 'pebble', '--directory', proxy.directory, '--roots', authority.file, '--contact', 'admin@example.org', '--wait');
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
  const asking = start(BINARY, ['-c', gateway.bootFile, 'cert', 'auto', HOST, '--wait']);
  // The authority takes its time until the command has told how far it is.
  proxy.before = async ({ path }) => {
    if (path.startsWith('/chalZ/')) await until('the command tells how far it is', () => /… \w/.test(asking.output()));
    return undefined;
  };
  const { code } = await asking.exited;
  assert.equal(code, 0, asking.output() + gateway.log());
  assert.match(asking.output(), /^app\.example\.test has a certificate of pebble until /m);
  const ca = await pebble.root();
  for (const host of [HOST, ALIAS]) assert.equal((await ask(gateway, { host, path: '/name', ca })).status, 200, host);
  assert.deepEqual([gateway.child('control'), gateway.child('gateway')], [control, traffic]);
  const site = await gateway.must('GET', `/v1/sites/${HOST}`);
  assert.equal(site['certificate']?.['source'], 'acme');
  assert.match((await gateway.cli('notify', 'log')).stdout, /info {2}app\.example\.test: the certificate was obtained\n/);
  const redirect = await ask(gateway, { via: 'http', host: HOST, path: '/name' });
  assert.equal(redirect.status, 302);
});

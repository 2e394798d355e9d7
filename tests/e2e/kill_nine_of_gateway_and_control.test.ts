import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { ask, hstsOf } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { startLoad } from './lib/load.ts';
import { connectPlain } from './lib/raw.ts';
import { startApplication } from './lib/upstream.ts';
import { sleep, until } from './lib/wait.ts';

const HOST = 'app.example.test';
const application = await startApplication();
const gateway = await startGateway();
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])], hsts: 300 });

test('control killed under load fails no request, and is there again', { timeout: 60_000 }, async () => {
  const load = await startLoad(gateway, { host: HOST });
  for (let i = 0; i < 3; i++) {
    const before = load.done();
    await gateway.killChild('control');
    await sleep(300);
    await until('requests are served', () => load.done() > before + 40);
  }
  await until('the admin API answers', async () => (await gateway.api('GET', '/v1/status')).status === 200);
  const { failures } = await load.stop();
  assert.deepEqual(failures, []);
});

test('after control is killed, changes take effect again', async () => {
  await gateway.killChild('control');
  await gateway.untilServing();
  await gateway.setHsts(HOST, 777);
  assert.deepEqual(hstsOf(await ask(gateway, { host: HOST, path: '/name' })), ['max-age=777']);
});

test('the gateway killed is there again at once; nobody is refused, since the sockets stay open', async () => {
  for (let i = 0; i < 3; i++) {
    const pid = gateway.child('gateway');
    assert.ok(pid !== undefined);
    process.kill(pid, 'SIGKILL');
    const connections = Array.from({ length: 10 }, () => connectPlain({ port: gateway.http }));
    const clients = await Promise.all(connections);
    for (const client of clients) client.send(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    for (const client of clients) {
      assert.match(await client.untilText('\r\n\r\n'), /^HTTP\/1\.1 302 /);
      client.destroy();
    }
    assert.doesNotMatch(gateway.log(), /the gateway keeps dying/, 'it was started at once');
    assert.notEqual(gateway.child('gateway'), pid);
    const reply = await ask(gateway, { host: HOST, path: '/name' });
    assert.deepEqual([reply.status, ...hstsOf(reply)], [200, 'max-age=777']);
    await sleep(200);
  }
});

test('after the gateway is killed, changes take effect again', async () => {
  await gateway.killChild('gateway');
  await until('a change is applied', () => gateway.setHsts(HOST, 888).then(() => true, () => false));
  assert.deepEqual(hstsOf(await ask(gateway, { host: HOST, path: '/name' })), ['max-age=888']);
});

test('both killed at once are both there again', async () => {
  const [one, two] = [gateway.child('gateway'), gateway.child('control')];
  assert.ok(one !== undefined && two !== undefined);
  process.kill(one, 'SIGKILL');
  process.kill(two, 'SIGKILL');
  await until('served again', async () => (await ask(gateway, { host: HOST, path: '/name' })).status === 200);
  await until('administered again', async () => (await gateway.must('GET', '/v1/status'))['gateway']?.['connected'] as unknown === true);
  await gateway.setHsts(HOST, 999);
  assert.deepEqual(hstsOf(await ask(gateway, { host: HOST, path: '/name' })), ['max-age=999']);
});

test('a process that is killed again and again is started more slowly, not in a busy loop, and comes back', { timeout: 60_000 }, async () => {
  for (let i = 0; i < 6; i++) {
    const pid = await until('a gateway', () => gateway.child('gateway'), 15_000);
    process.kill(pid, 'SIGKILL');
    await sleep(50);
  }
  await until('served again', async () => (await ask(gateway, { host: HOST, path: '/name' })).status === 200, 30_000);
});

test('the state is whole after control is killed in the middle of changes', { timeout: 60_000 }, async () => {
  for (let round = 0; round < 4; round++) {
    const changes = Promise.allSettled(Array.from({ length: 10 }, (_, i) =>
      gateway.api('POST', '/v1/sites', { name: `r${round}-${i}.example.test`, upstreams: [application.url], local_ca: true })));
    await sleep(30 * round);
    const pid = await until('control', () => gateway.child('control'));
    process.kill(pid, 'SIGKILL');
    const results = await changes;
    await until('the admin API answers', async () => (await gateway.api('GET', '/v1/status')).status === 200, 20_000);
    for (const [i, result] of results.entries()) {
      if (result.status !== 'fulfilled' || result.value.status >= 300) continue;
      const shown = await gateway.api('GET', `/v1/sites/r${round}-${i}.example.test`);
      assert.equal(shown.status, 200, 'what was acknowledged is kept');
    }
  }
});

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { ask, hstsOf } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { type Load, startLoad } from './lib/load.ts';
import { freePort } from './lib/ports.ts';
import { connectTls } from './lib/raw.ts';
import { startApplication, startUpstream } from './lib/upstream.ts';
import { sleep, until } from './lib/wait.ts';

const HOST = 'app.example.test';
const application = await startApplication();
const gateway = await startGateway();
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])] });
await gateway.addSite({ name: 'other.example.test', upstreams: [application.url], localCa: true });

/** What is meant is load while something happens, however much of it a machine can do. */
async function untilMore(load: Load): Promise<void> {
  const before = load.done();
  await until('requests go on being answered', () => load.done() > before || load.failures().length > 0);
}

test('twenty changes of sites in a row under load fail no request', { timeout: 200_000 }, async () => {
  const load = await startLoad(gateway, { host: HOST });
  for (let i = 1; i <= 20; i++) {
    await gateway.setHsts(i % 2 === 0 ? HOST : 'other.example.test', i * 60);
    await untilMore(load);
  }
  const { failures } = await load.stop();
  assert.deepEqual(failures, []);
});

test('every answer after a change is acknowledged carries the change', async () => {
  for (let i = 1; i <= 20; i++) {
    await gateway.setHsts(HOST, i * 100);
    const replies = await Promise.all(Array.from({ length: 6 }, (_, j) => ask(gateway, { via: j % 2 === 0 ? 'https' : 'h2', host: HOST, path: '/name' })));
    for (const reply of replies) assert.deepEqual(hstsOf(reply), [`max-age=${i * 100}`]);
  }
});

test('sites added and removed, certificates and upstreams changed, under load: nothing fails', { timeout: 200_000 }, async () => {
  const second = await startApplication();
  const load = await startLoad(gateway, { host: HOST });
  for (let i = 0; i < 6; i++) {
    const name = `extra-${i}.example.test`;
    await gateway.addSite({ name, upstreams: [second.url], localCa: true });
    const pair = await authority.issue([HOST]);
    await gateway.must('PATCH', `/v1/sites/${HOST}`, { certificate_pem: pair.cert, key_pem: pair.key });
    await gateway.must('PATCH', `/v1/sites/${HOST}`, { upstreams: [i % 2 === 0 ? second.url : application.url] });
    await gateway.must('DELETE', `/v1/sites/${name}`);
    await untilMore(load);
  }
  const { failures } = await load.stop();
  assert.deepEqual(failures, []);
});

test('SIGHUP under load fails no request', { timeout: 200_000 }, async () => {
  const load = await startLoad(gateway, { host: HOST });
  for (let i = 0; i < 10; i++) {
    gateway.process.child.kill('SIGHUP');
    await sleep(150);
    await untilMore(load);
  }
  const { failures } = await load.stop();
  assert.deepEqual(failures, []);
  assert.equal((await gateway.api('GET', '/v1/status')).status, 200);
});

test('SIGHUP reads the boot file again: a listener comes, and goes, and the others do not notice', { timeout: 200_000 }, async () => {
  const before = readFileSync(gateway.bootFile, 'utf8');
  const port = await freePort();
  const load = await startLoad(gateway, { host: HOST });
  writeFileSync(gateway.bootFile, `${before}\n[Listener extra]\nAddress = 127.0.0.1:${port}\nProtocol = https\n`);
  gateway.process.child.kill('SIGHUP');
  await until('the new listener serves', async () => (await ask(gateway, { host: HOST, port, path: '/name' })).status === 200);
  writeFileSync(gateway.bootFile, before);
  gateway.process.child.kill('SIGHUP');
  await until('it is gone', async () => ask(gateway, { host: HOST, port, path: '/name' }).then(() => false, () => true));
  const { failures } = await load.stop();
  assert.deepEqual(failures, []);
});

test('a gateway that drains makes no older promise than the one that has taken its place', { timeout: 200_000 }, async () => {
  const before = readFileSync(gateway.bootFile, 'utf8');
  const held: http.ServerResponse[] = []; // answered when all is known to be as it should
  const slow = await startUpstream((_request, response) => void held.push(response));
  await gateway.must('PATCH', `/v1/sites/${HOST}`, { routes: [
    { prefix: '/', kind: 'proxy', upstreams: [{ url: application.url }] },
    { prefix: '/held/', kind: 'proxy', upstreams: [{ url: slow.url }] },
  ] });
  await gateway.setHsts(HOST, 5100);
  const old = gateway.child('gateway');
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(`GET /held/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await until('the request is open', () => held.length === 1);
  const logged = gateway.log().length;
  writeFileSync(gateway.bootFile, `${before}\n[Listener extra]\nAddress = 127.0.0.1:${await freePort()}\nProtocol = https\n`);
  gateway.process.child.kill('SIGHUP');
  await until('another gateway has taken over', () => gateway.log().slice(logged).includes('reloaded with a new gateway'));
  await gateway.setHsts(HOST, 5200);
  assert.deepEqual(hstsOf(await ask(gateway, { host: HOST, path: '/name' })), ['max-age=5200']);
  held[0]?.end('at last');
  const answer = await client.untilText('at last');
  assert.match(answer, /\r\nconnection: close\r\n/i, 'the old gateway has answered');
  assert.match(answer, /\r\nstrict-transport-security: max-age=5200\r\n/i);
  client.destroy();
  await until('the old one has gone', () => old !== undefined && !existsSync(`/proc/${old}`));
  writeFileSync(gateway.bootFile, before);
  gateway.process.child.kill('SIGHUP');
});

test('SIGHUP with a broken boot file changes nothing and says so', async () => {
  const before = readFileSync(gateway.bootFile, 'utf8');
  writeFileSync(gateway.bootFile, `${before}\n[Server]\nNonsense = 1\n`);
  gateway.process.child.kill('SIGHUP');
  await until('it is logged', () => /Nonsense/i.test(gateway.log()));
  assert.equal((await ask(gateway, { host: HOST, path: '/name' })).status, 200);
  writeFileSync(gateway.bootFile, before);
});

test('strictgate reload puts the stored state into effect', async () => {
  const ran = await gateway.cli('reload');
  assert.equal(ran.code, 0, ran.stderr);
  assert.equal((await ask(gateway, { host: HOST, path: '/name' })).status, 200);
});

test('a request that began before a change is finished by what it began with', async () => {
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(`GET /wait/800 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await sleep(200);
  await gateway.setHsts(HOST, 4242);
  assert.match(await client.untilText('waited 800'), /^HTTP\/1\.1 200 /);
  client.destroy();
});

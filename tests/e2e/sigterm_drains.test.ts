import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { ask, openSession } from './lib/client.ts';
import { type Gateway, startGateway } from './lib/gateway.ts';
import { isAlive, untilDead } from './lib/process.ts';
import { connectTls } from './lib/raw.ts';
import { startApplication, startUpstream } from './lib/upstream.ts';
import { until, within } from './lib/wait.ts';
import { openWebSocket, startWebSocketApplication } from './lib/websocket.ts';

const HOST = 'app.example.test';
// Well within the time that whoever is open is given (limits.drain_timeout_ms, half a minute): what ends sooner was not waited for.
const ENDS_MS = 20_000;
const application = await startApplication();
const sockets = await startWebSocketApplication();
// Answers when it is told to.
const held: http.ServerResponse[] = [];
const slow = await startUpstream((_request, response) => void held.push(response));
const pair = await authority.issue([HOST]);

async function started(): Promise<Gateway> {
  const gateway = await startGateway();
  await gateway.addSite({ name: HOST, pairs: [pair], routes: [
    { prefix: '/', kind: 'proxy', upstreams: [{ url: application.url }] },
    { prefix: '/socket/', kind: 'proxy', upstreams: [{ url: sockets.url }] },
    { prefix: '/held/', kind: 'proxy', upstreams: [{ url: slow.url }] },
  ] });
  application.seen.length = held.length = 0;
  return gateway;
}

/** What was asked is open, not still on its way. */
async function untilSeen(...paths: string[]): Promise<void> {
  await until('the application was asked', () => paths.every((path) => application.seen.some(({ url }) => url === path)));
}

function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}

test('what is open is finished, nothing new is taken, and the exit status is 0', async () => {
  const gateway = await started();
  const children = [gateway.child('gateway'), gateway.child('control')];
  const open = [
    ask(gateway, { host: HOST, path: '/held/' }),
    ask(gateway, { via: 'h2', host: HOST, path: '/held/' }),
    ask(gateway, { host: HOST, path: '/bytes/20000000' }),
    ask(gateway, { host: HOST, path: '/events?count=10&every=100' }),
  ];
  await untilSeen('/bytes/20000000', '/events?count=10&every=100');
  await until('both are open', () => held.length === 2);
  gateway.process.child.kill('SIGTERM');
  await until('new connections are refused', () => refuses(gateway.https));
  for (const response of held) response.end();
  const replies = await Promise.all(open);
  assert.deepEqual(replies.map((reply) => reply.status), [200, 200, 200, 200]);
  assert.equal(replies[2]?.body.length, 20_000_000);
  const { code } = await within('the process ends', gateway.process.exited, ENDS_MS);
  assert.equal(code, 0);
  for (const pid of children) assert.ok(pid !== undefined && !isAlive(pid));
});

test('idle kept connections are ended at once, on HTTP/2 with GOAWAY', async () => {
  const gateway = await started();
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(`GET /name HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await client.untilText('application');
  const session = await openSession(gateway, HOST);
  const goaway = new Promise<number>((resolve) => session.once('goaway', (code) => resolve(code)));
  gateway.process.child.kill('SIGTERM');
  assert.equal(await within('GOAWAY', goaway, ENDS_MS), 0);
  await client.untilClosed(ENDS_MS);
  assert.equal((await within('the process ends', gateway.process.exited, ENDS_MS)).code, 0);
});

test('an answer given while draining says that the connection ends', async () => {
  const gateway = await started();
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(`GET /held/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await until('it is open', () => held.length === 1);
  gateway.process.child.kill('SIGTERM');
  await until('it drains', () => refuses(gateway.https));
  held[0]?.end('at last');
  const text = await client.untilClosed(ENDS_MS);
  assert.match(text, /at last$/);
  assert.match(text, /^connection: close\r$/im);
  assert.equal((await gateway.process.exited).code, 0);
});

test('a WebSocket and a request that do not end are ended after the drain time', async () => {
  const gateway = await started();
  await gateway.limits({ drain_timeout_ms: 1500 });
  const client = await openWebSocket(gateway, HOST, '/socket/');
  assert.equal(client.readyState, client.OPEN);
  const stuck = ask(gateway, { host: HOST, path: '/hang' }).catch(() => undefined);
  await untilSeen('/hang');
  const began = Date.now();
  gateway.process.child.kill('SIGTERM');
  const { code } = await within('the process ends', gateway.process.exited, ENDS_MS);
  const took = Date.now() - began;
  assert.equal(code, 0);
  assert.ok(took >= 1000, `${took} ms`);
  await stuck;
});

test('a second SIGTERM ends it at once', async () => {
  const gateway = await started();
  const stuck = ask(gateway, { host: HOST, path: '/hang' }).catch(() => undefined);
  await untilSeen('/hang');
  gateway.process.child.kill('SIGTERM');
  await until('it drains', () => refuses(gateway.https)); // two that come at once would be one
  gateway.process.child.kill('SIGTERM');
  await within('the process ends', gateway.process.exited, ENDS_MS);
  await stuck;
});

test('SIGINT does the same', async () => {
  const gateway = await started();
  gateway.process.child.kill('SIGINT');
  assert.equal((await within('the process ends', gateway.process.exited, ENDS_MS)).code, 0);
});

test('when the supervisor is killed its children go too', async () => {
  const gateway = await started();
  const children = [gateway.child('gateway'), gateway.child('control')].filter((pid) => pid !== undefined);
  assert.equal(children.length, 2);
  gateway.process.child.kill('SIGKILL');
  await gateway.process.exited;
  for (const pid of children) await untilDead(pid);
  await until('the port is free', () => refuses(gateway.https));
});

test('what was set up is there after a restart', async () => {
  const gateway = await started();
  await gateway.setHsts(HOST, 600);
  const stored = async (one: Gateway): Promise<string> => JSON.stringify(await one.must('GET', '/v1/sites')).replace(/"bound_until[a-z_]*":"[^"]*"/g, '');
  const before = await stored(gateway);
  await gateway.stop();
  const again = await startGateway({ directory: gateway.directory, http: gateway.http, https: gateway.https });
  assert.equal(await stored(again), before);
  const reply = await ask(again, { host: HOST, path: '/name' });
  assert.deepEqual([reply.text, reply.field('strict-transport-security')], ['application', 'max-age=600']);
});

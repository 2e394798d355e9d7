import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { ask, openSession } from './lib/client.ts';
import { type Gateway, startGateway } from './lib/gateway.ts';
import { isAlive, untilDead } from './lib/process.ts';
import { connectTls } from './lib/raw.ts';
import { startApplication } from './lib/upstream.ts';
import { sleep, until, within } from './lib/wait.ts';
import { openWebSocket, startWebSocketApplication } from './lib/websocket.ts';

const HOST = 'app.example.test';
const application = await startApplication();
const sockets = await startWebSocketApplication();
const pair = await authority.issue([HOST]);

async function started(): Promise<Gateway> {
  const gateway = await startGateway();
  await gateway.addSite({ name: HOST, pairs: [pair], routes: [
    { prefix: '/', kind: 'proxy', upstreams: [{ url: application.url }] },
    { prefix: '/socket/', kind: 'proxy', upstreams: [{ url: sockets.url }] },
  ] });
  return gateway;
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
    ask(gateway, { host: HOST, path: '/wait/1500' }),
    ask(gateway, { via: 'h2', host: HOST, path: '/wait/1500' }),
    ask(gateway, { host: HOST, path: '/bytes/20000000' }),
    ask(gateway, { host: HOST, path: '/events?count=10&every=100' }),
  ];
  await sleep(300);
  gateway.process.child.kill('SIGTERM');
  await until('new connections are refused', () => refuses(gateway.https), 3000);
  const replies = await Promise.all(open);
  assert.deepEqual(replies.map((reply) => reply.status), [200, 200, 200, 200]);
  assert.equal(replies[2]?.body.length, 20_000_000);
  const { code } = await within('the process ends', gateway.process.exited, 5000);
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
  const began = Date.now();
  gateway.process.child.kill('SIGTERM');
  assert.equal(await within('GOAWAY', goaway, 3000), 0);
  await client.untilClosed(3000);
  assert.equal((await within('the process ends', gateway.process.exited, 5000)).code, 0);
  assert.ok(Date.now() - began < 5000);
});

test('an answer given while draining says that the connection ends', async () => {
  const gateway = await started();
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(`GET /wait/1000 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await sleep(300);
  gateway.process.child.kill('SIGTERM');
  const text = await client.untilClosed(4000);
  assert.match(text, /waited 1000$/);
  assert.match(text, /^connection: close\r$/im);
  assert.equal((await gateway.process.exited).code, 0);
});

test('a WebSocket and a request that do not end are ended after the drain time', async () => {
  const gateway = await started();
  await gateway.limits({ drain_timeout_ms: 1500 });
  const client = await openWebSocket(gateway, HOST, '/socket/');
  assert.equal(client.readyState, client.OPEN);
  const stuck = ask(gateway, { host: HOST, path: '/hang' }).catch(() => undefined);
  await sleep(200);
  const began = Date.now();
  gateway.process.child.kill('SIGTERM');
  const { code } = await within('the process ends', gateway.process.exited, 8000);
  const took = Date.now() - began;
  assert.equal(code, 0);
  assert.ok(took >= 1000 && took < 5000, `${took} ms`);
  await stuck;
});

test('a second SIGTERM ends it at once', async () => {
  const gateway = await started();
  const stuck = ask(gateway, { host: HOST, path: '/hang' }).catch(() => undefined);
  await sleep(200);
  gateway.process.child.kill('SIGTERM');
  await sleep(300);
  const began = Date.now();
  gateway.process.child.kill('SIGTERM');
  await within('the process ends', gateway.process.exited, 5000);
  assert.ok(Date.now() - began < 3000);
  await stuck;
});

test('SIGINT does the same', async () => {
  const gateway = await started();
  gateway.process.child.kill('SIGINT');
  assert.equal((await within('the process ends', gateway.process.exited, 5000)).code, 0);
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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { authority } from './lib/certs.ts';
import { ask, openSession } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { connectTls } from './lib/raw.ts';
import { sleep, until, within } from './lib/wait.ts';
import { encodeFrame, openH2WebSocket, openWebSocket, startWebSocketApplication } from './lib/websocket.ts';

const HOST = 'socket.example.test';
const IDLE_MS = 2000;
const application = await startWebSocketApplication();
const gateway = await startGateway();
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])], hsts: 300 });

const connect = (path = '/', protocols: string[] = [], fields: Record<string, string> = {}): Promise<WebSocket> =>
  openWebSocket(gateway, HOST, path, { protocols, fields });

function next(client: WebSocket): Promise<string> {
  return within('a message', new Promise((resolve) => client.once('message', (data) => resolve(String(data)))));
}

test('messages go both ways over HTTP/1.1', async () => {
  const client = await connect('/chat?room=1');
  assert.equal(application.upgrades.at(-1)?.[':path'], '/chat?room=1');
  for (const text of ['hello', 'ü', 'x'.repeat(100_000)]) {
    const answer = next(client);
    client.send(text);
    assert.equal(await answer, text);
  }
  client.close();
});

test('binary messages of a megabyte arrive unchanged', async () => {
  const client = await connect();
  const bytes = Buffer.alloc(1 << 20, 'binary');
  const answer = new Promise<Buffer>((resolve) => client.once('message', (data) => resolve(data as Buffer)));
  client.send(bytes);
  assert.ok(bytes.equals(await within('the echo', answer)));
  client.close();
});

test('subprotocol, origin, cookies and forwarded fields reach the application', async () => {
  const client = await connect('/', ['chat.v1', 'chat.v2'], { origin: `https://${HOST}`, cookie: 'a=1' });
  assert.equal(client.protocol, 'chat.v1');
  const seen = application.upgrades.at(-1);
  assert.equal(seen?.['origin'], `https://${HOST}`);
  assert.equal(seen?.['cookie'], 'a=1');
  assert.equal(seen?.['x-forwarded-proto'], 'https');
  client.close();
});

test('closing, with code and reason, goes both ways', async () => {
  const client = await connect();
  const closed = new Promise<[number, string]>((resolve) => client.once('close', (code, reason) => resolve([code, String(reason)])));
  client.send('close');
  assert.deepEqual(await within('the close', closed), [4000, 'asked to']);
  const other = await connect();
  await until('all others have gone', () => application.sockets.size === 1);
  other.terminate();
  await until('the application sees the client go', () => application.sockets.size === 0);
});

test('bytes sent right behind the handshake are not lost', async () => {
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(Buffer.concat([
    Buffer.from(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`),
    encodeFrame(1, Buffer.from('early bird')),
  ]));
  const text = await client.untilText('early bird');
  assert.match(text, /^HTTP\/1\.1 101 /);
  assert.match(text, /^sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r$/im);
  assert.doesNotMatch(text, /content-length|transfer-encoding/i);
  client.destroy();
});

test('a refusal of the application is passed on, with the field', async () => {
  const reply = await ask(gateway, { host: HOST, path: '/refused', headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13' } });
  assert.equal(reply.status, 403);
  assert.equal(reply.text, 'refused');
  assert.deepEqual(reply.all('strict-transport-security'), ['max-age=300']);
});

test('plain HTTP is redirected before it is upgraded', async () => {
  const reply = await ask(gateway, { via: 'http', host: HOST, headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13' } });
  assert.equal(reply.status, 302);
});

test('over HTTP/2 (RFC 8441) messages go both ways, several on one connection beside requests', async () => {
  const session = await openSession(gateway, HOST);
  assert.equal(session.remoteSettings.enableConnectProtocol, true);
  const where = `${HOST}:${gateway.https}`;
  const one = await openH2WebSocket(session, where, '/one', { origin: `https://${HOST}`, 'sec-websocket-protocol': 'chat.v1' });
  const two = await openH2WebSocket(session, where, '/two');
  assert.deepEqual([one.status, two.status], [200, 200]);
  const seen = application.upgrades.find((upgrade) => upgrade[':path'] === '/one');
  assert.equal(seen?.['origin'], `https://${HOST}`);
  assert.equal(seen?.['upgrade'], 'websocket');
  assert.ok(Buffer.from(String(seen?.['sec-websocket-key']), 'base64').length === 16);
  one.send('first');
  two.send('second');
  one.send('x'.repeat(60_000));
  await until('the echoes', () => one.messages().length === 2 && two.messages().length === 1);
  assert.deepEqual(one.messages().map((text) => text.length), [5, 60_000]);
  assert.deepEqual(two.messages(), ['second']);
  assert.equal((await ask(gateway, { via: 'h2', host: HOST, session })).status, 200);
  one.send('count 2000');
  await until('two thousand messages', () => one.messages().length === 2002);
  one.send('close');
  await until('a close frame', () => one.frames().some((frame) => frame.opcode === 8));
  two.stream.close(8);
  session.destroy();
  await until('the application sees both go', () => application.sockets.size === 0);
});

test('over HTTP/2 a refusal is an ordinary response', async () => {
  const session = await openSession(gateway, HOST);
  const refused = await openH2WebSocket(session, `${HOST}:${gateway.https}`, '/refused');
  assert.equal(refused.status, 403);
  session.destroy();
});

test('over HTTP/2 an unknown protocol is refused', async () => {
  const session = await openSession(gateway, HOST);
  const status = await new Promise((resolve) => {
    const stream = session.request({ ':method': 'CONNECT', ':protocol': 'telnet', ':scheme': 'https', ':path': '/', ':authority': HOST }, { endStream: false });
    stream.once('response', (head) => resolve(head[':status']));
    stream.once('error', () => resolve('reset'));
    stream.once('close', () => resolve('reset'));
  });
  assert.ok(status === 'reset' || Number(status) >= 400, String(status));
  session.destroy();
});

test('an open WebSocket lives through changes of the sites', async () => {
  const client = await connect();
  for (const maxAge of [600, 900, 300]) await gateway.setHsts(HOST, maxAge);
  const answer = next(client);
  client.send('still here');
  assert.equal(await answer, 'still here');
  client.close();
});

test('a WebSocket on which nothing moves is ended after its time, others are not', async () => {
  await gateway.limits({ tunnel_idle_timeout_ms: IDLE_MS });
  const idle = await connect();
  const busy = await connect();
  const closed = new Promise((resolve) => idle.once('close', resolve));
  // A machine that stands still makes an idle one of the busy one, too: how long nothing moved on it at most.
  let moved = Date.now();
  let longest = 0;
  const stood = (): void => {
    longest = Math.max(longest, Date.now() - moved);
    moved = Date.now();
  };
  busy.on('message', stood);
  busy.once('close', stood);
  const timer = setInterval(() => busy.send('tick'), 50);
  await within('the idle one is ended', closed);
  await sleep(500);
  const isOpen = busy.readyState === WebSocket.OPEN;
  clearInterval(timer);
  assert.ok(isOpen || longest >= IDLE_MS / 2, `it was ended, and ${longest} ms is the longest that nothing moved on it`);
  busy.close();
  await gateway.limits({ tunnel_idle_timeout_ms: 3_600_000 });
});

test('tunnels are counted', async () => {
  assert.ok((await gateway.metric('strictgate_site_tunnels_total', { site: HOST })) >= 8);
});

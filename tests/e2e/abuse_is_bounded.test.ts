import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { ask } from './lib/client.ts';
import { IS_SANITIZED, startGateway } from './lib/gateway.ts';
import { FLAG, FRAME, type H2Client, block, connectH2, frame, headers, indexedField, requestFields, reset, settings, windowUpdate } from './lib/h2.ts';
import { startLoad } from './lib/load.ts';
import { residentKb } from './lib/process.ts';
import { connectPlain, connectTls } from './lib/raw.ts';
import { sendBytes, startApplication, startUpstream } from './lib/upstream.ts';
import { sleep, until } from './lib/wait.ts';

const HOST = 'app.example.test';
const application = await startApplication();
const large = await startUpstream((_request, response) => sendBytes(response, 200_000_000, false));
const gateway = await startGateway();
await gateway.addSite({ name: HOST, pairs: [await authority.issue([HOST])], routes: [
  { prefix: '/', kind: 'proxy', upstreams: [{ url: application.url }] },
  { prefix: '/large/', kind: 'proxy', upstreams: [{ url: large.url }] },
] });

// Somebody else is served all the while; not one of their requests may fail (see the last test). They are there before time is short.
const load = await startLoad(gateway, { host: HOST, h1Connections: 2, h2Connections: 1, h2Streams: 2 });
await until('they are served', () => load.done() > 50);
await gateway.limits({ client_head_timeout_ms: 1500, client_body_timeout_ms: 1500, client_write_timeout_ms: 1500 });
const atStart = memory();

function memory(): number {
  if (IS_SANITIZED) return 0;
  return residentKb(gateway.child('gateway') ?? -1);
}

const connect = (): Promise<H2Client> => connectH2(gateway.https, HOST);

/** `began` before the gateway's time did. */
async function endsIn(client: { closed(): boolean; ended(): boolean }, mostMs: number, leastMs = 0, began = Date.now()): Promise<void> {
  await until('the connection is ended', () => client.closed() || client.ended(), mostMs);
  const took = Date.now() - began;
  assert.ok(took >= leastMs, `ended after ${took} ms already`);
}

test('a connection that says nothing is ended', async () => {
  const began = Date.now();
  const plain = await connectPlain({ port: gateway.http });
  const secure = await connectPlain({ port: gateway.https });
  const shaken = await connectTls({ port: gateway.https, servername: HOST });
  await Promise.all([plain, secure, shaken].map((client) => endsIn(client, 6000, 500, began)));
});

test('a head that drips in is cut off in time, with 408 or nothing', async () => {
  const client = await connectTls({ port: gateway.https, servername: HOST });
  const began = Date.now();
  client.send(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n`);
  const timer = setInterval(() => client.send('X: y\r\n'), 200);
  await endsIn(client, 6000, 800, began);
  clearInterval(timer);
  assert.match(client.text(), /^$|^HTTP\/1\.1 408 /);
});

test('a handshake that drips in is cut off in time', async () => {
  const client = await connectPlain({ port: gateway.https });
  const timer = setInterval(() => client.send(Buffer.from([0x16])), 300);
  await endsIn(client, 6000);
  clearInterval(timer);
});

test('content that stops coming is cut off', async () => {
  const before = application.seen.length;
  const client = await connectTls({ port: gateway.https, servername: HOST });
  const began = Date.now();
  client.send(`POST /slow HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 100\r\n\r\nhello`);
  await endsIn(client, 6000, 800, began);
  assert.match(client.text(), /^$|^HTTP\/1\.1 408 /);
  assert.ok(application.seen.slice(before).every((one) => one.url !== '/slow' || one.sha256 === ''));
});

test('a client that does not read its answer is cut off, over HTTP/1.1', async () => {
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(`GET /large/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await client.untilText('200 OK');
  client.socket.pause();
  await until('it is given up at the application', () => large.connections() === 0, 12_000);
  client.destroy();
});

test('an answer for which the client opens no window is given up, its connection serves on, over HTTP/2', async () => {
  const client = await connect();
  client.send(headers(1, requestFields(HOST, '/large/')));
  await client.untilFrame('data', (got) => got.type === FRAME.data);
  await until('it is given up at the application', () => large.connections() === 0, 12_000);
  await client.untilFrame('its reset', (got) => got.type === FRAME.reset && got.stream === 1, 3000);
  client.send(Buffer.concat([windowUpdate(0, 1_000_000), headers(3, requestFields(HOST, '/name'))]));
  await client.untilFrame('another answer', (got) => got.type === FRAME.headers && got.stream === 3, 3000);
  client.destroy();
});

test('a client that does not read its answer is cut off, over HTTP/2', async () => {
  const client = await connect();
  client.send(Buffer.concat([settings([[4, 0x7fffffff]]), windowUpdate(0, 0x7fff0000 - 65_535), headers(1, requestFields(HOST, '/large/'))]));
  await client.untilFrame('data', (got) => got.type === FRAME.data);
  client.socket.pause();
  await until('it is given up at the application', () => large.connections() === 0, 12_000);
  client.destroy();
  // What follows is not about time: whoever stands still for a moment is not to be cut off for that.
  await gateway.limits({ client_head_timeout_ms: 15_000, client_body_timeout_ms: 30_000, client_write_timeout_ms: 30_000 });
});

test('an idle kept connection is ended after its time', async () => {
  // Of a gateway of its own: whoever is served meanwhile may be idle for as long when the machine is busy, and would send into the end.
  const other = await startGateway();
  await other.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])] });
  await other.limits({ client_idle_timeout_ms: 1500 });
  const client = await connectTls({ port: other.https, servername: HOST });
  const began = Date.now();
  client.send(`GET /name HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await client.untilText('application');
  await endsIn(client, 8000, 1000, began);
  await other.stop();
});

test('rapid reset: streams opened and cancelled without end cost the connection', async () => {
  const client = await connect();
  const before = application.seen.length;
  for (let i = 0; i < 200 && !client.closed(); i++) {
    const burst: Buffer[] = [];
    for (let j = 0; j < 50; j++) {
      const stream = (i * 50 + j) * 2 + 1;
      burst.push(headers(stream, requestFields(HOST, '/reset')), reset(stream));
    }
    client.send(Buffer.concat(burst));
    await sleep(2);
  }
  await endsIn(client, 5000);
  assert.ok(client.goaway() === undefined || [11, 0, 1, 2].includes(client.goaway() ?? -1), `GOAWAY ${client.goaway()}`);
  assert.ok(application.seen.length - before < 2000, `${application.seen.length - before} requests got through`);
});

test('resets the client provokes (window overflow) count as well', async () => {
  const client = await connect();
  for (let i = 0; i < 4000 && !client.closed(); i++) {
    const stream = i * 2 + 1;
    client.send(Buffer.concat([headers(stream, requestFields(HOST, '/provoke'), false), windowUpdate(stream, 0x7fffffff), windowUpdate(stream, 0x7fffffff)]));
    if (i % 100 === 0) await sleep(2);
  }
  await endsIn(client, 5000);
});

test('CONTINUATION without end is cut off', async () => {
  const client = await connect();
  client.send(frame(FRAME.headers, FLAG.endStream, 1, block(requestFields(HOST))));
  for (let i = 0; i < 2000 && !client.closed(); i++) {
    client.send(frame(FRAME.continuation, 0, 1, block([[`x-${i}`, 'y'.repeat(4000)]])));
    if (i % 20 === 0) await sleep(1);
  }
  await endsIn(client, 5000);
});

test('empty CONTINUATION frames without end are cut off', async () => {
  const client = await connect();
  client.send(frame(FRAME.headers, FLAG.endStream, 1, block(requestFields(HOST))));
  for (let i = 0; i < 100 && !client.closed(); i++) {
    client.send(Buffer.concat(Array.from({ length: 200 }, () => frame(FRAME.continuation, 0, 1))));
    await sleep(2);
  }
  await endsIn(client, 5000);
});

test('a field block that expands beyond all measure is refused (header bomb)', async () => {
  const client = await connect();
  const big = block([['x-bomb', 'b'.repeat(3500)]], true);
  const references = Buffer.concat(Array.from({ length: 10_000 }, () => indexedField(62)));
  client.send(frame(FRAME.headers, 0, 1, Buffer.concat([block(requestFields(HOST)), big])));
  client.send(frame(FRAME.continuation, FLAG.endHeaders, 1, references.subarray(0, 16_000)));
  await until('a refusal', () => client.closed() || client.frames().some((one) =>
    one.type === FRAME.goaway || (one.stream === 1 && (one.type === FRAME.reset || one.type === FRAME.headers))));
  client.destroy();
});

test('a head beyond the limit is 431 or a stream error over HTTP/2 too', async () => {
  const client = await connect();
  const fields = requestFields(HOST).concat(Array.from({ length: 60 }, (_, i): [string, string] => [`x-${i}`, 'y'.repeat(2000)]));
  const bytes = block(fields);
  client.send(frame(FRAME.headers, FLAG.endStream, 1, bytes.subarray(0, 16_000)));
  for (let at = 16_000; at < bytes.length; at += 16_000) {
    client.send(frame(FRAME.continuation, at + 16_000 >= bytes.length ? FLAG.endHeaders : 0, 1, bytes.subarray(at, at + 16_000)));
  }
  await until('a refusal', () => client.closed() || client.frames().some((one) =>
    one.type === FRAME.goaway || (one.stream === 1 && (one.type === FRAME.reset || one.type === FRAME.headers))));
  client.destroy();
});

for (const [what, flood] of [
  ['SETTINGS', settings([[3, 100]])],
  ['empty SETTINGS', settings()],
  ['PING', frame(FRAME.ping, 0, 0, Buffer.alloc(8))],
  ['RST_STREAM of idle streams', reset(99)],
  ['PRIORITY of itself', frame(FRAME.priority, 0, 1, Buffer.from([0, 0, 0, 1, 16]))],
] as [string, Buffer][]) {
  test(`a flood of ${what} frames costs the connection or nothing`, async () => {
    const client = await connect();
    client.socket.pause();
    const burst = Buffer.concat(Array.from({ length: 1000 }, () => flood));
    const before = memory();
    for (let i = 0; i < 60 && !client.closed() && client.socket.writableLength < 1 << 20; i++) {
      client.send(burst);
      await sleep(5);
    }
    client.socket.resume();
    await sleep(300);
    assert.ok(memory() - before < 32 * 1024, `memory grew by ${memory() - before} KB`);
    const other = await ask(gateway, { via: 'h2', host: HOST, path: '/name' });
    assert.equal(other.status, 200);
    client.destroy();
  });
}

test('empty DATA frames without end are cut off', async () => {
  const client = await connect();
  client.send(headers(1, requestFields(HOST, '/empty', 'POST'), false));
  const burst = Buffer.concat(Array.from({ length: 1000 }, () => frame(FRAME.data, 0, 1)));
  for (let i = 0; i < 50 && !client.closed(); i++) {
    client.send(burst);
    await sleep(5);
  }
  await endsIn(client, 6000);
});

test('window updates of nothing and settings that shrink windows do not wake answers without end', async () => {
  const client = await connectH2(gateway.https, HOST, [[4, 0]]);
  for (let i = 0; i < 50; i++) client.send(headers(i * 2 + 1, requestFields(HOST, '/bytes/100000')));
  await sleep(200);
  for (let i = 0; i < 2000 && !client.closed(); i++) client.send(windowUpdate(1 + (i % 50) * 2, 1));
  await until('ended or still bounded', () => client.closed() || memory() - atStart < 96 * 1024);
  client.destroy();
});

test('what is no HTTP/2 after h2 was agreed on is refused', async () => {
  const client = await connectTls({ port: gateway.https, servername: HOST, alpn: ['h2'] });
  client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await endsIn(client, 4000);
});

test('a frame larger than announced is refused', async () => {
  const client = await connect();
  client.send(frame(FRAME.headers, FLAG.endHeaders | FLAG.endStream, 1, Buffer.alloc(70_000)));
  await endsIn(client, 4000);
});

test('connections opened and dropped by the hundreds leave nothing behind', async () => {
  for (let round = 0; round < 5; round++) {
    const clients = await Promise.all(Array.from({ length: 60 }, () => connectPlain({ port: gateway.https })));
    for (const [i, client] of clients.entries()) {
      if (i % 2 === 0) client.send(Buffer.from([0x16, 0x03, 0x01]));
      client.destroy();
    }
  }
  await until('they are gone', async () => (await gateway.metric('strictgate_connections_open')) < 30);
});

test('requests that never end at the application are given up when the client goes', async () => {
  const clients = await Promise.all(Array.from({ length: 30 }, () => connectTls({ port: gateway.https, servername: HOST })));
  for (const client of clients) client.send(`GET /hang HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await until('they are at the application', () => application.seen.filter(({ url }) => url === '/hang').length === clients.length);
  for (const client of clients) client.destroy();
  await until('they are given up', () => application.connections() <= 12);
});

test('what was cut off is counted', async () => {
  const [timeouts, floods] = [await gateway.metric('strictgate_timeouts_total'), await gateway.metric('strictgate_floods_total')];
  assert.ok(timeouts >= 4, `${timeouts} timeouts`);
  assert.ok(floods >= 1, `${floods} floods`);
});

test('meanwhile everybody else was served, in bounded memory', async () => {
  const { done, failures } = await load.stop();
  assert.deepEqual(failures, []);
  assert.ok(done > 100, `${done} requests served meanwhile`);
  assert.ok(memory() - atStart < 96 * 1024, `memory grew by ${memory() - atStart} KB`);
});

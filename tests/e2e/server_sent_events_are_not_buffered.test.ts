import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { openSession } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { connectTls } from './lib/raw.ts';
import { startApplication, startUpstream } from './lib/upstream.ts';
import { sleep, until } from './lib/wait.ts';

const HOST = 'app.example.test';
const LATE_MS = 150;
const application = await startApplication();
let silent = 0;
const quiet = await startUpstream((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  silent++;
  response.once('close', () => silent--);
});
const gateway = await startGateway();
await gateway.addSite({ name: HOST, pairs: [await authority.issue([HOST])], routes: [
  { prefix: '/', kind: 'proxy', upstreams: [{ url: application.url }] },
  { prefix: '/quiet/', kind: 'proxy', upstreams: [{ url: quiet.url }] },
] });

function delays(pieces: { at: number; text: string }[]): number[] {
  return pieces.flatMap(({ at, text }) => [...text.matchAll(/data: (\d+)/g)].map((found) => at - Number(found[1])));
}

test('each event arrives when it is sent, over HTTP/1.1', async () => {
  const pieces: { at: number; text: string }[] = [];
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.socket.on('data', (piece: Buffer) => pieces.push({ at: Date.now(), text: piece.toString() }));
  client.send(`GET /events?count=8&every=100 HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
  await client.untilClosed();
  assert.equal(delays(pieces).length, 8);
  assert.ok(delays(pieces).every((late) => late < LATE_MS), delays(pieces).join());
});

test('each event arrives when it is sent, over HTTP/2', async () => {
  const pieces: { at: number; text: string }[] = [];
  const session = await openSession(gateway, HOST);
  const stream = session.request({ ':path': '/events?count=8&every=100', ':authority': HOST });
  stream.on('data', (piece: Buffer) => pieces.push({ at: Date.now(), text: piece.toString() }));
  await new Promise((resolve) => stream.once('end', resolve));
  session.destroy();
  assert.equal(delays(pieces).length, 8);
  assert.ok(delays(pieces).every((late) => late < LATE_MS), delays(pieces).join());
});

test('the head of a stream arrives before its first event', async () => {
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(`GET /quiet/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  assert.match(await client.untilText('\r\n\r\n', 1000), /text\/event-stream/);
  client.destroy();
});

test('a client that leaves ends the stream at the application', async () => {
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(`GET /quiet/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await until('the stream is open', () => silent >= 1);
  client.destroy();
  const session = await openSession(gateway, HOST);
  const stream = session.request({ ':path': '/quiet/', ':authority': HOST });
  stream.on('error', () => {});
  await new Promise((resolve) => stream.once('response', resolve));
  stream.close(8);
  await until('no stream is left', () => silent === 0);
  session.destroy();
});

test('many streams are held open while requests are served', async () => {
  const clients = await Promise.all(Array.from({ length: 100 }, () => connectTls({ port: gateway.https, servername: HOST })));
  for (const client of clients) client.send(`GET /quiet/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await until('all streams are open', () => silent === 100);
  const other = await connectTls({ port: gateway.https, servername: HOST });
  const began = Date.now();
  other.send(`GET /name HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await other.untilText('application');
  assert.ok(Date.now() - began < 1000);
  for (const client of [...clients, other]) client.destroy();
  await until('all are given up', () => silent === 0);
  await sleep(0);
});

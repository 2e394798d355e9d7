import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { openSession } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { connectTls } from './lib/raw.ts';
import { startApplication, startUpstream } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'app.example.test';
const application = await startApplication();
let silent = 0;
const quiet = await startUpstream((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  silent++;
  response.once('close', () => silent--);
});
// Sends what the test tells it to.
let speak: ((text: string) => void) | undefined;
const speaker = await startUpstream((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  speak = (text) => void response.write(text);
});
const gateway = await startGateway();
await gateway.addSite({ name: HOST, pairs: [await authority.issue([HOST])], routes: [
  { prefix: '/', kind: 'proxy', upstreams: [{ url: application.url }] },
  { prefix: '/quiet/', kind: 'proxy', upstreams: [{ url: quiet.url }] },
  { prefix: '/told/', kind: 'proxy', upstreams: [{ url: speaker.url }] },
] });

/** Each event is heard before the next one is sent: one that was kept back would be waited for in vain. */
async function eachIsHeard(heard: () => string): Promise<void> {
  const say = await until('the stream is open', () => speak);
  for (let i = 0; i < 8; i++) {
    say(`data: ${i}\n\n`);
    await until(`event ${i} is heard`, () => heard().includes(`data: ${i}\n\n`));
  }
  speak = undefined;
}

test('each event arrives when it is sent, over HTTP/1.1', async () => {
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(`GET /told/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await eachIsHeard(client.text);
  client.destroy();
});

test('each event arrives when it is sent, over HTTP/2', async () => {
  let text = '';
  const session = await openSession(gateway, HOST);
  const stream = session.request({ ':path': '/told/', ':authority': HOST });
  stream.on('error', () => {});
  stream.on('data', (piece: Buffer) => (text += piece.toString()));
  await eachIsHeard(() => text);
  session.destroy();
});

test('the head of a stream arrives before its first event', async () => {
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(`GET /quiet/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  assert.match(await client.untilText('\r\n\r\n'), /text\/event-stream/);
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
  other.send(`GET /name HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await other.untilText('application');
  for (const client of [...clients, other]) client.destroy();
  await until('all are given up', () => silent === 0);
});

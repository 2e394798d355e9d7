import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { openSession } from './lib/client.ts';
import { IS_SANITIZED, startGateway } from './lib/gateway.ts';
import { residentKb } from './lib/process.ts';
import { connectTls } from './lib/raw.ts';
import { startApplication, startUpstream } from './lib/upstream.ts';
import { sleep, until, within } from './lib/wait.ts';

const HOST = 'app.example.test';
const SIZE = 256 * 1024 * 1024;
const MEMORY_KB = 48 * 1024;

const application = await startApplication();
let written = 0;
const endless = await startUpstream((_request, response) => {
  response.writeHead(200);
  const block = Buffer.alloc(65_536);
  const more = (): void => {
    while (!response.destroyed) {
      written += block.length;
      if (!response.write(block)) return void response.once('drain', more);
    }
  };
  more();
});
let taken = 0;
let heldRequest: http.IncomingMessage | undefined;
const lazy = await startUpstream((request) => {
  heldRequest = request;
  request.socket.on('data', () => {});
  request.pause();
  request.on('data', (piece: Buffer) => (taken += piece.length));
  request.pause();
});
const gateway = await startGateway();
await gateway.addSite({ name: HOST, pairs: [await authority.issue([HOST])], routes: [
  { prefix: '/', kind: 'proxy', upstreams: [{ url: application.url }] },
  { prefix: '/endless/', kind: 'proxy', upstreams: [{ url: endless.url }] },
  { prefix: '/lazy/', kind: 'proxy', upstreams: [{ url: lazy.url }] },
] });

function memory(): number {
  if (IS_SANITIZED) return 0;
  const pid = gateway.child('gateway');
  assert.ok(pid !== undefined);
  return residentKb(pid);
}

async function watchingMemory<T>(work: Promise<T>): Promise<T> {
  const before = memory();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, memory())), 20);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    assert.ok(most - before < MEMORY_KB, `memory grew by ${most - before} KB`);
  }
}

function download(via: 'https' | 'h2', path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let size = 0;
    if (via === 'https') {
      https.get({ host: '127.0.0.1', port: gateway.https, servername: HOST, ca: authority.pem, path, headers: { host: HOST }, agent: false }, (response) => {
        response.on('data', (piece: Buffer) => (size += piece.length));
        response.once('end', () => resolve(size));
        response.once('error', reject);
      }).once('error', reject);
      return;
    }
    openSession(gateway, HOST, { settings: { initialWindowSize: 1 << 20 } }).then((session) => {
      session.setLocalWindowSize(1 << 22);
      const stream = session.request({ ':path': path, ':authority': HOST });
      stream.on('data', (piece: Buffer) => (size += piece.length));
      stream.once('error', reject);
      stream.once('end', () => {
        session.destroy();
        resolve(size);
      });
    }, reject);
  });
}

async function upload(via: 'https' | 'h2', size: number, chunked: boolean): Promise<number> {
  const session = via === 'h2' ? await openSession(gateway, HOST) : undefined;
  const fields = chunked ? {} : { 'content-length': String(size) };
  const block = Buffer.alloc(1 << 16, 'upload ');
  const sending = session === undefined
    ? https.request({ host: '127.0.0.1', port: gateway.https, servername: HOST, ca: authority.pem, path: '/upload', method: 'POST', headers: { host: HOST, ...fields }, agent: false })
    : session.request({ ':method': 'POST', ':path': '/upload', ':authority': HOST, ...fields }, { endStream: false });
  const answer = new Promise<string>((resolve, reject) => {
    let text = '';
    const source = sending as NodeJS.EventEmitter;
    source.once('error', reject);
    if (session === undefined) {
      source.once('response', (response: http.IncomingMessage) => {
        response.on('data', (piece: Buffer) => (text += piece.toString()));
        response.once('end', () => resolve(text));
      });
    } else {
      source.on('data', (piece: Buffer) => (text += piece.toString()));
      source.once('end', () => resolve(text));
    }
  });
  for (let sent = 0; sent < size; sent += block.length) {
    if (!sending.write(block)) await new Promise((resolve) => sending.once('drain', resolve));
  }
  sending.end();
  const text = await answer;
  session?.destroy();
  return (JSON.parse(text) as { size: number }).size;
}

for (const via of ['https', 'h2'] as const) {
  test(`256 MiB down over ${via}`, { timeout: 120_000 }, async () => {
    assert.equal(await watchingMemory(download(via, `/bytes/${SIZE}`)), SIZE);
  });

  test(`256 MiB up over ${via}`, { timeout: 120_000 }, async () => {
    assert.equal(await watchingMemory(upload(via, SIZE, false)), SIZE);
  });

  test(`32 MiB of chunks both ways over ${via}`, { timeout: 60_000 }, async () => {
    assert.equal(await download(via, `/chunked/${SIZE / 8}`), SIZE / 8);
    assert.equal(await upload(via, SIZE / 8, true), SIZE / 8);
  });
}

/** Nothing more is taken from the application for a while. */
async function untilHeld(): Promise<void> {
  let last = -1;
  await until('the application is held', async () => {
    const same = written === last;
    last = written;
    await sleep(400);
    return same && written === last;
  });
}

test('a client that stops reading stops the application, over HTTP/1.1', async () => {
  written = 0;
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(`GET /endless/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await client.untilText('200 OK');
  client.socket.pause();
  await untilHeld();
  assert.ok(written < 64 * 1024 * 1024, `${written} bytes were taken from the application`);
  const held = written;
  client.socket.resume();
  await until('it goes on when the client reads', () => written > held + 1024 * 1024);
  client.destroy();
  await until('and ends when the client goes', () => endless.connections() === 0);
});

test('a client that stops reading stops the application, over HTTP/2', async () => {
  written = 0;
  const session = await openSession(gateway, HOST);
  const stream = session.request({ ':path': '/endless/', ':authority': HOST });
  stream.on('error', () => {});
  await new Promise((resolve) => stream.once('response', resolve));
  await untilHeld();
  assert.ok(written < 64 * 1024 * 1024, `${written} bytes were taken from the application`);
  session.destroy();
  await until('the application\'s connection ends when the client goes', () => endless.connections() === 0);
});

test('an application that does not read its request stops the client', async () => {
  taken = 0;
  const before = memory();
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(`POST /lazy/ HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: ${SIZE}\r\n\r\n`);
  await until('the application has the request', () => heldRequest !== undefined);
  heldRequest?.socket.pause();
  const block = Buffer.alloc(1 << 20);
  let sent = 0;
  for (let i = 0; i < 100 && client.socket.writableLength < 4 << 20; i++) {
    client.send(block);
    sent += block.length;
    await sleep(20);
  }
  assert.ok(sent < 100 << 20, 'the client was never held');
  assert.ok(memory() - before < MEMORY_KB, `memory grew by ${memory() - before} KB`);
  client.destroy();
});

test('many slow downloads at once keep memory bounded', async () => {
  const before = memory();
  const clients = await Promise.all(Array.from({ length: 50 }, () => connectTls({ port: gateway.https, servername: HOST })));
  for (const client of clients) {
    client.send(`GET /endless/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    client.socket.pause();
  }
  await until('all are under way', () => endless.connections() === clients.length);
  await untilHeld();
  const grown = memory() - before;
  for (const client of clients) client.destroy();
  assert.ok(grown < 50 * 1024 * 2, `memory grew by ${grown} KB for 50 stuck downloads`);
  await within('all are ended', until('no connection is left', () => endless.connections() === 0));
});

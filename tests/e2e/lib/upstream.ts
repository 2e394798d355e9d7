// Applications to stand behind the gateway: one that can be asked for anything by its path, and one that speaks bytes.
import { createHash } from 'node:crypto';
import { chmodSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { Pair } from './certs.ts';
import { freePort } from './ports.ts';
import { atEnd } from './scope.ts';
import { sleep } from './wait.ts';

export interface Seen {
  method: string;
  url: string;
  version: string;
  fields: [string, string][];
  field(name: string): string | undefined;
  all(name: string): string[];
  size: number;
  sha256: string;
  trailers: [string, string][];
}

export interface Upstream {
  url: string;
  port: number;
  seen: Seen[];
  connections(): number;
  opened(): number;
  server: http.Server | https.Server;
  stop(): Promise<void>;
}

export interface UpstreamOptions {
  tls?: Pair;
  unix?: string;
  port?: number;
  keepAliveTimeoutMs?: number;
  name?: string;
}

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => unknown;

function paired(raw: string[]): [string, string][] {
  const out: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) out.push([raw[i] ?? '', raw[i + 1] ?? '']);
  return out;
}

function record(request: http.IncomingMessage, into: Seen[]): Seen {
  const fields = paired(request.rawHeaders);
  const all = (name: string): string[] => fields.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  const entry: Seen = {
    method: request.method ?? '', url: request.url ?? '', version: request.httpVersion,
    fields, all, field: (name) => all(name)[0], size: 0, sha256: '', trailers: [],
  };
  if (entry.field('user-agent')?.startsWith('strictgate-probe') !== true) into.push(entry); // control looks when it sees fit
  return entry;
}

async function drain(request: http.IncomingMessage, entry: Seen): Promise<void> {
  const hash = createHash('sha256');
  for await (const piece of request as AsyncIterable<Buffer>) {
    entry.size += piece.length;
    hash.update(piece);
  }
  entry.sha256 = hash.digest('hex');
  entry.trailers = paired(request.rawTrailers);
}

async function stopServer(server: http.Server | https.Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

export async function startUpstream(handler: Handler, options: UpstreamOptions = {}): Promise<Upstream> {
  const server = options.tls === undefined ? http.createServer() : https.createServer({ cert: options.tls.cert, key: options.tls.key });
  server.keepAliveTimeout = options.keepAliveTimeoutMs ?? 60_000;
  server.requestTimeout = 0;
  const seen: Seen[] = [];
  const open = new Set<net.Socket>();
  let opened = 0;
  server.on('connection', (socket: net.Socket) => {
    opened++;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => {});
  });
  server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
    request.on('error', () => {});
    response.on('error', () => {});
    void Promise.resolve(handler(request, response)).catch(() => response.destroy());
  });
  server.on('clientError', (_failure, socket) => socket.destroy());
  const port = options.unix === undefined ? (options.port ?? (await freePort())) : 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.unix === undefined ? { port, host: '127.0.0.1' } : { path: options.unix }, resolve);
  });
  if (options.unix !== undefined) chmodSync(options.unix, 0o777);
  const url = options.unix === undefined ? `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}` : `unix:${options.unix}`;
  const stop = (): Promise<void> => stopServer(server);
  atEnd(stop);
  return { url, port, seen, server, stop, connections: () => open.size, opened: () => opened };
}

function answerJson(response: http.ServerResponse, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

async function sendEvents(response: http.ServerResponse, count: number, everyMs: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  for (let i = 0; i < count; i++) {
    response.write(`id: ${i}\ndata: ${Date.now()}\n\n`);
    await sleep(everyMs);
  }
  response.end();
}

export async function sendBytes(response: http.ServerResponse, size: number, chunked: boolean): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/octet-stream', ...(chunked ? {} : { 'content-length': size }) });
  const block = Buffer.alloc(65_536, 'strictgate ');
  for (let left = size; left > 0; left -= Math.min(left, block.length)) {
    if (!response.write(left >= block.length ? block : block.subarray(0, left))) {
      await Promise.race([
        new Promise((resolve) => response.once('drain', resolve)),
        new Promise((resolve) => response.once('close', resolve)),
      ]);
    }
    if (response.destroyed) return;
  }
  response.end();
}

/*
 * /echo                     what arrived, as JSON (also for every path not below)
 * /status/N?field=value     that status, each query pair as a response field
 * /bytes/N, /chunked/N      N bytes by Content-Length, by chunks
 * /trailers                 chunked with a trailer field
 * /events?count=&every=     server-sent events
 * /informational/N          an N response, then 200
 * /wait/MS                  200 after so long
 * /hang, /die, /die-mid     no answer ever; connection closed before, within the answer
 */
export async function startApplication(options: UpstreamOptions = {}): Promise<Upstream> {
  const name = options.name ?? 'application';
  const upstream: Upstream = await startUpstream(async (request, response) => {
    const entry = record(request, upstream.seen);
    const url = new URL(request.url ?? '/', 'http://application');
    const [, verb = '', argument = ''] = url.pathname.split('/');
    switch (verb) {
      case 'status':
        await drain(request, entry);
        response.writeHead(Number(argument), [...url.searchParams].flat());
        return response.end(Number(argument) === 204 || Number(argument) === 304 ? undefined : `status ${argument}\n`);
      case 'bytes':
      case 'chunked':
        return sendBytes(response, Number(argument), verb === 'chunked');
      case 'trailers':
        response.writeHead(200, { trailer: 'x-checksum' });
        response.write('first ');
        response.addTrailers({ 'x-checksum': 'abc' });
        return response.end('last');
      case 'events':
        return sendEvents(response, Number(url.searchParams.get('count') ?? 5), Number(url.searchParams.get('every') ?? 100));
      case 'informational':
        if (argument === '103') response.writeEarlyHints({ link: '</style.css>; rel=preload' });
        else response.writeProcessing();
        return response.end('final');
      case 'wait':
        await drain(request, entry);
        await sleep(Number(argument));
        return response.end(`waited ${argument}`);
      case 'hang':
        return undefined;
      case 'die':
        return request.socket.destroy();
      case 'die-mid':
        response.writeHead(200, { 'content-length': 100_000 });
        response.write('x'.repeat(1000));
        await sleep(50);
        return request.socket.destroy();
      case 'name':
        return response.end(name);
      default:
        await drain(request, entry);
        return answerJson(response, { name, method: entry.method, url: entry.url, version: entry.version, fields: entry.fields,
          size: entry.size, sha256: entry.sha256, trailers: entry.trailers });
    }
  }, options);
  return upstream;
}

export interface RawUpstream {
  url: string;
  port: number;
  received: Buffer[];
  text(): string;
  opened(): number;
  stop(): Promise<void>;
}

// Every connection's bytes are kept. `reply` is called with what a connection has sent since it last returned true, each
// time something arrives.
export async function startRawUpstream(reply: (socket: net.Socket, fresh: string) => boolean | void): Promise<RawUpstream> {
  const received: Buffer[] = [];
  const open = new Set<net.Socket>();
  let opened = 0;
  const server = net.createServer((socket) => {
    opened++;
    open.add(socket);
    let fresh = '';
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    socket.on('data', (bytes) => {
      received.push(bytes);
      fresh += bytes.toString('latin1');
      if (reply(socket, fresh) === true) fresh = '';
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    for (const socket of open) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  atEnd(stop);
  return { url: `http://127.0.0.1:${port}`, port, received, text: () => Buffer.concat(received).toString('latin1'), opened: () => opened, stop };
}

// One answer to each complete request head; good for requests without content.
export function startCannedUpstream(response: string | Buffer, close = false): Promise<RawUpstream> {
  return startRawUpstream((socket, fresh) => {
    if (!fresh.endsWith('\r\n\r\n')) return false;
    socket.write(response);
    if (close) socket.end();
    return true;
  });
}

// A WebSocket application (ws), and the few lines of RFC 6455 framing a WebSocket over an HTTP/2 stream needs.
import { randomBytes } from 'node:crypto';
import type http2 from 'node:http2';
import { WebSocket, WebSocketServer } from 'ws';
import { authority } from './certs.ts';
import type { Gateway } from './gateway.ts';
import { type Upstream, type UpstreamOptions, startUpstream } from './upstream.ts';
import { within } from './wait.ts';

export interface WebSocketApplication extends Upstream {
  sockets: Set<WebSocket>;
  upgrades: Record<string, string | string[] | undefined>[];
}

// Echoes every message; "close" ends the connection with code 4000; "count N" sends N messages.
export async function startWebSocketApplication(options: UpstreamOptions & { page?: string } = {}): Promise<WebSocketApplication> {
  const upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(options.page ?? 'WebSocket application\n');
  }, options);
  const sockets = new Set<WebSocket>();
  const upgrades: WebSocketApplication['upgrades'] = [];
  const server = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false });
  upstream.server.on('upgrade', (request, socket, head) => {
    upgrades.push({ ...request.headers, ':path': request.url });
    if ((request.url ?? '').startsWith('/refused')) {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 7\r\nConnection: close\r\n\r\nrefused');
      return;
    }
    server.handleUpgrade(request, socket, head, (client) => {
      sockets.add(client);
      client.on('close', () => sockets.delete(client));
      client.on('error', () => {});
      client.on('message', (data, binary) => {
        const text = binary ? '' : String(data);
        if (text === 'close') client.close(4000, 'asked to');
        else if (text.startsWith('count ')) for (let i = 0; i < Number(text.slice(6)); i++) client.send(`message ${i}`);
        else client.send(data as Buffer, { binary });
      });
    });
  });
  return Object.assign(upstream, { sockets, upgrades });
}

export interface OpenOptions {
  protocols?: string[];
  fields?: Record<string, string>;
  ca?: string;
}

export function openWebSocket(where: Pick<Gateway, 'https'>, host: string, path = '/', options: OpenOptions = {}): Promise<WebSocket> {
  const lookup = (_host: string, _options: unknown, done: (error: null, address: string, family: number) => void): void => done(null, '127.0.0.1', 4);
  const details = { ca: options.ca ?? authority.pem, lookup, autoSelectFamily: false, headers: options.fields ?? {} };
  const client = new WebSocket(`wss://${host}:${where.https}${path}`, options.protocols ?? [], details);
  return within('the WebSocket opens', new Promise((resolve, reject) => {
    client.once('error', reject);
    client.once('open', () => {
      client.on('error', () => {});
      resolve(client);
    });
  }));
}

export function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const size = payload.length;
  const head = size < 126 ? Buffer.from([0x80 | opcode, 0x80 | size]) : Buffer.from([0x80 | opcode, 0x80 | 126, size >> 8, size & 255]);
  return Buffer.concat([head, mask, payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0))]);
}

export interface DecodedFrame {
  opcode: number;
  payload: Buffer;
}

export function decodeFrames(bytes: Buffer): DecodedFrame[] {
  const out: DecodedFrame[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    let size = bytes.readUInt8(at + 1) & 127;
    let start = at + 2;
    if (size === 126) {
      if (start + 2 > bytes.length) break;
      size = bytes.readUInt16BE(start);
      start += 2;
    }
    if (start + size > bytes.length) break;
    out.push({ opcode: bytes.readUInt8(at) & 15, payload: bytes.subarray(start, start + size) });
    at = start + size;
  }
  return out;
}

export interface H2WebSocket {
  status: number;
  send(text: string): void;
  messages(): string[];
  frames(): DecodedFrame[];
  stream: http2.ClientHttp2Stream;
}

export function openH2WebSocket(session: http2.ClientHttp2Session, authority: string, path: string, fields: Record<string, string> = {}): Promise<H2WebSocket> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'https', ':path': path, ':authority': authority,
      'sec-websocket-version': '13', ...fields }, { endStream: false });
    const pieces: Buffer[] = [];
    const frames = (): DecodedFrame[] => decodeFrames(Buffer.concat(pieces));
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.once('error', reject);
    stream.once('close', () => reject(new Error(`closed with code ${stream.rstCode}`)));
    stream.once('response', (head) => resolve({
      status: Number(head[':status']), stream, frames,
      send: (text) => void stream.write(encodeFrame(1, Buffer.from(text))),
      messages: () => frames().filter((one) => one.opcode === 1).map((one) => one.payload.toString()),
    }));
  });
}

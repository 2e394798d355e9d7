// A client that sends the bytes it is told to, in the pieces it is told to, and keeps what comes back.
import net from 'node:net';
import tls from 'node:tls';
import { authority } from './certs.ts';
import { HANG_MS, until } from './wait.ts';

export interface RawOptions {
  port: number;
  host?: string;
  /** The address of ours; the system's choice unless given. */
  from?: string;
  path?: string;
  servername?: string;
  alpn?: string[];
  tls?: tls.ConnectionOptions;
  before?: Buffer | string;
}

export interface RawClient {
  readonly socket: net.Socket;
  send(bytes: string | Buffer): void;
  text(): string;
  bytes(): Buffer;
  closed(): boolean;
  ended(): boolean;
  untilText(pattern: RegExp | string, timeoutMs?: number): Promise<string>;
  untilClosed(timeoutMs?: number): Promise<string>;
  destroy(): void;
}

function collect(socket: net.Socket): RawClient {
  const pieces: Buffer[] = [];
  let closed = false;
  let ended = false;
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  socket.on('end', () => (ended = true));
  socket.on('close', () => (closed = true));
  socket.on('error', () => {});
  const bytes = (): Buffer => Buffer.concat(pieces);
  const text = (): string => bytes().toString('latin1');
  return {
    socket, text, bytes,
    closed: () => closed,
    ended: () => ended,
    send: (data) => void socket.write(typeof data === 'string' ? Buffer.from(data, 'latin1') : data),
    async untilText(pattern, timeoutMs = HANG_MS) {
      await until(`the peer sends ${pattern} (so far: ${JSON.stringify(text().slice(0, 400))})`, () => {
        const found = typeof pattern === 'string' ? text().includes(pattern) : pattern.test(text());
        if (!found && closed) throw new Error(`closed after ${JSON.stringify(text().slice(0, 400))}`);
        return found;
      }, timeoutMs);
      return text();
    },
    async untilClosed(timeoutMs = HANG_MS) {
      await until('the peer closes', () => closed || ended, timeoutMs);
      return text();
    },
    destroy: () => socket.destroy(),
  };
}

export async function connectPlain(options: RawOptions): Promise<RawClient> {
  const socket = options.path === undefined
    ? net.connect({ port: options.port, host: options.host ?? '127.0.0.1', ...(options.from === undefined ? {} : { localAddress: options.from }) })
    : net.connect({ path: options.path });
  const client = collect(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  if (options.before !== undefined) client.send(options.before);
  return client;
}

export async function connectTls(options: RawOptions): Promise<RawClient & { socket: tls.TLSSocket }> {
  const under = await connectPlain(options);
  under.socket.removeAllListeners('data');
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      socket: under.socket,
      ca: authority.pem,
      ...(options.servername === undefined ? {} : { servername: options.servername }),
      ALPNProtocols: options.alpn ?? ['http/1.1'],
      ...options.tls,
    });
    const client = collect(socket) as RawClient & { socket: tls.TLSSocket };
    socket.once('secureConnect', () => resolve(client));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed before the handshake was done')));
  });
}

export interface RawResponse {
  status: number;
  head: string;
  body: string;
}

// Splits a run of responses whose content is given by Content-Length, chunks or the method.
export function splitResponses(text: string, heads: boolean[] = []): RawResponse[] {
  const out: RawResponse[] = [];
  let rest = text;
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) throw new Error(`no complete head in ${JSON.stringify(rest.slice(0, 200))}`);
    const head = rest.slice(0, end);
    rest = rest.slice(end + 4);
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? NaN);
    const length = /^content-length: (\d+)$/im.exec(head)?.[1];
    let body = '';
    const bodyless = heads[out.filter((one) => one.status >= 200).length] === true || status < 200 || status === 204 || status === 304;
    if (!bodyless && /^transfer-encoding: chunked$/im.test(head)) {
      for (;;) {
        const line = /^([0-9a-f]+)\r\n/i.exec(rest);
        if (line === null) throw new Error('bad chunk');
        const size = parseInt(line[1] ?? '', 16);
        body += rest.slice(line[0].length, line[0].length + size);
        rest = rest.slice(line[0].length + size);
        if (size === 0) {
          rest = rest.startsWith('\r\n') ? rest.slice(2) : rest.slice(rest.indexOf('\r\n\r\n') + 4);
          break;
        }
        rest = rest.slice(2);
      }
    } else if (!bodyless && length !== undefined) {
      body = rest.slice(0, Number(length));
      rest = rest.slice(Number(length));
    } else if (!bodyless) {
      body = rest;
      rest = '';
    }
    out.push({ status, head, body });
  }
  return out;
}

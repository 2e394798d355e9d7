// Stands before an ACME server and sees every request: a test may do something before one is passed on, or before its answer is; and it may answer in its place, or cut the connection.
import https from 'node:https';
import tls from 'node:tls';
import { authority } from './certs.ts';
import type { Inside } from './inside.ts';
import { freePort } from './ports.ts';
import { atEnd } from './scope.ts';

export interface Passage {
  method: string;
  path: string;
  body: string;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export type Instead = Answer | 'cut' | undefined;

export interface AcmeProxy {
  readonly directory: string;
  readonly requests: Passage[];
  before: (passage: Passage) => Instead | Promise<Instead>;
  after: (passage: Passage, answer: Answer) => Instead | Promise<Instead>;
}

// What a signed request says (RFC 8555 section 6.2).
export function payloadOf({ body }: Passage): Record<string, unknown> {
  const { payload } = JSON.parse(body) as { payload: string };
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}

/** `inside`: the server is in another network namespace, and so is whoever asks it. */
export async function startAcmeProxy(port: number, inside?: Inside): Promise<AcmeProxy> {
  const own = await freePort();
  const pair = await authority.issue(['localhost']);
  const proxy: AcmeProxy = { directory: `https://localhost:${own}/dir`, requests: [], before: () => undefined, after: () => undefined };
  const server = https.createServer({ cert: pair.cert, key: pair.key }, (request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('error', () => response.destroy());
    response.on('error', () => undefined);
    request.once('end', () => void pass({ method: request.method ?? '', path: request.url ?? '', body: Buffer.concat(pieces).toString() }));
    async function pass(which: Passage): Promise<void> {
      proxy.requests.push(which);
      const instead = await proxy.before(which);
      if (instead !== undefined) {
        answerWith(instead);
        return;
      }
      const socket = tls.connect({ servername: 'localhost', ca: authority.pem, ...(inside === undefined ? { host: 'localhost', port } : { socket: await inside.connect(port) }) });
      const further = https.request({ createConnection: () => socket, method: which.method, path: which.path, headers: request.headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.once('end', () => {
          const { 'content-length': _, ...fields } = answer.headers;
          const headers = fields as Record<string, string>;
          const theirs = { status: answer.statusCode ?? 502, headers, body: Buffer.concat(parts).toString() };
          void (async () => answerWith((await proxy.after(which, theirs)) ?? theirs))();
        });
      });
      further.once('error', () => response.destroy());
      further.end(which.body);
    }
    function answerWith(answer: Exclude<Instead, undefined>): void {
      if (response.destroyed) return;
      if (answer === 'cut') response.destroy();
      else response.writeHead(answer.status, answer.headers).end(answer.body);
    }
  });
  const listener = await inside?.listen('127.0.0.1', own);
  await new Promise<void>((resolve) => (listener === undefined ? server.listen(own, '127.0.0.1', resolve) : server.listen(listener, resolve)));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return proxy;
}

// Stands before an ACME server and sees every request: a test may do something before one is passed on, or before its answer is.
import https from 'node:https';
import { authority } from './certs.ts';
import { freePort } from './ports.ts';
import { atEnd } from './scope.ts';

export interface Passage {
  method: string;
  path: string;
}

export interface AcmeProxy {
  readonly directory: string;
  readonly requests: Passage[];
  before: (passage: Passage) => unknown;
  after: (passage: Passage) => unknown;
}

export async function startAcmeProxy(port: number): Promise<AcmeProxy> {
  const own = await freePort();
  const pair = await authority.issue(['localhost']);
  const proxy: AcmeProxy = { directory: `https://localhost:${own}/dir`, requests: [], before: () => undefined, after: () => undefined };
  const server = https.createServer({ cert: pair.cert, key: pair.key }, (request, response) => {
    const passage = { method: request.method ?? '', path: request.url ?? '' };
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('error', () => response.destroy());
    response.on('error', () => undefined);
    request.once('end', () => void pass(passage, Buffer.concat(pieces)));
    async function pass(which: Passage, body: Buffer): Promise<void> {
      proxy.requests.push(which);
      await proxy.before(which);
      const further = https.request({ host: 'localhost', port, method: which.method, path: which.path, headers: request.headers, ca: authority.pem, agent: false }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.once('end', () => {
          void (async () => {
            await proxy.after(which);
            if (response.destroyed) return;
            response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
            response.end(Buffer.concat(parts));
          })();
        });
      });
      further.once('error', () => response.destroy());
      further.end(body);
    }
  });
  await new Promise<void>((resolve) => server.listen(own, '127.0.0.1', resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return proxy;
}

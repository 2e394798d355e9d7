// A web server in another namespace, answered by the test's own process, that keeps a list of what it was asked for.
import http from 'node:http';
import https from 'node:https';
import type { Pair } from './certs.ts';
import type { Inside } from './inside.ts';
import { atEnd } from './scope.ts';

export interface Origin {
  /** "GET http://host/path", icons left out: browsers ask for them when they see fit. */
  readonly requests: string[];
}

export async function startOrigin(inside: Inside, at: { address: string; port: number; pair?: Pair }, answer: http.RequestListener): Promise<Origin> {
  const requests: string[] = [];
  const scheme = at.pair === undefined ? 'http' : 'https';
  const listener: http.RequestListener = (request, response) => {
    if (request.url !== '/favicon.ico') requests.push(`${request.method} ${scheme}://${request.headers.host}${request.url}`);
    answer(request, response);
  };
  const server = at.pair === undefined ? http.createServer(listener) : https.createServer({ cert: at.pair.cert, key: at.pair.key }, listener);
  server.listen(await inside.listen(at.address, at.port));
  atEnd(() => {
    server.close();
    server.closeAllConnections();
  });
  return { requests };
}

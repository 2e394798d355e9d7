// Clients by address as a trusted proxy tells them (X-Forwarded-For): as many as one likes, over one connection each way.
import net from 'node:net';
import tls from 'node:tls';
import { authority } from './certs.ts';

export const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0';

// So many are on the way at a time.
const PENDING_MAX = 300;

export interface Crowd {
  request(site: string, client: number, agent: string, fields?: string): string;
  plain(requests: readonly string[]): Promise<string>;
  secure(site: string, requests: readonly string[]): Promise<string>;
}

// So much of the answers is kept.
const KEPT_SIZE = 10_000;

/** All requests over one connection; the answers, of many the last ones. */
export function sendAll(socket: net.Socket, requests: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let answered = 0;
    let rest = '';
    let kept = '';
    const more = (): void => {
      while (sent < requests.length && sent - answered < PENDING_MAX) socket.write(requests[sent++] ?? '');
    };
    socket.on('error', reject);
    socket.on('close', () => (answered === requests.length ? resolve(kept) : reject(new Error(`closed after ${answered} answers:\n${kept.slice(-500)}`))));
    socket.on('data', (piece: Buffer) => {
      const text = rest + piece.toString('latin1');
      kept = `${kept}${piece.toString('latin1')}`.slice(-KEPT_SIZE);
      answered += text.split('HTTP/1.1 ').length - 1;
      rest = text.slice(text.lastIndexOf('HTTP/1.1 ') + 1).slice(-12);
      if (answered === requests.length) socket.end();
      else more();
    });
    more();
  });
}

/** The listeners of both ports take the loopback address for a trusted proxy. */
export function crowdOf(ports: { http: number; https: number }): Crowd {
  return {
    request: (site, client, agent, fields = '') =>
      `GET /name HTTP/1.1\r\nHost: ${site}\r\nX-Forwarded-For: 10.${20 + (client % 4)}.${(client >> 8) & 255}.${client & 255}\r\nUser-Agent: ${agent}\r\n${fields}\r\n`,
    plain: (requests) => sendAll(net.connect(ports.http, '127.0.0.1'), requests),
    secure: (site, requests) => sendAll(tls.connect({ port: ports.https, host: '127.0.0.1', servername: site, ca: authority.pem, ALPNProtocols: ['http/1.1'] }), requests),
  };
}

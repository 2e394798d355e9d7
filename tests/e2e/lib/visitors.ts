// Run inside a namespace whose loopback has all of 10.0.0.0/8: clients from addresses of their own come over plain HTTP, and go on to HTTPS where they are
// sent. Says how it went, as JSON.
import http from 'node:http';
import https from 'node:https';
import { Agent } from 'node:https';

export interface Visitors {
  network: string; // "10.20"
  count: number;
  agent: string;
  isBrowser: boolean; // says Upgrade-Insecure-Requests
  follows: boolean;
  isOld?: boolean; // speaks nothing above TLS 1.1
  fields?: Record<string, string>;
}

export interface Came {
  redirected: number;
  arrived: number;
  lost: number;
}

// Nobody here is left without a word: those that are kept out are refused. It ends what hangs.
const PATIENCE_MS = 60_000;
const AT_A_TIME = 40;

function ask(host: string, isSecure: boolean, localAddress: string, kind: Visitors): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers: Record<string, string> = { host, 'user-agent': kind.agent, connection: 'close', ...kind.fields };
    if (kind.isBrowser) headers['upgrade-insecure-requests'] = '1';
    const options = { host: '127.0.0.1', path: '/name', headers, localAddress, timeout: PATIENCE_MS };
    // Certificates are the business of other tests; each client is another one, so no session is shared.
    const versions = kind.isOld === true ? { minVersion: 'TLSv1' as const, maxVersion: 'TLSv1.1' as const, ciphers: 'DEFAULT@SECLEVEL=0' } : {};
    const request = isSecure
      ? https.request({ ...options, ...versions, port: 443, servername: host, rejectUnauthorized: false, agent: new Agent({ maxCachedSessions: 0 }) })
      : http.request({ ...options, port: 80 });
    request.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
    request.end();
  });
}

async function come(host: string, kind: Visitors, index: number, came: Came): Promise<void> {
  const address = `${kind.network}.${index >> 8}.${index & 255}`;
  const status = await ask(host, false, address, kind);
  if (status !== 301 && status !== 308 && status !== 307 && status !== 302) return;
  came.redirected++;
  if (!kind.follows) return;
  if ((await ask(host, true, address, kind)) === 200) came.arrived++;
  else came.lost++;
}

async function main(host: string, all: Visitors[]): Promise<void> {
  const came: Came = { redirected: 0, arrived: 0, lost: 0 };
  const clients = all.flatMap((kind) => Array.from({ length: kind.count }, (_, index) => ({ kind, index: index + 1 })));
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      for (let client = clients[next++]; client !== undefined; client = clients[next++]) await come(host, client.kind, client.index, came);
    }),
  );
  console.log(JSON.stringify(came));
}

const [host, all] = process.argv.slice(2);
if (host !== undefined && all !== undefined) await main(host, JSON.parse(all) as Visitors[]);

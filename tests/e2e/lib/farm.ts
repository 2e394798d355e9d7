// A farm of domains for the checker of the preload list: one server for each scheme in a namespace, which answers for every name as it is told;
// one that speaks an old cipher suite only, which is a whole server's business; and an address where nobody is at port 80.
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { type Pair, authority } from './certs.ts';
import { BINARY } from './gateway.ts';
import { reachInside } from './inside.ts';
import { type Namespace, createNamespace } from './netns.ts';
import { type Ran, type Running, run, start } from './process.ts';
import { atEnd } from './scope.ts';

export const FIELD = 'max-age=31536000; includeSubDomains; preload';

export interface Answer {
  status?: number;
  fields?: [string, string][];
  body?: string;
}

export interface Domain {
  name: string;
  codes: string[];
  exit: 0 | 1 | 2;
  https?: (path: string, method: string) => Answer;
  http?: (path: string) => Answer;
  pair?: Pair;
  isOld?: boolean;
  isShut?: boolean;
}

export interface Farm {
  readonly namespace: Namespace;
  /** How many requests came, over both schemes. */
  requests(): number;
  /** The most that were being answered at the same time. */
  crowd(): number;
  strictgate(...args: string[]): Promise<Ran>;
  started(...args: string[]): Running;
  close(): Promise<void>;
}

export const hsts = (value: string): Answer => ({ fields: [['Strict-Transport-Security', value]] });
export const to = (location: string, status = 301, fields: [string, string][] = []): Answer => ({ status, fields: [['Location', location], ...fields] });

const [OLD, SHUT] = ['127.0.0.2', '127.0.0.3'];
const namesOf = ({ name }: Domain): string[] => [name, `www.${name}`];

/** `others` are names that the namespace knows besides. An answer takes `delayMs`; the first ones wait until there are `together` of them. */
export async function startFarm(domains: Domain[], others: string[] = [], delayMs = 0, together = 1): Promise<Farm> {
  const at = (address: string): string[] => domains.filter(({ isOld, isShut }) => address === (isOld === true ? OLD : isShut === true ? SHUT : '')).flatMap(namesOf);
  const namespace = await createNamespace([...others, ...at('')], { hosts: { [OLD]: at(OLD), [SHUT]: at(SHUT) }, trust: [authority.file] });
  const inside = await reachInside(namespace);
  const byName = new Map(domains.flatMap((domain) => namesOf(domain).map((name) => [name, domain])));
  const shared = await authority.issue(domains.filter(({ pair }) => pair === undefined).flatMap(namesOf));
  const aged = await authority.issue(['old.test', 'www.old.test'], { algorithm: 'rsa' });
  // The servers here show even what their own library would not.
  const ciphers = 'DEFAULT:@SECLEVEL=0';
  const context = ({ cert, key }: Pair): tls.SecureContext => tls.createSecureContext({ cert, key, ciphers });
  const usual = context(shared);
  const own = new Map(domains.flatMap(({ name, pair }) => (pair === undefined ? [] : [[name, context(pair)]])));

  let requests = 0, now = 0, most = 0;
  const waiting: (() => void)[] = [];
  function answer(response: http.ServerResponse, { status, fields, body }: Answer): void {
    requests++;
    most = Math.max(most, ++now);
    waiting.push(() => setTimeout(() => {
      now--;
      response.writeHead(status ?? 200, [...(fields ?? []).flatMap(([name, value]) => [name, value]), 'Content-Length', String(Buffer.byteLength(body ?? ''))]);
      response.end(body);
    }, delayMs));
    if (most >= together) for (const go of waiting.splice(0)) go();
  }
  const onSecure = (request: http.IncomingMessage, response: http.ServerResponse): void =>
    answer(response, byName.get(request.headers.host ?? '')?.https?.(request.url ?? '/', request.method ?? 'GET') ?? hsts(FIELD));
  const onPlain = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    const domain = byName.get(request.headers.host ?? '');
    answer(response, domain?.http?.(request.url ?? '/') ?? to(`https://${domain?.name ?? 'nobody.test'}/`));
  };
  const byTheirName: https.ServerOptions = { ciphers, SNICallback: (host, done) => done(null, own.get(byName.get(host)?.name ?? '') ?? usual) };
  const servers: [http.Server | https.Server, string, number][] = [
    [https.createServer(byTheirName, onSecure), '127.0.0.1', 443],
    [https.createServer(byTheirName, onSecure), SHUT, 443],
    [https.createServer({ cert: aged.cert, key: aged.key, ciphers: 'AES128-SHA', maxVersion: 'TLSv1.2' }, onSecure), OLD, 443],
    [http.createServer(onPlain), '127.0.0.1', 80],
    [http.createServer(onPlain), OLD, 80],
  ];
  for (const [server, address, port] of servers) server.listen(await inside.listen(address, port));
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(([server]) => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)))));
  };
  atEnd(close);
  const entered = (args: string[]) => namespace.enter(BINARY, [...args.slice(0, 1), '--root', authority.file, ...args.slice(1)]);
  return {
    namespace, close,
    requests: () => requests,
    crowd: () => most,
    strictgate: (...args) => run(entered(args).file, entered(args).args),
    started: (...args) => start(entered(args).file, entered(args).args),
  };
}

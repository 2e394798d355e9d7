// The real binary: started with a data directory and ports of its own, driven as an operator drives it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Pair, authority } from './certs.ts';
import type { Namespace } from './netns.ts';
import { freePort } from './ports.ts';
import { type Ran, type Running, childrenOf, commandLine, run, start } from './process.ts';
import { atEnd, temporaryDirectory } from './scope.ts';
import { until } from './wait.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
export const BINARY = resolve(HERE, '..', process.env['STRICTGATE'] ?? '../../build/strictgate');

// A build with sanitizers keeps freed memory and red zones: its size says nothing. Its leak check cannot look into confined processes.
export const IS_SANITIZED = existsSync(BINARY) && readFileSync(BINARY).includes('__asan_init');

// The first rung of every ladder.
const TRIAL_S = 300;

export type Role = 'gateway' | 'control';
export type Keys = Record<string, string | number>;

export interface GatewayOptions {
  server?: Keys;
  log?: Keys;
  sections?: Record<string, Keys>;
  namespace?: Namespace;
  directory?: string;
  http?: number;
  https?: number;
  env?: NodeJS.ProcessEnv;
  command?: { file: string; args: string[] };
}

export interface ApiReply {
  status: number;
  body: Json;
  text: string;
}

export interface Json {
  [key: string]: Json;
}

export interface RouteInput {
  prefix: string;
  kind: 'proxy' | 'files' | 'fixed';
  upstreams?: { url: string; weight?: number }[];
  [key: string]: unknown;
}

export interface SiteInput {
  name: string;
  aliases?: string[];
  upstreams?: string[];
  routes?: RouteInput[];
  redirect?: 'off' | 'temporary' | 'permanent';
  pairs?: Pair[];
  localCa?: boolean;
  hsts?: number;
  includeSubdomains?: boolean;
  settings?: Record<string, unknown>;
}

export interface Gateway {
  readonly directory: string;
  readonly data: string;
  readonly bootFile: string;
  readonly http: number;
  readonly https: number;
  readonly process: Running;
  log(): string;
  child(role: Role): number | undefined;
  api(method: string, path: string, body?: unknown): Promise<ApiReply>;
  must(method: string, path: string, body?: unknown): Promise<Json>;
  cli(...args: string[]): Promise<Ran>;
  addSite(site: SiteInput): Promise<Json>;
  setHsts(site: string, maxAge: number, includeSubdomains?: boolean): Promise<void>;
  limits(limits: Record<string, number>): Promise<void>;
  killChild(role: Role): Promise<void>;
  metrics(): Promise<string>;
  metric(name: string, labels?: Record<string, string>): Promise<number>;
  accessLog: string;
  untilServing(): Promise<void>;
  stop(): Promise<void>;
}

export function ini(sections: Record<string, Keys>): string {
  return Object.entries(sections)
    .map(([name, keys]) => [`[${name}]`, ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`), ''].join('\n'))
    .join('\n');
}

export function apiCall(socketPath: string, method: string, path: string, body?: unknown): Promise<ApiReply> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
    const request = http.request({ socketPath, method, path, headers, agent: false, timeout: 40_000 }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString();
        let parsed: unknown = {};
        try {
          parsed = JSON.parse(text);
        } catch {
          parsed = {};
        }
        resolve({ status: response.statusCode ?? 0, body: parsed as Json, text });
      });
    });
    request.once('timeout', () => request.destroy(new Error(`${method} ${path}: no answer from the admin API`)));
    request.once('error', reject);
    request.end(payload);
  });
}

function siteBody(site: SiteInput): Record<string, unknown> {
  const body: Record<string, unknown> = { name: site.name };
  if (site.aliases !== undefined) body['aliases'] = site.aliases;
  if (site.upstreams !== undefined) body['upstreams'] = site.upstreams;
  if (site.routes !== undefined) body['routes'] = site.routes;
  if (site.redirect !== undefined) body['redirect'] = site.redirect;
  if (site.localCa === true) body['local_ca'] = true;
  if (site.pairs !== undefined && site.pairs.length > 0) {
    const only = site.pairs.length === 1 ? site.pairs[0] : undefined;
    body['certificate_pem'] = only?.cert ?? site.pairs.map((pair) => pair.cert);
    body['key_pem'] = only?.key ?? site.pairs.map((pair) => pair.key);
  }
  return body;
}

function parseLabels(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map((found) => [found[1], found[2]]));
}

export function sumMetric(text: string, name: string, labels: Record<string, string> = {}): number {
  let sum = Number.NaN;
  for (const line of text.split('\n')) {
    const found = /^(\w+)(?:\{(.*)\})? ([\d.eE+-]+)$/.exec(line);
    if (found === null || found[1] !== name) continue;
    const has = parseLabels(found[2] ?? '');
    if (Object.entries(labels).every(([key, value]) => has[key] === value)) sum = (Number.isNaN(sum) ? 0 : sum) + Number(found[3]);
  }
  return sum;
}

export async function writeBootFile(options: GatewayOptions = {}): Promise<{ directory: string; data: string; bootFile: string; http: number; https: number }> {
  const directory = options.directory ?? temporaryDirectory();
  const data = join(directory, 'data');
  const httpPort = options.http ?? (await freePort());
  const httpsPort = options.https ?? (await freePort());
  const bootFile = join(directory, 'strictgate.ini');
  writeFileSync(bootFile, ini({
    Server: { 'Listen Address': '127.0.0.1', 'Http Port': httpPort, 'Https Port': httpsPort, Workers: 2, ...options.server },
    Data: { 'Data Directory': data },
    Log: { Level: 'info', ...options.log },
    Panel: { Listen: 'off' },
    ...options.sections,
  }));
  return { directory, data, bootFile, http: httpPort, https: httpsPort };
}

export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} does not exist: build it first, or set STRICTGATE`);
  const boot = await writeBootFile(options);
  const args = ['run', '-c', boot.bootFile];
  const plain = options.command === undefined
    ? { file: BINARY, args }
    : { file: options.command.file, args: [...options.command.args, BINARY, ...args] };
  const command = options.namespace?.enter(plain.file, plain.args) ?? plain;
  const running = start(command.file, command.args, { env: { ASAN_OPTIONS: 'detect_leaks=0', ...(options.env ?? process.env) } });
  atEnd(async () => {
    await running.end();
    const fault = /.*(Sanitizer|runtime error:|[Aa]ssertion.*failed|killed by signal (?!9 ))[^]*/.exec(running.output());
    if (fault !== null) throw new Error(`a fault in the log:\n${fault[0].slice(0, 8000)}`);
    if (/PRIVATE KEY/.test(running.output())) throw new Error('a private key in the log');
  });
  const socketPath = join(boot.data, 'control.sock');

  // A site is looked at soon after it has a certificate, by requests like anybody's: what a test counts begins after that. An
  // application that never answers holds the look up for half of this time.
  const looked = async (name: string): Promise<void> => {
    const path = `/v1/sites/${encodeURIComponent(name)}/certificates`;
    await until(`${name} was looked at`, async () => (await apiCall(socketPath, 'GET', path)).body['looked'] !== null).catch(() => undefined);
  };
  const gateway: Gateway = {
    ...boot,
    process: running,
    accessLog: join(boot.data, 'log', 'access.log'),
    log: () => running.output(),
    child: (role) => childrenOf(running.pid).find((pid) => commandLine(pid).some((word) => word === `--child=${role}`)),
    api: (method, path, body) => apiCall(socketPath, method, path, body),
    async must(method, path, body) {
      const reply = await apiCall(socketPath, method, path, body);
      if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}\n${running.output()}`);
      if (method !== 'GET' && reply.body['applied'] !== undefined && (reply.body['applied'] as unknown) !== true) {
        throw new Error(`${method} ${path}: not applied: ${reply.text}\n${running.output()}`);
      }
      return reply.body;
    },
    cli(...words) {
      const inside = options.namespace?.enter(BINARY, ['-c', boot.bootFile, ...words]) ?? { file: BINARY, args: ['-c', boot.bootFile, ...words] };
      return run(inside.file, inside.args);
    },
    async addSite(site) {
      let made = await gateway.must('POST', '/v1/sites', siteBody(site));
      if (site.settings !== undefined) made = await gateway.must('PATCH', `/v1/sites/${site.name}`, site.settings);
      if (site.hsts !== undefined) await gateway.setHsts(site.name, site.hsts, site.includeSubdomains);
      if ((made['certificate'] as unknown as { source: string }).source !== 'none') await looked(site.name);
      return made;
    },
    async setHsts(site, maxAge, includeSubdomains = false) {
      // Every value is a rung here, and what guards would wait for (days, visitors) is overridden: tests have no time.
      await gateway.must('POST', '/v1/private-roots', { certificate_pem: authority.pem });
      const { certificate } = (await gateway.must('GET', `/v1/sites/${site}`)) as unknown as { certificate: { source: string } };
      if (certificate.source === 'local-ca') await gateway.must('POST', '/v1/private-roots', { certificate_pem: (await gateway.api('GET', '/v1/local-ca')).text });
      if (maxAge > 0 && maxAge !== TRIAL_S) await gateway.must('PATCH', `/v1/sites/${site}`, { ladder: [...new Set([TRIAL_S, maxAge])].toSorted((a, b) => a - b) });
      const wish = maxAge > 0 ? { mode: 'hold', max_age: maxAge, include_subdomains: includeSubdomains } : { mode: 'release' };
      const path = `/v1/sites/${site}/hsts`;
      const first = await gateway.api('PUT', path, wish);
      if (first.status < 300) return;
      const guards = ((first.body['guards'] ?? []) as unknown as { guard: string; verdict: string; overridable: boolean }[]).filter(({ verdict, overridable }) => verdict === 'block' && overridable).map(({ guard }) => guard);
      await gateway.must('PUT', path, { ...wish, override: { guards, reason: 'a test', confirm: site } });
    },
    async limits(limits) {
      await gateway.must('PATCH', '/v1/settings', { limits });
    },
    async killChild(role) {
      const pid = gateway.child(role);
      if (pid === undefined) throw new Error(`no ${role} process\n${running.output()}`);
      process.kill(pid, 'SIGKILL');
      await until(`${role} is started again`, () => {
        const now = gateway.child(role);
        return now !== undefined && now !== pid;
      });
    },
    async metrics() {
      return (await apiCall(socketPath, 'GET', '/metrics')).text;
    },
    async metric(name, labels) {
      return sumMetric(await gateway.metrics(), name, labels);
    },
    async untilServing() {
      await until('the admin API answers', async () => {
        const { code, signal } = running.child.exitCode !== null ? await running.exited : { code: null, signal: null };
        if (code !== null || signal !== null) return true;
        return (await apiCall(socketPath, 'GET', '/v1/status')).status === 200;
      }).catch((failure: unknown) => {
        throw new Error(`${String(failure)}\n${running.output()}`);
      });
      if (running.child.exitCode !== null) throw new Error(`exit ${running.child.exitCode}\n${running.output()}`);
    },
    async stop() {
      await running.end();
    },
  };
  await gateway.untilServing();
  return gateway;
}

// The panel as a browser has it: requests at its doors, with a cookie and the token of its session.
import http from 'node:http';
import { join } from 'node:path';
import type { Gateway, GatewayOptions } from './gateway.ts';
import { freePort } from './ports.ts';
import { startGateway } from './gateway.ts';
import { until } from './wait.ts';

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
  body: Record<string, unknown>;
}

export type Door = { port: number } | { socketPath: string };

export interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
  raw?: string;
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

export function knock(door: Door, path: string, asked: Asked = {}): Promise<Answer> {
  const payload = asked.raw ?? (asked.body === undefined ? undefined : JSON.stringify(asked.body));
  const content: Record<string, string> = payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', ...door, path, method: asked.method ?? 'GET', headers: { host: 'localhost:8460', ...content, ...asked.headers }, agent: false, timeout: 40_000 };
    const request = http.request(options, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed(text) });
      });
    });
    request.once('timeout', () => request.destroy(new Error(`${path}: no answer`)));
    request.once('error', reject);
    request.end(payload);
  });
}

export interface Browser {
  readonly door: Door;
  cookie: string;
  csrf: string;
  ask(path: string, asked?: Asked): Promise<Answer>;
  signIn(name: string, password: string, totp?: string): Promise<Answer>;
  /** A fresh proof of the session; with what else than the password. */
  prove(secret: Record<string, unknown>): Promise<Answer>;
}

export function cookieOf(answer: Answer): string {
  return /^strictgate_session=([^;]*)/.exec(answer.headers['set-cookie']?.[0] ?? '')?.[1] ?? '';
}

export function browserAt(door: Door): Browser {
  const browser: Browser = {
    door,
    cookie: '',
    csrf: '',
    ask(path, asked = {}) {
      const headers: Record<string, string> = {};
      if (browser.cookie !== '') headers['cookie'] = `strictgate_session=${browser.cookie}`;
      if (browser.csrf !== '') headers['x-strictgate-csrf'] = browser.csrf;
      return knock(door, path, { ...asked, headers: { ...headers, ...asked.headers } });
    },
    async signIn(name, password, totp) {
      const answer = await browser.ask('/v1/session', { method: 'POST', body: { name, password, ...(totp === undefined ? {} : { totp }) } });
      if (answer.status === 201) {
        browser.cookie = cookieOf(answer);
        browser.csrf = String(answer.body['csrf']);
      }
      return answer;
    },
    async prove(secret) {
      const answer = await browser.ask('/v1/session/proof', { method: 'POST', body: secret });
      if (cookieOf(answer) !== '') browser.cookie = cookieOf(answer);
      return answer;
    },
  };
  return browser;
}

export const PASSWORD = 'correct horse battery staple';

/** A gateway with the panel on a port of its own, and an account for each role, named like it. */
export async function startPanel(options: GatewayOptions = {}): Promise<{ gateway: Gateway; port: number; socket: Door; as(role: string): Promise<Browser>; staleness(): Promise<void> }> {
  const port = await freePort();
  const gateway = await startGateway({ ...options, sections: { ...options.sections, Panel: { Listen: `127.0.0.1:${port}` } } });
  for (const role of ['viewer', 'operator', 'owner']) await gateway.must('POST', '/v1/accounts', { name: role, role, password: PASSWORD });
  return {
    gateway,
    port,
    socket: { socketPath: join(gateway.data, 'panel.sock') },
    /** No session is freshly proved any more: proofs are not kept over a restart of control, sessions are. */
    async staleness() {
      await gateway.killChild('control');
      await until('the panel is there again', () => knock({ port }, '/v1/session').then(({ status }) => status === 200, () => false));
    },
    async as(role) {
      const browser = browserAt({ port });
      const answer = await browser.signIn(role, PASSWORD);
      if (answer.status !== 201) throw new Error(`${role}: ${answer.status} ${answer.text}`);
      return browser;
    },
  };
}

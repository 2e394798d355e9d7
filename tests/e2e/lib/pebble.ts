// Pebble, Let's Encrypt's test server: a certificate authority that speaks ACME, with a DNS of its own in which every name leads to loopback.
import https from 'node:https';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { authority } from './certs.ts';
import { freePort } from './ports.ts';
import type { Namespace } from './netns.ts';
import { runOk, start } from './process.ts';
import { temporaryDirectory } from './scope.ts';
import { until } from './wait.ts';

export interface PebbleOptions {
  httpPort: number;
  tlsPort?: number;
  validityS?: number;
  config?: Record<string, unknown>;
  env?: NodeJS.ProcessEnv;
  namespace?: Namespace; // with a DNS server of its own
  dns?: string;
}

export interface Pebble {
  readonly directory: string;
  readonly port: number;
  readonly management: number;
  root(index?: number): Promise<string>;
  rootName(index?: number): Promise<string>;
  log(): string;
  end(): Promise<void>;
}

async function get(port: number, path: string, namespace?: Namespace): Promise<string> {
  if (namespace !== undefined) {
    const { file, args } = namespace.enter('curl', ['-sS', '--fail', '--cacert', authority.file, `https://localhost:${port}${path}`]);
    return runOk(file, args);
  }
  return new Promise((resolve, reject) => {
    https.get({ host: 'localhost', port, path, ca: authority.pem, agent: false }, (response) => {
      let text = '';
      response.on('data', (piece: Buffer) => (text += piece.toString()));
      response.once('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(`${path}: ${String(response.statusCode)}`))));
    }).once('error', reject);
  });
}

export async function startPebble(options: PebbleOptions): Promise<Pebble> {
  const folder = temporaryDirectory();
  const [port, management, dns, control] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const pair = await authority.issue(['localhost', '127.0.0.1']);
  const file = join(folder, 'pebble.json');
  writeFileSync(file, JSON.stringify({
    pebble: {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${management}`,
      certificate: pair.certFile,
      privateKey: pair.keyFile,
      httpPort: options.httpPort,
      tlsPort: options.tlsPort ?? 1,
      ocspResponderURL: '',
      externalAccountBindingRequired: false,
      certificateValidityPeriod: options.validityS ?? 86_400,
      ...options.config,
    },
  }));
  const names = options.dns !== undefined ? undefined : start('pebble-challtestsrv', ['-defaultIPv6', '', '-defaultIPv4', '127.0.0.1', '-dns01', `127.0.0.1:${dns}`, '-http01', '', '-https01', '',
    '-tlsalpn01', '', '-management', `127.0.0.1:${control}`]);
  const env = { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_AUTHZREUSE: '0', PEBBLE_WFE_NONCEREJECT: '0', ...options.env };
  const args = ['-config', file, '-dnsserver', options.dns ?? `127.0.0.1:${dns}`, '-strict'];
  const command = options.namespace?.enter('pebble', args) ?? { file: 'pebble', args };
  const server = start(command.file, command.args, { env });
  await until('Pebble answers', async () => {
    if (server.child.exitCode !== null || (names?.child.exitCode ?? null) !== null) throw new Error(server.output() + (names?.output() ?? ''));
    return (await get(port, '/dir', options.namespace)).includes('newOrder');
  });
  return {
    directory: `https://localhost:${port}/dir`,
    port,
    management,
    root: (index = 0) => get(management, `/roots/${index}`, options.namespace),
    async rootName(index = 0) {
      const { X509Certificate } = await import('node:crypto');
      return /CN=(.*)/.exec(new X509Certificate(await get(management, `/roots/${index}`, options.namespace)).subject)?.[1] ?? '';
    },
    log: () => server.output(),
    async end() {
      await server.end('SIGTERM');
      await names?.end('SIGTERM');
    },
  };
}

// Caddy as a certificate authority that speaks ACME: another implementation (Smallstep's) than Pebble's. It proves names at port 80, so it lives in a namespace, which must know acme.localhost.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Namespace } from './netns.ts';
import { freePort } from './ports.ts';
import { runOk, start } from './process.ts';
import { temporaryDirectory } from './scope.ts';
import { until } from './wait.ts';

export const CADDY_HOST = 'acme.localhost';

export interface Caddy {
  readonly directory: string;
  readonly root: string;
  readonly rootFile: string;
}

export async function startCaddy(namespace: Namespace): Promise<Caddy> {
  const folder = temporaryDirectory();
  const port = await freePort();
  const file = join(folder, 'caddy.json');
  writeFileSync(file, JSON.stringify({
    admin: { disabled: true, config: { persist: false } },
    storage: { module: 'file_system', root: folder },
    apps: {
      pki: { certificate_authorities: { local: { install_trust: false } } },
      tls: { automation: { policies: [{ subjects: [CADDY_HOST], issuers: [{ module: 'internal' }] }] } },
      http: {
        servers: {
          acme: {
            listen: [`127.0.0.1:${port}`],
            protocols: ['h1', 'h2'],
            automatic_https: { disable_redirects: true },
            routes: [{ match: [{ host: [CADDY_HOST] }], handle: [{ handler: 'acme_server', ca: 'local' }] }],
          },
        },
      },
    },
  }));
  const { file: command, args } = namespace.enter('caddy', ['run', '--config', file]);
  const server = start(command, args, { env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder } });
  const directory = `https://${CADDY_HOST}:${port}/acme/local/directory`;
  const rootFile = join(folder, 'pki', 'authorities', 'local', 'root.crt');
  await until('Caddy answers', async () => {
    if (server.child.exitCode !== null) throw new Error(server.output());
    const ask = namespace.enter('curl', ['-sS', '--fail', '--cacert', rootFile, directory]);
    return (await runOk(ask.file, ask.args)).includes('newOrder');
  });
  return { directory, root: readFileSync(rootFile, 'utf8'), rootFile };
}

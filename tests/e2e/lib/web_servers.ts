// The web servers that most sites stand behind, as Debian has them, each set up by its documentation's own words at an address of its own in a namespace.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pair } from './certs.ts';
import type { Namespace } from './netns.ts';
import { type Running, runOk, start } from './process.ts';
import { temporaryDirectory } from './scope.ts';
import { until } from './wait.ts';

export const ADDRESSES = { nginx: '127.0.0.11', apache: '127.0.0.12', caddy: '127.0.0.13', haproxy: '127.0.0.14' };
export type Kind = keyof typeof ADDRESSES;

/** `name` is the site's, `at` the address, `root` a folder with an index.html, `pair` a certificate that is good for the name and for www. of it. */
export interface Place {
  name: string;
  at: string;
  root: string;
  pair: Pair;
  /** Certificate and key in one file. */
  both: string;
}

/** What stands in the server's configuration for one site, over HTTPS and over HTTP. */
export type Block = (place: Place) => string;

const WHOLE: Record<Kind, (folder: string, blocks: string, at: string) => string> = {
  nginx: (folder, blocks) => `
daemon off; master_process off; pid ${folder}/pid; error_log stderr;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
  types { text/html html; }
  ${blocks}
}`,
  apache: (folder, blocks, at) => `
ServerRoot ${folder}
ServerName localhost
PidFile ${folder}/pid
DefaultRuntimeDir ${folder}
Mutex file:${folder}
ErrorLog ${folder}/error.log
User www-data
Group www-data
${['mpm_event', 'authz_core', 'dir', 'mime', 'alias', 'headers', 'socache_shmcb', 'ssl'].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
TypesConfig /dev/null
AddType text/html .html
TraceEnable Off
Listen ${at}:80
Listen ${at}:443
${blocks}`,
  caddy: (folder, blocks, at) => `
{
  admin off
  storage file_system ${folder}
  default_bind ${at}
  skip_install_trust
}
${blocks}`,
  haproxy: (_, blocks) => `
global
  log stderr format raw local0 alert
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
${blocks}`,
};

const COMMANDS: Record<Kind, (folder: string, file: string) => [string, string[]]> = {
  nginx: (folder, file) => ['nginx', ['-p', folder, '-c', file]],
  apache: (folder, file) => ['apache2', ['-d', folder, '-f', file, '-DFOREGROUND']],
  caddy: (_, file) => ['caddy', ['run', '--adapter', 'caddyfile', '--config', file]],
  haproxy: (_, file) => ['haproxy', ['-db', '-f', file]],
};

export async function startWebServer(namespace: Namespace, kind: Kind, sites: { name: string; block: Block; pair: Pair }[]): Promise<void> {
  const folder = temporaryDirectory();
  const [root, file, at] = [join(folder, 'html'), join(folder, 'conf'), ADDRESSES[kind]];
  mkdirSync(root);
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>A site</title>');
  const blocks = sites.map(({ name, block, pair }) => {
    const both = join(folder, `${name}.pem`);
    writeFileSync(both, `${pair.cert}${pair.key}`);
    return block({ name, at, root, pair, both });
  });
  writeFileSync(file, `${WHOLE[kind](folder, blocks.join('\n'), at)}\n`);
  const [command, args] = COMMANDS[kind](folder, file);
  const entered = namespace.enter(command, args);
  const server: Running = start(entered.file, entered.args, { env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder } });
  await until(`${kind} answers`, async () => {
    if (server.child.exitCode !== null) throw new Error(`${kind} ended: ${server.output()}`);
    const ask = namespace.enter('curl', ['-sS', '-k', '-o', '/dev/null', `https://${sites[0]?.name}/`]);
    return (await runOk(ask.file, ask.args)) === '';
  }, 20_000);
}

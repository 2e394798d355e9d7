// A real DNS server (Knot) in a namespace of the test's own: zones from text, changed by whoever has the key.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Namespace } from './netns.ts';
import { run, runOk, start } from './process.ts';
import { temporaryDirectory } from './scope.ts';
import { until } from './wait.ts';

export interface Knot {
  directory: string;
  log(): string;
  // The TXT values of a name, as the server itself has them.
  txt(name: string): Promise<string[]>;
  /** The zone from now on; its serial number is a later one. */
  change(zone: string, text: string): Promise<void>;
}

export interface KnotKey {
  name: string;
  algorithm: string;
  secret: string;
}

export interface KnotOptions {
  address: string;
  zones: Record<string, string>;
  keys?: KnotKey[];
  // Where changes are announced to, or where the zones come from.
  secondary?: string;
  primary?: string;
  // The owner that the keys may change; everything in the zone without it.
  only?: string;
  /** Only whoever has a key is given a zone, instead of everybody. */
  keyed?: boolean;
}

function configuration(directory: string, options: KnotOptions): string {
  const keys = options.keys ?? [];
  const acls = keys.map((key) => [`  - id: ${key.name}-may`, `    key: ${key.name}`, '    action: [update, transfer]',
    ...(options.only === undefined ? [] : ['    update-owner: name', '    update-owner-match: equal', `    update-owner-name: [${options.only}]`])].join('\n'));
  const zone = (name: string): string => [`  - domain: ${name}`,
    ...(options.primary === undefined ? [`    file: ${name}.zone`] : ['    master: other', '    acl: notified']),
    ...(options.secondary === undefined ? [] : ['    notify: other']),
    ...(options.primary === undefined ? [`    acl: [${[...keys.map((key) => `${key.name}-may`), ...(options.keyed === true ? [] : ['transfers'])].join(', ')}]`] : []),
    '    zonefile-load: difference', '    journal-content: changes'].join('\n');
  const other = options.secondary ?? options.primary;
  return ['server:', `    listen: ${options.address}@53`, `    rundir: ${directory}`, `    pidfile: ${directory}/knot.pid`, 'log:', '  - target: stderr', '    any: info',
    'database:', `    storage: ${directory}/db`,
    ...(keys.length === 0 ? [] : ['key:', ...keys.flatMap((key) => [`  - id: ${key.name}`, `    algorithm: ${key.algorithm}`, `    secret: ${key.secret}`])]),
    ...(other === undefined ? [] : ['remote:', '  - id: other', `    address: ${other}`]),
    'acl:', ...acls, '  - id: transfers', '    action: transfer', '  - id: notified', '    action: notify',
    'template:', '  - id: default', `    storage: ${directory}`,
    'zone:', ...Object.keys(options.zones).map(zone), ''].join('\n');
}

export async function startKnot(namespace: Namespace, options: KnotOptions): Promise<Knot> {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'db'));
  for (const [name, text] of Object.entries(options.zones)) {
    if (options.primary === undefined) writeFileSync(join(directory, `${name}.zone`), text);
  }
  writeFileSync(join(directory, 'knot.conf'), configuration(directory, options));
  const command = namespace.enter('knotd', ['-c', join(directory, 'knot.conf')]);
  const running = start(command.file, command.args);
  const ask = async (name: string, type: string): Promise<string> => {
    const dig = namespace.enter('kdig', [`@${options.address}`, '+short', '+timeout=1', '+retry=0', name, type]);
    return (await run(dig.file, dig.args)).stdout;
  };
  await until('Knot serves its zones', async () => {
    if (running.child.exitCode !== null) throw new Error(running.output());
    for (const name of Object.keys(options.zones)) if (!/\d/.test(await ask(name, 'SOA'))) return false;
    return true;
  });
  return {
    directory,
    log: () => running.output(),
    txt: async (name) => [...(await ask(name, 'TXT')).matchAll(/^"(.*)"$/gm)].map((found) => found[1] ?? '').toSorted(),
    async change(zone, text) {
      writeFileSync(join(directory, `${zone}.zone`), text);
      await runOk('knotc', ['--blocking', '--socket', join(directory, 'knot.sock'), 'zone-reload', zone]);
    },
  };
}

// The other real DNS server (BIND) in a namespace of the test's own: zones from text, for everybody or for who has the key.
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnotKey } from './knot.ts';
import type { Namespace } from './netns.ts';
import { run, start } from './process.ts';
import { temporaryDirectory } from './scope.ts';
import { until } from './wait.ts';

export interface BindOptions {
  /** Of 127.0.0.1: BIND listens at addresses that an interface has, and the loopback has no other. */
  port: number;
  zones: Record<string, string>;
  /** Who has it is given zones; nobody else. Without one everybody is. */
  key?: KnotKey;
  /** Each record in a message of its own, as old secondaries want it. */
  oneAnswer?: boolean;
}

export async function startBind(namespace: Namespace, options: BindOptions): Promise<void> {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'run'));
  for (const [name, text] of Object.entries(options.zones)) writeFileSync(join(directory, `${name}.zone`), text);
  const key = options.key;
  const runtime = join(directory, 'run');
  writeFileSync(join(directory, 'named.conf'), [
    `options { directory "${directory}"; pid-file "${runtime}/named.pid"; session-keyfile "${runtime}/session.key"; managed-keys-directory "${runtime}";`,
    `  listen-on port ${options.port} { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; notify no; dnssec-validation no;`,
    `  transfer-format ${options.oneAnswer === true ? 'one-answer' : 'many-answers'}; };`,
    'controls { };',
    ...(key === undefined ? [] : [`key "${key.name}" { algorithm ${key.algorithm}; secret "${key.secret}"; };`]),
    ...Object.keys(options.zones).map((name) =>
      `zone "${name}" { type primary; file "${name}.zone"; allow-transfer { ${key === undefined ? 'any' : `key "${key.name}"`}; }; };`),
    ''].join('\n'));
  // Where AppArmor confines the packaged program it may read no file of ours; a copy of it may.
  const program = join(directory, 'named');
  copyFileSync('/usr/sbin/named', program);
  chmodSync(program, 0o700);
  const command = namespace.enter(program, ['-g', '-c', join(directory, 'named.conf')]);
  const running = start(command.file, command.args);
  await until('BIND serves its zones', async () => {
    if (running.child.exitCode !== null) throw new Error(running.output());
    for (const name of Object.keys(options.zones)) {
      const dig = namespace.enter('kdig', ['@127.0.0.1', '-p', String(options.port), '+short', '+timeout=1', '+retry=0', name, 'SOA']);
      if (!/\d/.test((await run(dig.file, dig.args)).stdout)) return false;
    }
    return true;
  });
}

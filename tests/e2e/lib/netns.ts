// A namespace with a private /etc/hosts (and /etc/resolv.conf, where a resolver is given) and, unless told otherwise, a private loopback (so ports 80 and 443 are ours);
// nothing of the machine is changed, and all of it is gone when the holding process ends. Unix sockets reach across.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { start } from './process.ts';
import { temporaryDirectory } from './scope.ts';
import { until } from './wait.ts';

export interface Command {
  file: string;
  args: string[];
}

export interface Namespace {
  enter(file: string, args: string[]): Command;
}

export async function createNamespace(names: string[], options: { network?: boolean; resolver?: string } = {}): Promise<Namespace> {
  const directory = temporaryDirectory();
  const hosts = join(directory, 'hosts');
  writeFileSync(hosts, `127.0.0.1 localhost ${names.join(' ')}\n`);
  const net = options.network === false ? [] : ['--net'];
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const resolver = join(directory, 'resolv.conf');
  writeFileSync(resolver, `nameserver ${options.resolver ?? ''}\n`);
  const mountResolver = options.resolver === undefined ? '' : 'mount --bind "$2" /etc/resolv.conf && ';
  const script = `ip link set lo up; mount --bind "$1" /etc/hosts && ${mountResolver}echo ready && exec sleep infinity`;
  const holder = start('unshare', [...user, ...net, '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', hosts, resolver]);
  await until('the namespace is ready', () => {
    if (holder.child.exitCode !== null) throw new Error(holder.output());
    return holder.output().includes('ready');
  });
  const own = user.length === 0 ? [] : ['--user', '--preserve-credentials'];
  return {
    enter: (file, args) => ({ file: 'nsenter', args: ['--target', String(holder.pid), ...own, ...net, '--mount', '--', file, ...args] }),
  };
}

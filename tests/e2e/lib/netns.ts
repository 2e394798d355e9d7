// A namespace with a private /etc/hosts (and /etc/resolv.conf, where a resolver is given) and, unless told otherwise, a private loopback (so ports 80 and 443 are ours);
// nothing of the machine is changed, and all of it is gone when the holding process ends. Unix sockets reach across.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { start } from './process.ts';
import { temporaryDirectory } from './scope.ts';
import { until } from './wait.ts';

export interface Command {
  file: string;
  args: string[];
}

export interface Namespace {
  readonly pid: number;
  enter(file: string, args: string[]): Command;
}

export interface NamespaceOptions {
  network?: boolean;
  resolver?: string;
  /** Names that are not on the loopback, by address. */
  hosts?: Record<string, string[]>;
  /** An address for the loopback besides 127.0.0.1: WebKit resolves nothing on a machine that has no other (AI_ADDRCONFIG). */
  address?: string;
  /** Roots that whoever asks the system's bundle trusts there. */
  trust?: string[];
  /** Made out of this one, so that whoever is there may lay a link to it. */
  from?: Namespace;
}

const BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

export async function createNamespace(names: string[], options: NamespaceOptions = {}): Promise<Namespace> {
  const directory = temporaryDirectory();
  const mounts: string[] = [];
  const mount = (name: string, target: string, text: string): void => {
    writeFileSync(join(directory, name), text);
    mounts.push(join(directory, name), target);
  };
  const hosts = { '127.0.0.1': ['localhost', ...names], ...options.hosts };
  mount('hosts', '/etc/hosts', Object.entries(hosts).map(([address, there]) => `${address} ${there.join(' ')}\n`).join(''));
  if (options.resolver !== undefined) mount('resolv.conf', '/etc/resolv.conf', `nameserver ${options.resolver}\n`);
  if (options.trust !== undefined) mount('bundle.crt', BUNDLE, [BUNDLE, ...options.trust].map((file) => readFileSync(file, 'utf8')).join('\n'));

  const net = options.network === false ? [] : ['--net'];
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const own = user.length === 0 ? [] : ['--user', '--preserve-credentials'];
  const address = options.address === undefined ? '' : `ip addr add ${options.address}/32 dev lo; `;
  const script = `ip link set lo up; ${address}while [ $# -gt 0 ]; do mount --bind "$1" "$2" || exit; shift 2; done; echo ready; exec sleep infinity`;
  const made = ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', ...mounts];
  const unshare = options.from?.enter('unshare', [...net, ...made]) ?? { file: 'unshare', args: [...user, ...net, ...made] };
  const holder = start(unshare.file, unshare.args);
  await until('the namespace is ready', () => {
    if (holder.child.exitCode !== null) throw new Error(holder.output());
    return holder.output().includes('ready');
  });
  return {
    pid: holder.pid,
    enter: (file, args) => ({ file: 'nsenter', args: ['--target', String(holder.pid), ...own, ...net, '--mount', '--', file, ...args] }),
  };
}

// Three machines in a row: a visitor, a router, a site. The router is whoever runs the network, and may be hostile: then he answers
// what goes to port 80 himself, and lets everything else through.
import { type Namespace, type NamespaceOptions, createNamespace } from './netns.ts';
import { run, runOk } from './process.ts';

export const SITE_ADDRESS = '198.51.100.10';
const HOSTILE_PORT = 8080;

export interface Network {
  readonly visitor: Namespace;
  readonly router: Namespace;
  readonly site: Namespace;
  readonly hostilePort: number;
  turnHostile(): Promise<void>;
  turnHonest(): Promise<void>;
}

async function inside(namespace: Namespace, commands: string): Promise<void> {
  const { file, args } = namespace.enter('sh', ['-ec', commands]);
  await runOk(file, args);
}

async function layLink(router: Namespace, machine: Namespace, network: string, name: string): Promise<void> {
  await inside(router, `ip link add ${name} type veth peer name eth0 netns ${machine.pid}; ip addr add ${network}.1/24 dev ${name}; ip link set ${name} up`);
  await inside(machine, `ip addr add ${network}.10/24 dev eth0; ip link set eth0 up; ip route add default via ${network}.1`);
}

/** The visitor knows the site by these names. */
export async function createNetwork(names: string[], options: Pick<NamespaceOptions, 'trust'> = {}): Promise<Network> {
  const router = await createNamespace([]);
  const visitor = await createNamespace([], { ...options, from: router, hosts: { [SITE_ADDRESS]: names } });
  const site = await createNamespace([], { from: router, hosts: { [SITE_ADDRESS]: names } });
  await layLink(router, visitor, '192.0.2', 'visitor');
  await layLink(router, site, '198.51.100', 'site');
  await inside(router, 'echo 1 > /proc/sys/net/ipv4/ip_forward');
  return {
    visitor, router, site, hostilePort: HOSTILE_PORT,
    turnHostile: () => inside(router, `nft add table ip hostile; nft add chain ip hostile catch '{ type nat hook prerouting priority dstnat; }'; nft add rule ip hostile catch iifname visitor tcp dport 80 redirect to :${HOSTILE_PORT}`),
    async turnHonest() {
      const { file, args } = router.enter('nft', ['delete', 'table', 'ip', 'hostile']);
      await run(file, args);
    },
  };
}

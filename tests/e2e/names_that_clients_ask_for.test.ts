// Names below a site's that no site has, asked for by SNI and by Host: listed, kept over restarts, and not pushed out by a flood.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import tls from 'node:tls';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { connectPlain, connectTls } from './lib/raw.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const SITE = 'example.test', TENANTS = 'tenants.test', OTHER = 'other.test';
const application = await startApplication();
// One worker, and so one table: what is asked of it does not depend on which one the kernel wakes.
const gateway = await startGateway({ server: { Workers: 1 } });
await gateway.addSite({ name: SITE, aliases: [`*.${TENANTS}`], upstreams: [application.url], pairs: [await authority.issue([SITE, `*.${TENANTS}`])] });
await gateway.addSite({ name: OTHER, upstreams: [application.url], pairs: [await authority.issue([OTHER])] });

interface Seen {
  name: string;
  first_seen: string;
  last_seen: string;
  count: number;
  by: string[];
}

async function seen(site = SITE): Promise<Map<string, Seen>> {
  const { names } = (await gateway.must('GET', `/v1/sites/${site}/seen-names?limit=1000`)) as unknown as { names: Seen[] };
  return new Map(names.map((name) => [name.name, name]));
}

async function askByHost(...hosts: string[]): Promise<void> {
  const client = await connectPlain({ port: gateway.http });
  for (const [i, host] of hosts.entries()) client.send(`GET / HTTP/1.1\r\nHost: ${host}\r\n${i + 1 === hosts.length ? 'Connection: close\r\n' : ''}\r\n`);
  await client.untilClosed();
  client.destroy();
}

// The handshake is refused with unrecognized_name.
function askBySni(servername: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ port: gateway.https, host: '127.0.0.1', servername, ca: authority.pem }, () => reject(new Error(`${servername} was let in`)));
    socket.on('error', () => resolve());
  });
}

async function has(name: string, count: number, by: string[], site = SITE): Promise<void> {
  let last: Seen | undefined;
  await until(`${name} is listed`, async () => {
    last = (await seen(site)).get(name);
    return last?.count === count && last.by.join() === by.join();
  }).catch(() => assert.deepEqual(last, { name, count, by }));
}

test('names in SNI and in Host are listed, those of sites and strangers are not', async () => {
  await askBySni(`legacy.${SITE}`);
  await askByHost(`legacy.${SITE}`, `Intranet.${SITE.toUpperCase()}`, `deep.below.${SITE}:8080`);
  await askByHost(SITE, OTHER, 'stranger.test', `x${SITE}`, '127.0.0.1', `a.${OTHER}`);
  await askBySni('stranger.test');
  const client = await connectTls({ port: gateway.https, servername: `one.${TENANTS}` });
  client.send(`GET / HTTP/1.1\r\nHost: one.${TENANTS}\r\nConnection: close\r\n\r\n`);
  await client.untilClosed();
  await has(`legacy.${SITE}`, 2, ['sni', 'host']);
  await has(`intranet.${SITE}`, 1, ['host']);
  await has(`deep.below.${SITE}`, 1, ['host']);
  await has(`one.${TENANTS}`, 2, ['sni', 'host']); // a wildcard serves it
  await has(`a.${OTHER}`, 1, ['host'], OTHER);
  assert.deepEqual([...(await seen()).keys()].toSorted(), [`deep.below.${SITE}`, `intranet.${SITE}`, `legacy.${SITE}`, `one.${TENANTS}`]);
  assert.deepEqual([...(await seen(OTHER)).keys()], [`a.${OTHER}`]);
});

test('the command shows them', async () => {
  const { code, stdout } = await gateway.cli('seen', SITE);
  assert.equal(code, 0);
  assert.match(stdout, /NAME +LAST +FIRST +TIMES +BY/);
  assert.match(stdout, new RegExp(`legacy\\.${SITE} .* 2 +TLS, HTTP`));
  const json = JSON.parse((await gateway.cli('seen', SITE, '--json', '--limit', '1')).stdout) as { names: Seen[]; more: boolean };
  assert.equal(json.names.length, 1);
  assert.equal(json.more, true);
});

test('what has become a site is not listed any more', async () => {
  await gateway.must('POST', '/v1/sites', { name: `intranet.${SITE}`, upstreams: [application.url] });
  assert.equal((await seen()).has(`intranet.${SITE}`), false);
});

test('a flood of random names stays bounded and pushes out no name that came again, and none of another site', async () => {
  for (let round = 0; round < 20; round++) await askByHost(...Array.from({ length: 200 }, (_, i) => `r${round}-${i}.${SITE}`), `legacy.${SITE}`);
  await askBySni(`last.${SITE}`);
  await has(`legacy.${SITE}`, 22, ['sni', 'host']);
  const names = await seen();
  assert.ok(names.size <= 5 * 26, `${names.size} names`); // of 4000: a table's, and those of tables that were taken down meanwhile
  assert.ok(names.has(`one.${TENANTS}`), 'what came twice before is there');
  assert.ok(names.has(`last.${SITE}`), 'a newcomer has its place');
  await has(`a.${OTHER}`, 1, ['host'], OTHER);
});

test('what was seen outlives the gateway, control, and Strictgate itself', async () => {
  await gateway.killChild('gateway');
  await has(`legacy.${SITE}`, 22, ['sni', 'host']);
  await gateway.stop(); // all of it is written down
  const again = await startGateway({ server: { Workers: 1 }, directory: gateway.directory, http: gateway.http, https: gateway.https });
  await again.untilServing();
  const { names } = (await again.must('GET', `/v1/sites/${SITE}/seen-names`)) as unknown as { names: Seen[] };
  const legacy = names.find(({ name }) => name === `legacy.${SITE}`);
  assert.equal(legacy?.count, 22);
  const kept = await again.api('GET', `/v1/sites/${OTHER}/seen-names`);
  assert.match(kept.text, new RegExp(`"a\\.${OTHER}"`));
  await again.stop();
});

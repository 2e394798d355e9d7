// The inventory of names below a site: out of a real zone, looked at over a real network, and what the guard of includeSubDomains makes of it.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { type Json, startGateway } from './lib/gateway.ts';
import { reachInside } from './lib/inside.ts';
import { startKnot } from './lib/knot.ts';
import { createNamespace } from './lib/netns.ts';
import { runOk } from './lib/process.ts';
import { atEnd } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const SITE = 'example.test';
const PUBLIC = '203.0.113.7'; // no network's own, as far as anybody can tell
const WRONG = '203.0.113.8';
const PLAIN = '203.0.113.9';
const ZONE = `$TTL 60
@ SOA ns1 admin 1 3600 600 86400 60
@ NS ns1
@ A 127.0.0.1
ns1 A 127.0.0.1
good A ${PUBLIC}
wrong A ${WRONG}
plain A ${PLAIN}
inside A 10.1.2.3
_dmarc TXT "v=DMARC1"
`;
const key = { name: 'axfr', algorithm: 'hmac-sha256', secret: randomBytes(32).toString('base64') };

const namespace = await createNamespace([SITE], { resolver: '127.0.0.1', trust: [authority.file] });
for (const address of [PUBLIC, WRONG, PLAIN, '10.1.2.3']) {
  const add = namespace.enter('ip', ['addr', 'add', `${address}/32`, 'dev', 'lo']);
  await runOk(add.file, add.args);
}
await startKnot(namespace, { address: '127.0.0.1', zones: { [SITE]: ZONE }, keys: [key] });
const inside = await reachInside(namespace);
const good = await authority.issue([`good.${SITE}`]), other = await authority.issue(['other.test']);
const plain = http.createServer((_, response) => response.end('plain'));
const servers: [http.Server | https.Server, string, number][] = [
  [https.createServer({ cert: good.cert, key: good.key }), PUBLIC, 443],
  [https.createServer({ cert: other.cert, key: other.key }), WRONG, 443],
  [plain, PLAIN, 80],
];
for (const [server, address, port] of servers) server.listen(await inside.listen(address, port));
atEnd(() => { for (const [server] of servers) { server.closeAllConnections(); server.close(); } });

const application = await startApplication();
const gateway = await startGateway({ namespace, http: 80, https: 443 });
await gateway.addSite({ name: SITE, upstreams: [application.url], pairs: [await authority.issue([SITE])] });
const PATH = `/v1/sites/${SITE}/subdomains`;

async function looked(): Promise<Json> {
  let page: Json = {};
  await until('all names are looked at', async () => {
    page = await gateway.must('GET', PATH);
    return (page['look'] as unknown) === null && (page['checked_at'] as unknown) !== null;
  }, 30_000);
  return page;
}

async function guard(): Promise<{ verdict: string; why: string }> {
  const guards = await gateway.must('GET', `/v1/sites/${SITE}/guards`);
  const all = guards['moves']?.['include-subdomains-on']?.['guards'] as unknown as { guard: string; verdict: string; why: string }[];
  const found = all.find(({ guard: id }) => id === 'subdomains');
  assert.ok(found, JSON.stringify(guards).slice(0, 500));
  return found;
}

test('without names the guard warns that nobody knows them', async () => {
  await gateway.setHsts(SITE, 300);
  const { verdict, why } = await guard();
  assert.equal(verdict, 'warn');
  assert.match(why, /the inventory has none of them/);
});

test('a zone comes from its server, and each name is what a browser would find there', async () => {
  const file = join(gateway.directory, 'axfr.key');
  writeFileSync(file, `key "axfr" {\n  algorithm hmac-sha256;\n  secret "${key.secret}";\n};\n`);
  const refused = await gateway.cli('subdomains', 'transfer', SITE, '--server', '127.0.0.1', '--zone', 'nobody.test');
  assert.notEqual(refused.code, 0);
  const ran = await gateway.cli('subdomains', 'transfer', SITE, '--server', '127.0.0.1', '--key', 'axfr', '--secret-file', file);
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stdout, /Read as transfer: 5 new/);
  assert.equal((await gateway.cli('subdomains', 'add', SITE, 'gone')).code, 0);
  const page = await looked();
  const names = page['names'] as unknown as { name: string; verdict: string; state: string; flags: string[]; detail: string }[];
  const found = Object.fromEntries(names.map(({ name, verdict, state }) => [name.slice(0, -SITE.length - 1), `${verdict} ${state}`]));
  assert.deepEqual(found, {
    gone: 'dead unknown', good: 'https ready', inside: 'internal unknown', ns1: 'broken_https blocking',
    plain: 'http_only blocking', wrong: 'broken_https blocking',
  }, JSON.stringify(names, null, 1));
  assert.match(names.find(({ name }) => name.startsWith('wrong'))?.detail ?? '', /HTTPS does not work: port 443/);
  assert.deepEqual(names.find(({ name }) => name.startsWith('inside'))?.flags, ['internal_only']);
  assert.equal(gateway.log().includes(key.secret), false);
});

test('includeSubDomains waits until each name that would be shut out is mended or answered for', async () => {
  const { verdict, why } = await guard();
  assert.equal(verdict, 'block');
  assert.match(why, /would be shut out/);
  const refused = await gateway.cli('hsts', 'subdomains', 'on', SITE);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stdout + refused.stderr, /subdomains/);
  assert.equal((await gateway.cli('subdomains', 'list', SITE, '--state', 'blocking')).code, 1);

  const mended = await authority.issue([`plain.${SITE}`]);
  const secure = https.createServer({ cert: mended.cert, key: mended.key });
  secure.listen(await inside.listen(PLAIN, 443));
  atEnd(() => { secure.closeAllConnections(); secure.close(); });
  assert.equal((await gateway.cli('subdomains', 'except', SITE, `wrong.${SITE}`, '--reason', 'gone by spring', '--until', '2999-01-31')).code, 0);
  for (const name of ['gone', 'inside', 'ns1']) {
    const ran = await gateway.cli('subdomains', 'sign-off', SITE, `${name}.${SITE}`, '--comment', 'no browser opens it');
    assert.equal(ran.code, 0, ran.stderr);
  }
  const ran = await gateway.cli('subdomains', 'look', SITE);
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  assert.match(ran.stdout, /6 names: 2 ready, 0 blocking, 4 accepted, 0 unknown\./);
  assert.equal((await guard()).verdict, 'pass');
});

test('what people said is in the audit log, and stays over a restart of control', async () => {
  const audit = await gateway.must('GET', `/v1/audit?site=${SITE}`);
  const acts = (audit['entries'] as unknown as { act: string; reason: string }[]).map(({ act, reason }) => `${act} ${reason}`);
  assert.ok(acts.includes(`subdomains.except wrong.${SITE}: gone by spring`), acts.join('\n'));
  assert.ok(acts.includes(`subdomains.sign-off gone.${SITE}: no browser opens it`), acts.join('\n'));
  await gateway.killChild('control');
  await gateway.untilServing();
  await until('control is back', async () => (await gateway.api('GET', PATH).catch(() => ({ status: 0 }))).status === 200);
  assert.equal((await guard()).verdict, 'pass');
});

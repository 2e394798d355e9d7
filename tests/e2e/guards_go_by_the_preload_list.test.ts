// The browsers' preload list: from a server and from a file, kept over kills and damage, and what a listed site is held to.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { authority } from './lib/certs.ts';
import { ask, hstsOf } from './lib/client.ts';
import { IS_SANITIZED, startGateway } from './lib/gateway.ts';
import { type Ran, residentKb, run } from './lib/process.ts';
import { atEnd, temporaryDirectory } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'listed.example.test';
const ENTRY = `    { "name": "${HOST}", "policy": "bulk-1-year", "mode": "force-https", "include_subdomains": true },\n`;
const folder = temporaryDirectory();
const at = (name: string): string => join(folder, name);

// As large as the real one; made up, but for one name.
const made = await run('python3', [new URL('../../bench/preload-list.py', import.meta.url).pathname]);
assert.equal(made.code, 0, made.stderr);
const list = made.stdout.replace('  "entries": [\n', `  "entries": [\n${ENTRY}`);
const COUNT = 131_002;
const packed = gzipSync(list);
writeFileSync(at('list.json.gz'), packed);
writeFileSync(at('half.json'), list.slice(0, list.length / 2));
writeFileSync(at('small.json'), `{"entries": [\n${ENTRY.trimEnd().slice(0, -1)}\n]}`);

const pair = await authority.issue(['localhost']);
const asked: { url: string; etag?: string | undefined; sent: number }[] = [];
const server = https.createServer({ cert: pair.cert, key: pair.key }, (request, response) => {
  const one = { url: request.url ?? '', etag: request.headers['if-none-match'], sent: 0 };
  asked.push(one);
  if (one.etag === '"first"') {
    response.writeHead(304, { etag: '"first"' }).end();
    return;
  }
  assert.match(String(request.headers['accept-encoding']), /gzip/);
  response.writeHead(200, { etag: '"first"', 'content-encoding': 'gzip', 'content-length': packed.length });
  if (one.url === '/cut') {
    response.write(packed.subarray(0, packed.length / 2), () => response.destroy());
    return;
  }
  one.sent = packed.length;
  response.end(packed);
});
await new Promise<void>((done) => server.listen(0, 'localhost', done));
atEnd(() => { server.closeAllConnections(); server.close(); });
const address = `https://localhost:${(server.address() as AddressInfo).port}`;

const application = await startApplication();
const options = { directory: temporaryDirectory() };
let gateway = await startGateway(options);
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])] });

async function must(...words: string[]): Promise<Ran> {
  const ran = await gateway.cli(...words);
  assert.equal(ran.code, 0, `${words.join(' ')}\n${ran.stdout}${ran.stderr}`);
  return ran;
}

async function refused(words: string[], code: number, ...says: RegExp[]): Promise<void> {
  const ran = await gateway.cli(...words);
  assert.equal(ran.code, code, `${words.join(' ')}\n${ran.stdout}${ran.stderr}`);
  for (const one of says) assert.match(`${ran.stdout}${ran.stderr}`.replace(/\s+/g, ' '), one);
}

const sent = async (): Promise<string[]> => hstsOf(await ask(gateway, { host: HOST, path: '/name' }));

test('without a list nothing is known, and that is said', async () => {
  await refused(['preload', 'status'], 1, /none yet: strictgate preload update/);
  await refused(['preload', 'lookup', HOST], 1, /no preload list here/);
});

test('a list is fetched over HTTPS from a server that is trusted, in bounded memory', async () => {
  await must('settings', 'set', `preload.address=${address}/list`);
  await refused(['preload', 'update'], 1, /certificate/);
  await must('trust', '--declare-file', authority.file);
  const control = gateway.child('control') ?? 0;
  const before = residentKb(control, 'VmHWM');
  assert.match((await must('preload', 'update')).stdout, new RegExp(`in use: ${COUNT} entries`));
  const grown = residentKb(control, 'VmHWM') - before;
  assert.ok(IS_SANITIZED || grown < 32_768, `control took ${grown} KB for a list of ${list.length} bytes`);
  assert.match((await must('preload', 'status')).stdout, new RegExp(`Entries +${COUNT} \\(\\d{4} KB, compiled from 14504 KB\\)`));
});

test('a second time the server is only asked whether there is a newer one', async () => {
  assert.match((await must('preload', 'update')).stdout, /still the present one/);
  assert.deepEqual(asked.slice(-2).map(({ etag }) => etag), [undefined, '"first"']);
});

test('a name is bound by its own entry or the nearest above, and the exit status says so', async () => {
  assert.match((await must('preload', 'lookup', HOST)).stdout, /bound by an entry of its own/);
  assert.match((await must('preload', 'lookup', `a.b.${HOST}`, 'web.dev')).stdout, /bound by dev, which is on the list/);
  await refused(['preload', 'lookup', HOST, 'unknown.example.net'], 4, /unknown\.example\.net is not bound/);
  const { names } = JSON.parse((await must('preload', 'lookup', 'web.dev', '--json')).stdout) as { names: Record<string, unknown>[] };
  assert.deepEqual(names, [{ name: 'web.dev', bound: true, own: false, entry: 'dev', include_subdomains: true, policy: 'public-suffix' }]);
});

test('what is cut off, much smaller or no list takes no place', async () => {
  await refused(['preload', 'update', '--from', `${address}/cut`], 1, /localhost:\d+\/cut/);
  await refused(['preload', 'update', '--from', at('half.json')], 1, /half\.json is no preload list: line \d+: the text ends in the middle/);
  await refused(['preload', 'update', '--from', at('small.json')], 1, /only 1 entries/, /--force/);
  await refused(['preload', 'update', '--from', 'http://localhost/list'], 2, /plain HTTP/);
  await must('preload', 'lookup', HOST);
});

test('a file does as well, compressed or not; and --force takes what is small', async () => {
  await must('preload', 'update', '--from', at('small.json'), '--force');
  await refused(['preload', 'lookup', 'web.dev'], 4, /not bound/);
  assert.match((await must('preload', 'update', '--from', at('list.json.gz'))).stdout, new RegExp(`${COUNT} entries`));
  const { list: now } = JSON.parse((await must('preload', 'status', '--json')).stdout) as { list: { address: string } };
  assert.equal(now.address, 'list.json.gz');
});

test('a listed site that sends what keeps it listed is not released unasked', async () => {
  const wish = { mode: 'hold', max_age: 31_536_000, include_subdomains: true, preload: true };
  const first = await gateway.api('PUT', `/v1/sites/${HOST}/hsts`, wish);
  const guards = (first.body['guards'] as unknown as { guard: string; verdict: string }[]).filter(({ verdict }) => verdict === 'block').map(({ guard }) => guard);
  await gateway.must('PUT', `/v1/sites/${HOST}/hsts`, { ...wish, override: { guards, reason: 'a test has no days', confirm: HOST } });
  const field = await sent();
  assert.match(String(field), /includeSubDomains; preload$/);
  for (const move of [['release', HOST], ['subdomains', HOST, 'off'], ['preload', HOST, 'off']]) {
    await refused(['hsts', ...move], 1, /preload-listed: The browsers' preload list of \d{4}-\d\d-\d\d has listed\.example\.test\./, /hstspreload\.org\/removal/);
  }
  assert.deepEqual(await sent(), field);
  await refused(['site', 'remove', HOST, '--yes'], 1, /keep-listed: listed\.example\.test would not be served any more, but the browsers' preload list has/);
});

test('what is bound from above is told before anything is promised', async () => {
  const site = await gateway.addSite({ name: 'shop.dev', upstreams: [application.url] });
  assert.match(String(site['warnings']), /browsers accept nothing but HTTPS for shop\.dev: dev is on their preload list/);
  await gateway.must('PATCH', '/v1/sites/shop.dev', { local_ca: true });
  const text = (await must('guards', 'shop.dev', 'start')).stdout.replace(/\s+/g, ' ');
  assert.match(text, /ancestor.*has dev with all names below it \(policy public-suffix\)/);
  await refused(['site', 'set', 'shop.dev', '--no-cert'], 1, /keep-listed/);
  await must('site', 'remove', 'shop.dev', '--yes');
});

test('the list is there after a kill, and a damaged one is told and stops nothing', async () => {
  await gateway.killChild('control');
  await until('control answers', async () => (await gateway.cli('preload', 'lookup', HOST)).code === 0);
  await gateway.stop();
  const file = join(gateway.data, 'preload.list'), bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 4;
  writeFileSync(file, bytes);
  gateway = await startGateway({ ...options, http: gateway.http, https: gateway.https });
  await gateway.untilServing();
  assert.match(String(await sent()), /preload$/);
  await refused(['preload', 'status'], 1, /the compiled preload list is damaged/);
  assert.match((await must('status')).stdout.replace(/\s+/g, ' '), /the preload list cannot be used/);
  await must('preload', 'update', '--from', at('list.json.gz'));
  await must('preload', 'lookup', HOST);
});

test('an owner may override it, and the audit log says why', async () => {
  await must('hsts', 'release', HOST, '--override', 'preload-listed', '--reason', 'it shall leave the list', '--confirm', HOST);
  assert.deepEqual(await sent(), ['max-age=0']);
  const { entries } = JSON.parse((await must('audit', HOST, '--json')).stdout) as { entries: { act: string; reason: string }[] };
  assert.deepEqual([entries[0]?.act, entries[0]?.reason], ['hsts.release', 'it shall leave the list']);
});

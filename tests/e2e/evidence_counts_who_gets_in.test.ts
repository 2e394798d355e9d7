// Known numbers of requests, and of handshakes that fail for known causes, through the real binary: the evidence has exactly these.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { type Json, startGateway } from './lib/gateway.ts';
import { freePort } from './lib/ports.ts';
import { run } from './lib/process.ts';
import { connectPlain, connectTls } from './lib/raw.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const A = 'a.example.test', B = 'b.example.test';
const began = Date.now();
const application = await startApplication();
const gateway = await startGateway();
for (const name of [A, B]) await gateway.addSite({ name, upstreams: [application.url], pairs: [await authority.issue([name])] });

interface Counts {
  https_requests: number;
  http_requests: number;
  redirects: number;
  handshakes: number;
}

interface Evidence {
  known_from: string | null;
  totals: Counts & { handshakes_failed: number };
  failures: { cause: string; count: number }[];
  buckets: (Counts & { at: string; failures: Record<string, number> })[];
}

async function evidence(site?: string, query = ''): Promise<Evidence> {
  const path = site === undefined ? '/v1/evidence' : `/v1/sites/${site}/evidence`;
  return (await gateway.must('GET', path + query)) as unknown as Evidence;
}

const causes = (of: Evidence): Record<string, number> => Object.fromEntries(of.failures.map(({ cause, count }) => [cause, count]));

// What the gateway has counted is seen a moment after the client has gone; what is more than expected stays more.
async function shows(site: string | undefined, totals: Evidence['totals'], failed: Record<string, number>): Promise<void> {
  const wanted = { totals, failed };
  let seen: unknown;
  await until(`evidence of ${site ?? 'the gateway'}`, async () => {
    const now = await evidence(site);
    seen = { totals: now.totals, failed: causes(now) };
    return JSON.stringify(sorted(seen as Json)) === JSON.stringify(sorted(wanted as unknown as Json));
  }).catch(() => assert.deepEqual(seen, wanted));
}

function sorted(value: Json): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]);
}

async function visit(host: string, requests: number): Promise<void> {
  const client = await connectTls({ port: gateway.https, servername: host });
  for (let i = 0; i < requests; i++) client.send(`GET /name HTTP/1.1\r\nHost: ${host}\r\n${i + 1 === requests ? 'Connection: close\r\n' : ''}\r\n`);
  await client.untilClosed();
  client.destroy();
}

async function plain(port: number, bytes: string | Buffer): Promise<void> {
  const client = await connectPlain({ port });
  client.send(bytes);
  await client.untilClosed();
  client.destroy();
}

function shake(...options: string[]): Promise<unknown> {
  return run('openssl', ['s_client', '-connect', `127.0.0.1:${gateway.https}`, ...options], { input: '' });
}

// Metrics are the counters as they are, with Strictgate's own looks.
const looks = await gateway.metric('strictgate_site_handshakes_total', { site: A });

const NONE = { https_requests: 0, http_requests: 0, redirects: 0, handshakes: 0, handshakes_failed: 0 };

test('its own looks at a new site are not evidence', async () => {
  for (const site of [A, B, undefined]) await shows(site, NONE, {});
  assert.notEqual((await evidence(A)).known_from, null);
});

test('requests, redirects and handshakes are counted where they were made', async () => {
  await visit(A, 3);
  await visit(A, 1);
  await visit(B, 1);
  for (let i = 0; i < 5; i++) await plain(gateway.http, `GET /name HTTP/1.1\r\nHost: ${A}\r\nConnection: close\r\n\r\n`);
  await shows(A, { https_requests: 4, http_requests: 5, redirects: 5, handshakes: 2, handshakes_failed: 0 }, {});
  await shows(B, { ...NONE, https_requests: 1, handshakes: 1 }, {});
  await shows(undefined, { https_requests: 5, http_requests: 5, redirects: 5, handshakes: 3, handshakes_failed: 0 }, {});
});

test('handshakes that fail are told by cause, of the site that was asked for', async () => {
  const strict = ['-verify_return_error', '-no-CAfile', '-no-CApath', '-no-CAstore'];
  for (let i = 0; i < 3; i++) await shake('-servername', A, '-tls1_3', ...strict);
  await shake('-servername', B, '-tls1_2', ...strict);
  for (let i = 0; i < 2; i++) await shake('-servername', A, '-tls1_1', '-cipher', 'ALL@SECLEVEL=0');
  for (const version of ['-tls1_2', '-tls1_3', '-tls1_3', '-tls1_2']) await shake('-servername', 'stranger.test', version);
  await shake('-noservername');
  for (let i = 0; i < 2; i++) await plain(gateway.https, `GET / HTTP/1.1\r\nHost: ${A}\r\n\r\n`);
  (await connectPlain({ port: gateway.https })).destroy(); // a look whether the port is open
  const begun = await connectPlain({ port: gateway.https });
  begun.socket.end(Buffer.from('1603010200', 'hex'));
  await begun.untilClosed();

  await shows(A, { https_requests: 4, http_requests: 5, redirects: 5, handshakes: 2, handshakes_failed: 5 }, { unknown_ca: 3, version: 2 });
  await shows(B, { ...NONE, https_requests: 1, handshakes: 1, handshakes_failed: 1 }, { unknown_ca: 1 });
  await shows(undefined, { https_requests: 5, http_requests: 5, redirects: 5, handshakes: 3, handshakes_failed: 14 },
    { unknown_ca: 4, version: 2, unknown_name: 4, no_name: 1, plain_http: 2, closed: 1 });
});

test('buckets add up to the totals, at every step', async () => {
  for (const [step, stepMs] of [['minute', 60_000], ['hour', 3_600_000], ['day', 86_400_000]] as const) {
    const { totals, failures, buckets } = await evidence(A, `?step=${step}`);
    const sum = (of: (bucket: Evidence['buckets'][number]) => number): number => buckets.reduce((total, bucket) => total + of(bucket), 0);
    const stepsCount = Math.floor(Date.now() / stepMs) - Math.floor(began / stepMs) + 1;
    assert.ok(buckets.length >= 1 && buckets.length <= stepsCount, `${buckets.length} of ${stepsCount}`);
    for (const name of ['https_requests', 'http_requests', 'redirects', 'handshakes'] as const) assert.equal(sum((bucket) => bucket[name]), totals[name]);
    for (const { cause, count } of failures) assert.equal(sum((bucket) => bucket.failures[cause] ?? 0), count);
  }
});

test('metrics tell them by site and cause, without lines for what did not occur', async () => {
  assert.equal((await gateway.metric('strictgate_site_handshakes_total', { site: A })) - looks, 2);
  assert.equal(await gateway.metric('strictgate_site_handshakes_failed_total', { site: A, cause: 'unknown_ca' }), 3);
  assert.equal(await gateway.metric('strictgate_site_handshakes_failed_total', { site: A, cause: 'version' }), 2);
  assert.equal(await gateway.metric('strictgate_handshakes_failed_total', { cause: 'unknown_ca' }), 4);
  assert.doesNotMatch(await gateway.metrics(), /site_handshakes_failed_total\{site="b\.example\.test",cause="version"/);
});

test('the command shows the same, in words and as JSON', async () => {
  const text = await gateway.cli('evidence', A, '--since', '1h', '--step', 'minute');
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /^a\.example\.test, .* by the minute/);
  assert.match(text.stdout, /requests over HTTPS +4\n/);
  assert.match(text.stdout, /3 +unknown_ca +the client does not trust the issuer/);
  const json = await gateway.cli('evidence', '--json', '--step', 'day');
  assert.deepEqual((JSON.parse(json.stdout) as Evidence).totals, (await evidence()).totals);
  const wrong = await gateway.cli('evidence', A, '--since', 'yesterday');
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /--since: .*yesterday.*\n.*7d/s);
  assert.equal((await gateway.cli('evidence', A, '--since', '7d', '--step', 'minute')).code, 2);
});

test('a gateway that is killed, and one that takes over, begin where the other ended', async () => {
  await gateway.killChild('gateway');
  await until('the new gateway serves', () => visit(A, 2).then(() => true, () => false));
  await shows(A, { https_requests: 6, http_requests: 5, redirects: 5, handshakes: 3, handshakes_failed: 5 }, { unknown_ca: 3, version: 2 });
  writeFileSync(gateway.bootFile, `${readFileSync(gateway.bootFile, 'utf8')}\n[Listener extra]\nAddress = 127.0.0.1:${await freePort()}\nProtocol = https\n`);
  gateway.process.child.kill('SIGHUP');
  await until('another gateway has taken over', () => gateway.log().includes('reloaded with a new gateway'));
  await visit(A, 1);
  await shows(A, { https_requests: 7, http_requests: 5, redirects: 5, handshakes: 4, handshakes_failed: 5 }, { unknown_ca: 3, version: 2 });
});

test('a control that is killed counts nothing twice, and goes on', async () => {
  const before = await evidence(A);
  await gateway.killChild('control');
  await gateway.untilServing();
  for (const site of [A, B]) await until(`${site} was looked at`, async () => (await gateway.must('GET', `/v1/sites/${site}/certificates`))['looked'] !== null);
  const after = await evidence(A);
  for (const name of ['https_requests', 'http_requests', 'redirects', 'handshakes', 'handshakes_failed'] as const)
    assert.ok(after.totals[name] >= 0 && after.totals[name] <= before.totals[name], name);
  await visit(A, 3);
  await until('what comes is counted', async () => (await evidence(A)).totals.https_requests === after.totals.https_requests + 3);
  assert.equal((await evidence(A)).totals.handshakes, after.totals.handshakes + 1);
});

test('a stop in order loses nothing', async () => {
  const before = await evidence(), site = await evidence(A);
  await gateway.stop();
  const again = await startGateway({ directory: gateway.directory, http: gateway.http, https: gateway.https });
  const read = async (path: string): Promise<Evidence> => (await again.must('GET', path)) as unknown as Evidence;
  assert.deepEqual((await read('/v1/evidence')).totals, before.totals);
  assert.deepEqual((await read(`/v1/sites/${A}/evidence`)).failures, site.failures);
  assert.equal((await read(`/v1/sites/${A}/evidence`)).known_from, site.known_from);
});

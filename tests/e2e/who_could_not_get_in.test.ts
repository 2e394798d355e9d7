// Known numbers of clients of several kinds, each with an address of its own, fail in the handshake with the real binary: each is told with its
// cause, its kind and its number. They are real programs; what they say of the certificate are their own alerts.
import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { test } from 'node:test';
import { launchBrowser } from './lib/browser.ts';
import { authority } from './lib/certs.ts';
import type { ClientsDay } from './lib/evidence.ts';
import { startGateway } from './lib/gateway.ts';
import { run } from './lib/process.ts';
import { connectPlain } from './lib/raw.ts';
import { startApplication } from './lib/upstream.ts';
import { afterMidnightWithin, until } from './lib/wait.ts';

const SITE = 'a.example.test';
const YEAR_S = 365 * 86400;
// Those who fail are counted by day: none of them may come on the next one.
await afterMidnightWithin(120_000);

const application = await startApplication();
const gateway = await startGateway();
await gateway.addSite({ name: SITE, upstreams: [application.url], pairs: [await authority.issue([SITE])] });

async function today(): Promise<ClientsDay> {
  const { clients } = (await gateway.must('GET', `/v1/sites/${SITE}/evidence`)) as unknown as { clients: ClientsDay[] };
  assert.ok(clients[0] !== undefined);
  return clients[0];
}

// The gateway notes a failure a moment after the client has seen it.
async function tells(classes: Record<string, [number, string]>, causes: Record<string, number>): Promise<void> {
  let told: unknown;
  const wanted = { classes, causes, failed: [Object.values(causes).reduce((sum, count) => sum + count, 0), 0] };
  const byName = (all: object): object => Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const asText = (of: typeof wanted): string => JSON.stringify([byName(of.classes), byName(of.causes), of.failed]);
  await until('the evidence tells them', async () => {
    const day = await today();
    const now = {
      classes: Object.fromEntries(day.failed_classes.map((row): [string, [number, string]] => [row.class, [row.count, row.cause]])),
      causes: Object.fromEntries(day.failed_causes.map(({ cause, count }) => [cause, count])),
      failed: [day.failed.count, day.failed.error],
    };
    told = now;
    return asText(now) === asText(wanted);
  }, 10_000).catch(() => assert.deepEqual(told, wanted));
}

// The command of OpenSSL, from an address.
async function shake(from: string, ...options: string[]): Promise<void> {
  await run('openssl', ['s_client', '-connect', `127.0.0.1:${gateway.https}`, '-bind', `${from}:0`, '-servername', SITE, ...options], { input: '' });
}

const DISTRUSTS = ['-verify_return_error', '-no-CAfile', '-no-CApath', '-no-CAstore'];
const TRUSTS = ['-verify_return_error', '-CAfile', authority.file];
const IS_OLD = ['-tls1_1', '-cipher', 'ALL@SECLEVEL=0'];

// What Node would send first.
function hello(): Promise<Buffer> {
  return new Promise((resolve) => {
    const line = new Duplex({ read: () => undefined, write: (bytes: Buffer) => resolve(bytes) });
    tls.connect({ socket: line, servername: SITE }).on('error', () => undefined);
  });
}

test('a few of each kind', { timeout: 60_000 }, async () => {
  for (let i = 1; i <= 12; i++) await shake(`127.1.0.${i}`, ...IS_OLD);
  for (let i = 1; i <= 3; i++) await shake(`127.1.1.${i}`, '-tls1_2', '-cipher', 'AES128-SHA');
  await shake('127.1.2.1', ...DISTRUSTS, '-tls1_2');
  for (let i = 2; i <= 4; i++) await shake(`127.1.2.${i}`, ...DISTRUSTS);
  for (let i = 5; i <= 6; i++)
    assert.equal((await run('curl', ['-s', '--interface', `127.1.2.${i}`, '--connect-to', `${SITE}:443:127.0.0.1:${gateway.https}`, `https://${SITE}/name`])).code === 0, false);
  for (let i = 1; i <= 2; i++) await shake(`127.1.3.${i}`, ...TRUSTS, '-attime', String(Math.round(Date.now() / 1000) + 2 * YEAR_S));
  await shake('127.1.4.1', '-tls1_2', '-cipher', 'ECDHE-RSA-AES128-GCM-SHA256'); // the site's certificate is ECDSA
  await tells({ old: [15, 'version'], openssl: [9, 'unknown_ca'] }, { version: 12, cipher: 4, unknown_ca: 6, certificate_expired: 2 });
});

test('those that come again are no others, and those that get in have not failed', async () => {
  for (let i = 1; i <= 3; i++) await shake(`127.1.0.${i}`, ...IS_OLD);
  await shake('127.1.5.1', ...DISTRUSTS);
  await shake('127.1.5.1', ...TRUSTS);
  await shake('127.1.6.1', ...TRUSTS); // an old one behind the address of one that gets in
  await shake('127.1.6.1', ...IS_OLD);
  await shake('127.1.2.6', ...TRUSTS); // who could not get in before
  await tells({ old: [16, 'version'], openssl: [8, 'unknown_ca'] }, { version: 13, cipher: 4, unknown_ca: 5, certificate_expired: 2 });
});

test('those that go away or do not go on are told by what they have sent', async () => {
  await gateway.must('PATCH', '/v1/settings', { limits: { client_head_timeout_ms: 1000 } });
  const bytes = await hello();
  for (const from of ['127.1.7.1', '127.1.7.2']) {
    const client = await connectPlain({ port: gateway.https, from });
    client.send(bytes);
    await until('the server has answered', () => client.bytes().length > 0);
    client.destroy();
  }
  const slow = await connectPlain({ port: gateway.https, from: '127.1.7.3' });
  slow.send(bytes);
  await slow.untilClosed();
  await tells({ old: [16, 'version'], openssl: [8, 'unknown_ca'], node: [3, 'closed'] },
    { version: 13, cipher: 4, unknown_ca: 5, certificate_expired: 2, closed: 2, timeout: 1 });
});

test('a browser that does not trust the certificate', { timeout: 60_000 }, async () => {
  const context = await launchBrowser({ trust: [], resolve: [SITE] });
  const page = context.pages()[0] ?? (await context.newPage());
  await assert.rejects(page.goto(`https://${SITE}:${gateway.https}/name`), /ERR_CERT_AUTHORITY_INVALID/);
  await context.close();
  await tells({ old: [16, 'version'], openssl: [8, 'unknown_ca'], node: [3, 'closed'], chromium: [1, 'certificate_unknown'] },
    { version: 13, cipher: 4, unknown_ca: 5, certificate_expired: 2, closed: 2, timeout: 1, certificate_unknown: 1 });
});

test('what came for no site is told of the gateway, with its kind', async () => {
  const plain = await connectPlain({ port: gateway.https });
  plain.send(`GET / HTTP/1.1\r\nHost: ${SITE}\r\n\r\n`);
  await plain.untilClosed();
  await run('openssl', ['s_client', '-connect', `127.0.0.1:${gateway.https}`, '-servername', 'stranger.test'], { input: '' });
  await until('it is counted', async () => (await gateway.metrics()).includes('strictgate_handshakes_failed_by_client_total{client="openssl",cause="unknown_name"} 1\n'));
  assert.equal(await gateway.metric('strictgate_handshakes_failed_by_client_total', { client: 'none', cause: 'plain_http' }), 1);
  assert.equal(await gateway.metric('strictgate_handshakes_failed_by_client_total', { client: 'old', cause: 'version' }), 16); // 12, three of them again, one more
  assert.equal((await today()).failed.count, 28);
});

test('the command shows the kinds in words', async () => {
  const shown = await gateway.cli('evidence', SITE);
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /COULD NOT GET IN +KIND OF CLIENT +MOSTLY BECAUSE\n/);
  assert.match(shown.stdout, /\n16 +old clients: Windows 7, Android 4 and their time +version: no version of TLS in common\n/);
  assert.match(shown.stdout, /\n8 +curl, Python, PHP and other programs with OpenSSL +unknown_ca: the client does not trust the issuer\n/);
});

// Browsers are told to report, and a real one does: when the site's certificate is one that it does not trust, to a collector with a
// certificate of its own. What strangers send in masses counts by the networks it came from, and is kept nowhere.
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { test } from 'node:test';
import { launchBrowser } from './lib/browser.ts';
import { authority, createAuthority } from './lib/certs.ts';
import { sendAll } from './lib/crowd.ts';
import { type Gateway, startGateway } from './lib/gateway.ts';
import { createNamespace } from './lib/netns.ts';
import { freePort } from './lib/ports.ts';
import { afterMidnightWithin, until } from './lib/wait.ts';

interface Figure {
  type: string;
  phase: string | null;
  count: number;
  clients: { count: number; error: number };
}

interface Reports {
  enabled: boolean;
  collector: string | null;
  totals: Figure[];
  rung: Figure[];
  refused: number;
}

const HOST = 'app.example.test';
const COLLECTOR = 'reports.example.test';

// Who reports on two days (UTC) counts on each.
await afterMidnightWithin(180_000);

const page = (body: string) => [{ prefix: '/', kind: 'fixed' as const, status: 200, body, content_type: 'text/html' }];

async function addSites(gateway: Gateway, body: string): Promise<void> {
  await gateway.addSite({ name: COLLECTOR, routes: page('nothing'), pairs: [await authority.issue([COLLECTOR])] });
  await gateway.addSite({ name: HOST, routes: page(body), pairs: [await authority.issue([HOST])], settings: { reports: 'on' } });
  await gateway.must('PATCH', '/v1/settings', { report_collector: COLLECTOR });
}

const reportsOf = async (gateway: Gateway): Promise<Reports> => (await gateway.must('GET', `/v1/sites/${HOST}/evidence`))['reports'] as unknown as Reports;
const figure = async (gateway: Gateway, type: string): Promise<Figure | undefined> => (await reportsOf(gateway)).totals.find((one) => one.type === type);

test('a real Chromium reports certificates that are foreign, over or of another name, and what a page loads over plain HTTP', { timeout: 120_000 }, async () => {
  const namespace = await createNamespace([HOST, COLLECTOR]);
  const gateway = await startGateway({ namespace, http: 80, https: 443 });
  await addSites(gateway, `<!doctype html><title>hello</title><p>hello<script src="http://${HOST}/old.js"></script>`);
  const browser = await launchBrowser({ trust: [authority.file], namespace, args: ['--short-reporting-delay'] });
  const tab = await browser.newPage();
  await tab.goto(`https://${HOST}/`);
  await until('the script over plain HTTP is reported', async () => (await figure(gateway, 'csp-violation')) !== undefined, 30_000);

  const faults = [
    { type: 'tls.cert.authority_invalid', shown: /ERR_CERT_AUTHORITY_INVALID/, pair: await (await createAuthority('An authority that nobody trusts')).issue([HOST]) },
    { type: 'tls.cert.date_invalid', shown: /ERR_CERT_DATE_INVALID/, pair: await authority.issue([HOST], { expired: true }) },
    { type: 'tls.cert.name_invalid', shown: /ERR_CERT_COMMON_NAME_INVALID/, pair: await authority.issue(['other.example.test']) },
  ];
  for (const { type, shown, pair } of faults) {
    await gateway.must('PATCH', `/v1/sites/${HOST}`, { certificate_pem: pair.cert, key_pem: pair.key, replace_working: true });
    await gateway.killChild('gateway'); // and with it the connections that were made before
    await gateway.untilServing();
    await assert.rejects(tab.goto(`https://${HOST}/secret/path?of=somebody`), shown);
    await until(`${type} is reported`, async () => (await figure(gateway, type)) !== undefined, 30_000);
    const seen = await figure(gateway, type);
    assert.deepEqual([seen?.phase, seen?.clients], ['connection', { count: 1, error: 0 }]);
  }
  const shown = await gateway.cli('evidence', HOST);
  assert.match(shown.stdout, /reports of browsers[^]*tls\.cert\.authority_invalid +does not trust who issued the certificate/);
  assert.equal(await gateway.metric('strictgate_site_reporters_today', { site: HOST, type: 'tls.cert.authority_invalid' }), 1);
  await browser.close();
});

const https = await freePort();
const gateway = await startGateway({
  sections: { 'Listener secure': { Address: `127.0.0.1:${https}`, Protocol: 'https', 'Trusted Proxies': '127.0.0.1' } },
});

const send = (requests: string[], name = COLLECTOR): Promise<string> =>
  sendAll(tls.connect({ port: https, host: '127.0.0.1', servername: name, ca: authority.pem, ALPNProtocols: ['http/1.1'] }), requests);

const report = (type: string, host = HOST): string =>
  JSON.stringify([{ type: 'network-error', age: 10, url: `https://${host}/secret/path?of=somebody`, user_agent: 'forged', body: { type, phase: 'connection', server_ip: '192.0.2.1' } }]);
const post = (path: string, address: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: ${COLLECTOR}\r\nX-Forwarded-For: ${address}\r\nContent-Type: application/reports+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

async function pathOf(): Promise<string> {
  const head = await send([`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`], HOST);
  const path = new RegExp(`"url":"https://${COLLECTOR}(?::\\d+)?(/[^"]+)"`).exec(head)?.[1];
  assert.ok(path !== undefined, head);
  return path;
}

const sizeOfData = (): number => readdirSync(gateway.data, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /strictgate\.db/.test(entry.name))
  .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

async function guardOfClimb(): Promise<{ verdict: string; why: string; fix: string }> {
  const { moves } = (await gateway.must('GET', `/v1/sites/${HOST}/guards`)) as unknown as { moves: Record<string, { guards: { guard: string; verdict: string; why: string; fix: string }[] }> };
  const found = moves['climb']?.guards.find(({ guard }) => guard === 'reports');
  assert.ok(found !== undefined);
  return found;
}

test('responses say where to, the application keeps its own, and taking it back is said as well', async () => {
  await addSites(gateway, 'hello');
  const on = await send([`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`], HOST);
  assert.match(on, /^NEL: \{"report_to":"strictgate","max_age":2592000,"include_subdomains":false,"success_fraction":0,"failure_fraction":1\}\r$/m);
  assert.match(on, /^Reporting-Endpoints: strictgate="https:/m);
  assert.match(on, /^Content-Security-Policy-Report-Only: default-src https: /m);
  assert.doesNotMatch(await send([`GET / HTTP/1.1\r\nHost: ${COLLECTOR}\r\n\r\n`]), /NEL|Report-To/);
  await gateway.must('PATCH', `/v1/sites/${HOST}`, { reports: 'off' });
  const off = await send([`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`], HOST);
  assert.match(off, /^NEL: \{"report_to":"strictgate","max_age":0\}\r$/m);
  assert.doesNotMatch(off, /Reporting-Endpoints|Report-Only/);
  await gateway.must('PATCH', `/v1/sites/${HOST}`, { reports: 'on' });
  const wrong = await gateway.api('PATCH', '/v1/settings', { report_collector: 'nowhere.example.test' });
  assert.equal(wrong.status, 400);
  assert.equal((wrong.body['errors'] as unknown as { field: string }[] | undefined)?.[0]?.field ?? wrong.body['field'], 'report_collector');
});

test('whatever comes is answered alike, and what is not understood is not counted', async () => {
  const path = await pathOf();
  const preflight = await send([`OPTIONS ${path} HTTP/1.1\r\nHost: ${COLLECTOR}\r\nOrigin: https://${HOST}\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\n\r\n`]);
  assert.match(preflight, /^HTTP\/1\.1 204 [^]*Access-Control-Allow-Headers: Content-Type\r\n[^]*Access-Control-Allow-Origin: https:\/\/app\.example\.test\r\n/);
  const elsewhere = await send([`OPTIONS ${path} HTTP/1.1\r\nHost: ${COLLECTOR}\r\nOrigin: https://elsewhere.example.test\r\nAccess-Control-Request-Method: POST\r\n\r\n`]);
  assert.match(elsewhere, /^HTTP\/1\.1 204 /);
  assert.doesNotMatch(elsewhere, /Allow-Origin/);
  const answers = await send([
    post(path, '192.0.2.1', '{'),
    post(path, '192.0.2.1', report('tls.failed', 'other.example.test')),
    post(`${path}x`, '192.0.2.1', report('tls.failed')),
    post(path.replace(HOST, COLLECTOR), '192.0.2.1', report('tls.failed')),
    post('/.well-known/strictgate/reports/', '192.0.2.1', report('tls.failed')),
    `GET ${path} HTTP/1.1\r\nHost: ${COLLECTOR}\r\n\r\n`,
    `POST ${path} HTTP/1.1\r\nHost: ${COLLECTOR}\r\nX-Forwarded-For: 192.0.2.1\r\nContent-Type: application/reports+json\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ]);
  assert.equal(answers.match(/HTTP\/1\.1 204 /g)?.length, 7);
  const { totals, refused } = await reportsOf(gateway);
  assert.deepEqual([totals, refused], [[], 3]);
  await send([post(path, '192.0.2.1', `[${' '.repeat(20_000)}]`)]).catch(() => '');
  assert.equal((await reportsOf(gateway)).refused, 4);
});

test('masses of forged reports weigh as much as the networks that they come from', { timeout: 60_000 }, async () => {
  const path = await pathOf();
  await send([post(path, '192.0.2.1', report('tls.cert.name_invalid'))]);
  await gateway.setHsts(HOST, 300);
  const before = await reportsOf(gateway);
  assert.deepEqual([before.totals.length, before.rung], [1, []], 'what was reported before the rung began is no part of it');
  assert.equal((await guardOfClimb()).verdict, 'pass');

  const size = sizeOfData();
  const forged = Array.from({ length: 30_000 }, (_, i) => post(path, `198.51.100.${i % 256}`, report('tls.cert.date_invalid')));
  await send(forged);
  const after = await reportsOf(gateway);
  const dated = after.rung.find(({ type }) => type === 'tls.cert.date_invalid');
  assert.deepEqual(dated?.clients, { count: 1, error: 0 });
  assert.ok((dated?.count ?? 0) < 2000 && after.refused > 25_000, `${dated?.count} counted, ${after.refused} refused`);
  assert.ok(sizeOfData() - size < 200_000, 'nothing of them is written down one by one');
  assert.equal((await guardOfClimb()).verdict, 'warn');

  for (const net of ['203.0.113.7', '203.0.114.7', '2001:db8:1::7', '2001:db8:1:2::9']) await send([post(path, net, report('tls.cert.date_invalid'))]);
  assert.equal((await guardOfClimb()).verdict, 'warn', 'four networks: two of the addresses are of one');
  await send([post(path, '10.1.2.3', report('tls.cert.date_invalid'))]);
  const guard = await guardOfClimb();
  assert.equal(guard.verdict, 'block');
  assert.match(guard.why, /at least 5 networks[^]*tls\.cert\.date_invalid: the browser met a certificate that is over/);
  assert.match(guard.fix, /^Renew the certificate/);

  await gateway.killChild('control'); // what it had not written down is in the memory that it finds again
  await gateway.untilServing();
  const later = await reportsOf(gateway);
  assert.equal(later.rung.find(({ type }) => type === 'tls.cert.date_invalid')?.clients.count, 5);
  assert.doesNotMatch(gateway.log(), /secret\/path|forged/);
});

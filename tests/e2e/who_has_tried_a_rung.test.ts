// How many different clients tried a rung, and who could not get in if the certificate failed: a known population through the real binary,
// before a promise, on its rung and after the release.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import tls from 'node:tls';
import { authority } from './lib/certs.ts';
import { BROWSER, crowdOf } from './lib/crowd.ts';
import type { Figure } from './lib/evidence.ts';
import { startGateway } from './lib/gateway.ts';
import { freePort } from './lib/ports.ts';
import { startApplication } from './lib/upstream.ts';
import { afterMidnightWithin, until } from './lib/wait.ts';

interface Evidence {
  coverage: {
    weeks: { week: string; https: Figure; returning_percent: number | null; classes: (Figure & { class: string })[] }[];
    rung: { since: string; https: Figure; busiest_week: boolean; returning_percent: number | null; classes_missing: unknown[] } | null;
  };
  forecast: { share_percent: number | null; clients: Figure; of: Figure; until: string | null; exact: boolean; reach: string; text: string };
}

const SCRIPT = 'python-requests/2.28.1';

// Nobody of this test may come on one day, or in one week, and others on the next: who comes again would be returning.
await afterMidnightWithin(120_000);

const application = await startApplication();
const ports = { http: await freePort(), https: await freePort() };
const gateway = await startGateway({
  sections: {
    'Listener plain': { Address: `127.0.0.1:${ports.http}`, Protocol: 'http', 'Trusted Proxies': '127.0.0.1' },
    'Listener secure': { Address: `127.0.0.1:${ports.https}`, Protocol: 'https', 'Trusted Proxies': '127.0.0.1' },
  },
});
const { request, secure } = crowdOf(ports);

const evidenceOf = async (site: string): Promise<Evidence> => (await gateway.must('GET', `/v1/sites/${site}/evidence`)) as unknown as Evidence;
const come = (site: string, agent: string, first: number, count: number): Promise<string> =>
  secure(site, Array.from({ length: count }, (_, i) => request(site, first + i, agent)));

function agrees(what: string, { count, error }: Figure, truth: number): void {
  assert.ok(Math.abs(count - truth) <= 2 * error, `${what}: ${count} ± ${error}, not ${truth}`);
}

async function said(site: string, move: string, guard: string): Promise<{ verdict: string; why: string }> {
  const { moves } = (await gateway.must('GET', `/v1/sites/${site}/guards`)) as unknown as { moves: Record<string, { guards: { guard: string; verdict: string; why: string }[] }> };
  const found = moves[move]?.guards.find((one) => one.guard === guard);
  assert.ok(found !== undefined);
  return found;
}

test('of a few clients each is told, before a promise and on its rung', async () => {
  const site = 'few.example.test';
  await gateway.addSite({ name: site, upstreams: [application.url], pairs: [await authority.issue([site])] });
  await come(site, BROWSER, 1, 6);
  await come(site, SCRIPT, 100, 2);
  const before = await evidenceOf(site);
  assert.deepEqual(before.coverage.weeks[0]?.https, { count: 8, error: 0 });
  assert.equal(before.coverage.rung, null);
  assert.deepEqual([before.forecast.share_percent, before.forecast.until, before.forecast.exact], [0, null, true]);
  assert.match(before.forecast.text, /nobody would be locked out/);

  await gateway.setHsts(site, 300);
  assert.deepEqual((await evidenceOf(site)).coverage.rung?.https, { count: 0, error: 0 });
  await come(site, BROWSER, 4, 4); // three of before, and one more
  const few = await said(site, 'climb', 'traffic');
  assert.equal(few.verdict, 'warn');
  assert.match(few.why, /^Only 4 different clients came over HTTPS since this rung began/);
  await come(site, BROWSER, 10, 1);
  await come(site, SCRIPT, 100, 1); // a script keeps no promise
  assert.match((await said(site, 'climb', 'traffic')).why, /^6 different clients/);
  assert.equal((await said(site, 'climb', 'coverage')).verdict, 'pass');

  const { coverage, forecast } = await evidenceOf(site);
  assert.deepEqual(coverage.rung?.https, { count: 6, error: 0 });
  assert.deepEqual(coverage.weeks[0]?.https, { count: 10, error: 0 });
  assert.deepEqual(
    coverage.weeks[0].classes.map(({ class: name, count }) => [name, count]),
    [['firefox', 8], ['python', 2]],
  );
  assert.deepEqual([forecast.share_percent, forecast.clients.count, forecast.of.count, forecast.exact, forecast.reach], [50, 5, 10, true, 'own']);
  assert.ok(forecast.until !== null && Date.parse(forecast.until) > Date.now() + 200_000);
});

test('the forecast is in the status, in the metrics and on the command line', async () => {
  const site = 'few.example.test';
  const { sites } = (await gateway.must('GET', '/v1/status')) as unknown as { sites: { name: string; forecast: { share_percent: number; text?: string } }[] };
  const found = sites.find(({ name }) => name === site);
  assert.equal(found?.forecast.share_percent, 50);
  assert.equal(found.forecast.text, undefined);
  assert.equal(await gateway.metric('strictgate_site_lockout_percent', { site }), 50);
  assert.equal(await gateway.metric('strictgate_site_week_clients', { site }), 10);
  assert.ok((await gateway.metric('strictgate_site_lockout_until_seconds', { site })) > Date.now() / 1000);
  assert.match((await gateway.cli('status')).stdout, /few\.example\.test.*50 % until \d{4}-\d\d-\d\d/);
  const told = (await gateway.cli('evidence', site)).stdout;
  assert.match(told, /WEEK OF +CLIENTS +RETURNING\n\d{4}-\d\d-\d\d +10 +0 %/);
  assert.match(told, /6 different clients over HTTPS since the present rung began/);
  assert.match(told.replaceAll(/\s+/g, ' '), /If the certificate failed now, 50 % of this week's visitors could not get in/);
});

test('of very many a sample tells, within its error, and a release frees those who hear of it', { timeout: 60_000 }, async () => {
  const site = 'many.example.test';
  await gateway.addSite({ name: site, upstreams: [application.url], pairs: [await authority.issue([site])] });
  await come(site, BROWSER, 0, 4000);
  await gateway.setHsts(site, 300);
  await come(site, BROWSER, 2000, 6000); // 2000 of before
  await come(site, SCRIPT, 20_000, 2000);
  const { coverage, forecast } = await evidenceOf(site);
  assert.ok(coverage.weeks[0] !== undefined && coverage.rung !== null);
  agrees('of the week', coverage.weeks[0].https, 10_000);
  agrees('of the rung', coverage.rung.https, 8000);
  agrees('locked out', forecast.clients, 6000);
  agrees('of', forecast.of, 10_000);
  assert.ok(forecast.share_percent !== null && Math.abs(forecast.share_percent - 60) <= 10, `${forecast.share_percent} %`);
  assert.ok(coverage.rung.https.error < 1200);

  await gateway.setHsts(site, 0);
  await come(site, BROWSER, 2000, 3000); // half of those come back, and are told that it is over
  // The other half is bound still. Of the 2000 who came before the promise alone it is not known any more that they did.
  const atMost = 3000 + 2000;
  const released = await until('half of them are free', async () => {
    const { forecast: now } = await evidenceOf(site);
    return now.clients.count <= atMost + 2 * now.clients.error && now;
  });
  agrees('still locked out, at most', released.clients, atMost);
  assert.equal(released.exact, false);
  assert.match(released.text, /at most/);
});

test('what came in the week is kept over a restart of everything', async () => {
  const site = 'few.example.test';
  await gateway.stop();
  const again = await startGateway({ directory: gateway.directory, http: gateway.http, https: gateway.https });
  const { coverage } = (await again.must('GET', `/v1/sites/${site}/evidence`)) as unknown as Evidence;
  assert.deepEqual(coverage.weeks[0]?.https, { count: 10, error: 0 });
  assert.deepEqual(coverage.rung?.https, { count: 6, error: 0 });
  await again.stop();
});

test('whoever stays connected while a rung begins has tried it with the next request', async () => {
  const site = 'stays.example.test';
  const direct = await startGateway({});
  await direct.addSite({ name: site, upstreams: [application.url], pairs: [await authority.issue([site])] });
  const socket = tls.connect({ port: direct.https, host: '127.0.0.1', servername: site, ca: authority.pem, ALPNProtocols: ['http/1.1'] });
  let heard = '';
  socket.on('data', (piece: Buffer) => (heard += piece.toString()));
  const ask = async (): Promise<void> => {
    heard = '';
    socket.write(`GET /name HTTP/1.1\r\nHost: ${site}\r\nUser-Agent: ${BROWSER}\r\n\r\n`);
    await until('the whole answer', () => heard.endsWith('\r\n\r\napplication'));
  };
  const tried = async (): Promise<number | undefined> =>
    ((await direct.must('GET', `/v1/sites/${site}/evidence`)) as unknown as Evidence).coverage.rung?.https.count;
  await ask();
  await direct.setHsts(site, 300);
  assert.equal(await tried(), 0);
  await ask();
  assert.equal(await tried(), 1);
  socket.end();
});

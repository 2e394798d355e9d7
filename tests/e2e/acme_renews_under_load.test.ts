import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AcmeProxy, startAcmeProxy } from './lib/acme_proxy.ts';
import { addAuthority, certificateOf, served, untilObtained } from './lib/acme.ts';
import { startGateway } from './lib/gateway.ts';
import { startLoad } from './lib/load.ts';
import { startPebble } from './lib/pebble.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'app.example.test';
const LIFETIME_S = 12;
const RENEWALS = 2;
const application = await startApplication();
const gateway = await startGateway();
const pebble = await startPebble({ httpPort: gateway.http, validityS: LIFETIME_S, env: { PEBBLE_WFE_NONCEREJECT: '20' } });
const proxy = withoutWindows(await startAcmeProxy(pebble.port));
await addAuthority(gateway, 'pebble', proxy.directory);

// Pebble of 2.6 on gives windows of two days (RFC 9773), within which certificates of seconds are renewed anywhere: here their age decides.
function withoutWindows(between: AcmeProxy): AcmeProxy {
  between.after = ({ path }, answer) => {
    if (path !== '/dir') return undefined;
    const { renewalInfo: _, ...directory } = JSON.parse(answer.body) as Record<string, unknown>;
    return { ...answer, body: JSON.stringify(directory) };
  };
  return between;
}

test('certificates of a few seconds are renewed by themselves, again and again, and no request fails', { timeout: 90_000 }, async () => {
  await gateway.must('POST', '/v1/sites', { name: HOST, upstreams: [application.url], acme: {} });
  await untilObtained(gateway, HOST);
  const load = await startLoad(gateway, { host: HOST, ca: await pebble.root() });
  const seen = new Set<string>();
  let shortestLeftMs = Infinity;
  await until(`${RENEWALS} renewals are served`, async () => {
    const askedMs = Date.now();
    const { fingerprint, notAfter } = await served(gateway, HOST);
    seen.add(fingerprint);
    shortestLeftMs = Math.min(shortestLeftMs, notAfter - askedMs);
    return seen.size > RENEWALS;
  }, 60_000);
  const { done, failures } = await load.stop();
  assert.deepEqual(failures, []);
  assert.ok(done > 100, `${done} requests`);
  assert.ok(shortestLeftMs > 0, 'none was served past its end');
  const certificate = await certificateOf(gateway, HOST);
  assert.equal(certificate.automatic?.failures, 0);
  const entries = (await gateway.must('GET', `/v1/audit?site=${HOST}`))['entries'] as unknown as { act: string; actor: string; after?: { ca: string } }[];
  const acts = entries.filter(({ act }) => act.startsWith('certificate.'));
  assert.ok(acts.filter(({ act }) => act === 'certificate.renew').length >= RENEWALS);
  assert.equal(acts.at(-1)?.act, 'certificate.obtain');
  assert.ok(acts.every(({ actor }) => actor === 'strictgate'));
});

// An authority whose renewal information (RFC 9773) is missing, broken or nonsense: the age of each certificate decides as if it had none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, startAcmeProxy } from './lib/acme_proxy.ts';
import { addAuthority, certificateOf, untilAutomatic, untilObtained } from './lib/acme.ts';
import { type Window, offerRenewalInfo } from './lib/ari.ts';
import { startGateway } from './lib/gateway.ts';
import { startPebble } from './lib/pebble.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const LIFETIME_S = 14; // Pebble counts its last second, too: 13
const HALF_MS = Math.floor((LIFETIME_S - 1) / 2) * 1000;
const RESERVE_MS = 1000; // a tenth, in whole seconds

const answer = (status: number, body: string, type = 'application/json'): Answer => ({ status, headers: { 'content-type': type }, body });
const between = (start: string, end: string): Answer => answer(200, JSON.stringify({ suggestedWindow: { start, end } }));

const NONSENSE: Record<string, Answer | Window> = {
  'gone.example.test': answer(404, 'not found', 'text/plain'),
  'error.example.test': answer(500, '<html>an error</html>', 'text/html'),
  'garbage.example.test': answer(200, '{"suggestedWindow": "soon"}'),
  'cut.example.test': answer(200, '{"suggestedWindow": {"start": "2026-'),
  'zero.example.test': between('0001-01-01T00:00:00Z', '0001-01-02T00:00:00Z'), // how Go writes a time that nobody has set
  'epoch.example.test': between('1970-01-01T00:00:00Z', '1970-01-02T00:00:00Z'),
};
const FAR = 'far.example.test';

const application = await startApplication();
const gateway = await startGateway();
const pebble = await startPebble({ httpPort: gateway.http, validityS: LIFETIME_S });
const proxy = await startAcmeProxy(pebble.port);
const ari = offerRenewalInfo(proxy, (name) => NONSENSE[name] ?? between('9998-01-01T00:00:00Z', '9999-12-31T23:59:59Z'));
await addAuthority(gateway, 'pebble', proxy.directory);

test('information that is none changes nothing, whatever comes, and outlives a restart', { timeout: 60_000 }, async () => {
  const sites = [...Object.keys(NONSENSE), FAR];
  await Promise.all(sites.map(async (name) => {
    await gateway.must('POST', '/v1/sites', { name, upstreams: [application.url], acme: {} });
    await untilObtained(gateway, name);
    await until(`the authority was asked about ${name}`, () => ari.asked.includes(name));
  }));
  // The certificate and what is known of it in one answer: it may be the second one already.
  const { automatic: far, not_after: farEnd } = await untilAutomatic(gateway, FAR, 'the window is known', (_, { window }) => window !== null);
  assert.equal(far?.window?.end, '9999-12-31T23:59:59Z');
  const first = (name: string): number => ari.issued.find((issued) => issued.name === name)?.notAfter ?? Number.NaN;
  assert.equal(Date.parse(far?.renewal ?? ''), Date.parse(farEnd ?? '') - RESERVE_MS, 'however far it is, the certificate does not end before it is renewed');
  for (const name of Object.keys(NONSENSE)) {
    const { automatic } = await certificateOf(gateway, name);
    assert.equal(automatic?.window, null, name);
    assert.equal(automatic?.failures, 0, name);
  }

  await gateway.killChild('control');
  await gateway.untilServing();
  await Promise.all(sites.map(async (name) => {
    const again = await until(`${name} is ordered again`, () => ari.orders.filter(({ names }) => names[0] === name)[1], 30_000);
    const leftMs = first(name) - again.at;
    const expectedMs = name === FAR ? RESERVE_MS : HALF_MS;
    assert.ok(leftMs <= expectedMs, `${name} was ordered ${leftMs} ms before the end`);
  }));
  await gateway.stop();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startAcmeProxy } from './lib/acme_proxy.ts';
import { addAuthority, certificateOf, served, untilAutomatic, untilObtained } from './lib/acme.ts';
import { type Ari, type Issued, type Order, type Window, offerRenewalInfo } from './lib/ari.ts';
import { startGateway } from './lib/gateway.ts';
import { startPebble } from './lib/pebble.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const LIFETIME_S = 12; // Pebble counts its last second, too: 11
const HALF_MS = (LIFETIME_S / 2) * 1000; // left, when it is due by age
const RESERVE_MS = 1000; // a tenth, in whole seconds
const LONGER_S = 40;
const REST_MS = Math.floor((LONGER_S - 1) / 10) * 1000; // it is left in peace: a tenth, in whole seconds
const DAY_MS = 86_400_000;
const EXPLANATION = 'https://ca.example.org/incident-7';
const [EARLY, LATE, BROKEN] = ['early.example.test', 'late.example.test', 'broken.example.test'];

const past = (): Window => ({ start: new Date(Date.now() - DAY_MS), end: new Date(Date.now() - DAY_MS / 2), explanationURL: EXPLANATION });
const ahead = (): Window => ({ start: new Date(Date.now() + DAY_MS), end: new Date(Date.now() + 2 * DAY_MS), explanationURL: EXPLANATION });
const reversed = (): Window => ({ start: new Date(Date.now() - DAY_MS / 2), end: new Date(Date.now() - DAY_MS) });

const application = await startApplication();
const gateway = await startGateway();
const [longer, shorter] = await Promise.all([LONGER_S, LIFETIME_S].map(async (validityS) => {
  const pebble = await startPebble({ httpPort: gateway.http, validityS });
  const proxy = await startAcmeProxy(pebble.port);
  const ari = offerRenewalInfo(proxy, (name) => (name === EARLY ? past() : name === LATE ? ahead() : reversed()));
  await addAuthority(gateway, `lasts-${validityS}`, proxy.directory);
  return ari;
})) as [Ari, Ari];

async function begin(name: string): Promise<Issued> {
  await gateway.must('POST', '/v1/sites', { name, upstreams: [application.url], acme: { cas: [`lasts-${name === EARLY ? LONGER_S : LIFETIME_S}`] } });
  await untilObtained(gateway, name);
  return issuedFor(name)[0] as Issued;
}

const issuedFor = (name: string): Issued[] => [...longer.issued, ...shorter.issued].filter((issued) => issued.name === name);
const ordersOf = (name: string): Order[] => [...longer.orders, ...shorter.orders].filter(({ names }) => names[0] === name);

async function untilRenewed(name: string, times = 1): Promise<Order> {
  return until(`${name} is ordered again`, () => ordersOf(name)[times], 30_000);
}

// The three wait for the same seconds.
test('the window the authority gives is what a certificate is renewed by', { concurrency: true, timeout: 60_000 }, async (t) => {
  await Promise.all([
    t.test('one that is past has it renewed long before its age would, and the order says what it replaces; but not without end', async () => {
      const { id, notAfter } = await begin(EARLY);
      const second = await untilRenewed(EARLY);
      assert.equal(second.replaces, id);
      assert.equal(ordersOf(EARLY)[0]?.replaces, undefined);
      assert.ok(second.at < notAfter - (LONGER_S / 2) * 1000, `ordered ${notAfter - second.at} ms before the end`);
      assert.match(gateway.log(), new RegExp(`${EARLY}: lasts-${LONGER_S} would have the certificate renewed in a window .*: ${EXPLANATION}`));
      const third = await untilRenewed(EARLY, 2);
      const replaced = issuedFor(EARLY)[1];
      assert.equal(third.replaces, replaced?.id);
      const restMs = third.at - (replaced?.at ?? 0);
      assert.ok(restMs >= REST_MS - 1000, `ordered again after ${restMs} ms`); // moments are whole seconds
      assert.equal((await certificateOf(gateway, EARLY)).automatic?.failures, 0);
    }),
    t.test('one far ahead keeps it beyond its age, but not to its end; and it is shown', async () => {
      const { notAfter, fingerprint } = await begin(LATE);
      assert.equal((await served(gateway, LATE)).fingerprint, fingerprint);
      // The certificate and what is known of it in one answer: it may be the second one already.
      const { automatic, not_after: end } = await untilAutomatic(gateway, LATE, 'the window is known', (_, { window }) => window !== null);
      assert.equal(Date.parse(automatic?.renewal ?? ''), Date.parse(end ?? '') - RESERVE_MS);
      assert.match((await gateway.cli('site', 'show', LATE)).stdout, new RegExp(`The authority would have it renewed between .*\\n+It says why: ${EXPLANATION}`));
      const { at } = await untilRenewed(LATE);
      assert.ok(at >= notAfter - RESERVE_MS, `ordered ${notAfter - at} ms before the end`);
    }),
    t.test('one that ends before it begins is none: the age decides', async () => {
      const { notAfter } = await begin(BROKEN);
      await until('the window was asked for', () => shorter.asked.includes(BROKEN));
      const { at, replaces } = await untilRenewed(BROKEN);
      assert.ok(at >= notAfter - HALF_MS, `ordered ${notAfter - at} ms before the end`);
      assert.equal(replaces, undefined);
      const { automatic } = await untilObtained(gateway, BROKEN);
      assert.equal(automatic?.window, null);
      assert.equal(automatic?.failures, 0);
    }),
  ]);
  assert.deepEqual([...longer.unknown, ...shorter.unknown], []);
});

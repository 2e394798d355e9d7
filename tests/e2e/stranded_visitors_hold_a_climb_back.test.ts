// An office whose firewall lets nothing through to port 443: its people are counted as they are, the climb waits for them, somebody is told, and it goes on
// when they arrive. The real binary on ports 80 and 443 of a namespace, clients from hundreds of addresses, and time that is made to pass (libfaketime).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import type { ClientsDay, Figure } from './lib/evidence.ts';
import type { Came, Visitors } from './lib/visitors.ts';
import { createFakeTime } from './lib/faketime.ts';
import { threadsOf } from './lib/freeze.ts';
import { IS_SANITIZED, startGateway } from './lib/gateway.ts';
import { createNamespace } from './lib/netns.ts';
import { runOk } from './lib/process.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { sleep, until } from './lib/wait.ts';

interface Rung {
  max_age_s: number;
  until: string | null;
  clients: { http: Figure; stranded: Figure };
  stranded_percent: number | null;
}

const HOST = 'app.example.test';
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0';
const [EVERYWHERE, OFFICE, SCRIPTS] = [388, 12, 7];
const MINUTE_S = 60;
const DAY_S = 86_400;
const people = (network: string, count: number): Visitors => ({ network, count, agent: BROWSER, isBrowser: true, follows: true });

// A sanitizer has to be the first library, and so has the one that makes time.
test('visitors who are stranded hold a climb back until they arrive', { skip: IS_SANITIZED, timeout: 200_000 }, async (t) => {
  const directory = temporaryDirectory();
  const time = createFakeTime(directory, 10);
  const namespace = await createNamespace([HOST]);
  const within = (file: string, ...args: string[]): Promise<string> => {
    const command = namespace.enter(file, args);
    return runOk(command.file, command.args);
  };
  const come = async (...visitors: Visitors[]): Promise<Came> =>
    JSON.parse(await within(process.execPath, '--import', fileURLToPath(import.meta.resolve('tsx')), fileURLToPath(new URL('lib/visitors.ts', import.meta.url)), HOST, JSON.stringify(visitors))) as Came;
  await within('ip', 'route', 'add', 'local', '10.0.0.0/8', 'dev', 'lo');
  await within('nft', 'add table ip office; add chain ip office out { type filter hook output priority 0; }; add rule ip office out ip saddr 10.20.0.0/16 tcp dport 443 reject with tcp reset');

  const gateway = await startGateway({ directory, namespace, http: 80, https: 443, env: time.env, server: time.server });
  const pair = await authority.issue([HOST]);
  await gateway.must('POST', '/v1/private-roots', { certificate_pem: authority.pem });
  await gateway.addSite({ name: HOST, routes: [{ prefix: '/', kind: 'fixed', status: 200, body: 'here' }], redirect: 'permanent', pairs: [pair], settings: { ladder: [300, DAY_S, 7 * DAY_S] } });
  const hsts = async (): Promise<{ wish: { max_age: number }; held_back: string | null }> => (await gateway.must('GET', `/v1/sites/${HOST}/hsts`)) as never;
  const evidence = async (): Promise<{ clients: ClientsDay[]; trend: Rung[] }> => (await gateway.must('GET', `/v1/sites/${HOST}/evidence`)) as never;
  const told = async (): Promise<string[]> => {
    const { notifications } = (await gateway.must('GET', '/v1/notify/log')) as unknown as { notifications: { notification: { event: string; phase: string; stage: string } }[] };
    return notifications.flatMap(({ notification: { event, phase, stage } }) => (event === 'held' ? [`${phase} ${stage}`] : []));
  };
  // Whoever sleeps has read all there was for it: also that the supervisor asked whether it is there.
  const untilQuiet = (): Promise<unknown> => until('nobody has anything to do', () =>
    [gateway.process.pid, gateway.child('gateway'), gateway.child('control')].every((pid) =>
      pid !== undefined && threadsOf(pid).every((thread) => /^State:\s*S/m.test(readFileSync(`/proc/${thread}/status`, 'utf8')))));
  // What is under way is let come to its end first: it would be late by all that passes. The supervisor sleeps through it, and is woken before anything else
  // happens, as it is every quarter of a minute when time passes by itself: whom it has not seen for a minute it takes for dead.
  const pass = async (seconds: number): Promise<void> => {
    await sleep(100);
    await untilQuiet();
    time.pass(seconds);
    process.kill(gateway.process.pid, 'SIGCHLD');
    await sleep(100);
    await untilQuiet();
    await gateway.api('GET', '/v1/status').catch(() => undefined); // over a connection that was idle for too long by now
  };
  // Minute by minute; a question to it is a turn of its loop, which does what is due by now.
  const untilPassed = async (what: string, condition: () => Promise<boolean>): Promise<void> => {
    for (let minutes = 0; !(await condition()); minutes++) {
      if (minutes === 30) throw new Error(`not within ${minutes} minutes: ${what}\n${gateway.log().slice(-6000)}`);
      await pass(MINUTE_S + 1);
    }
  };

  await t.test('it starts, and is to climb by itself', async () => {
    await gateway.must('POST', `/v1/sites/${HOST}/hsts/moves`, { move: 'start' });
    // The namespace has the loopback only, at which no other ports are tried.
    await gateway.must('POST', `/v1/sites/${HOST}/hsts/moves`, { move: 'permanent', override: { guards: ['other-ports'], reason: 'a test', confirm: HOST } });
    assert.equal((await hsts()).wish.max_age, 300);
  });

  await t.test('who came and who never arrived is counted exactly', async () => {
    const came = await come(people('10.10', EVERYWHERE), people('10.20', OFFICE), { network: '10.30', count: SCRIPTS, agent: 'curl/8.5.0', isBrowser: false, follows: false });
    assert.deepEqual(came, { redirected: EVERYWHERE + OFFICE + SCRIPTS, arrived: EVERYWHERE, lost: OFFICE });
    const now = (await evidence()).clients[0];
    assert.deepEqual([now?.redirected, now?.arrived, now?.waiting, now?.stranded].map((figure) => figure?.count), [EVERYWHERE + OFFICE + SCRIPTS, EVERYWHERE, OFFICE + SCRIPTS, 0]);
    await pass(11 * MINUTE_S); // nobody is waited for any more
    const later = (await evidence()).clients[0];
    assert.deepEqual([later?.http, later?.stranded, later?.waiting, later?.https].map((figure) => [figure?.count, figure?.error]), [[EVERYWHERE + OFFICE + SCRIPTS, 0], [OFFICE + SCRIPTS, 0], [0, 0], [EVERYWHERE, 0]]);
    assert.deepEqual(later?.networks.map(({ network, count }) => [network, count]), [['10.20.0.0/16', OFFICE], ['10.30.0.0/16', SCRIPTS]]);
    assert.deepEqual(later?.stranded_classes.map(({ class: kind, count }) => [kind, count]), [['firefox', OFFICE], ['curl', SCRIPTS]]);
    assert.match(await gateway.metrics(), /strictgate_site_clients_stranded\{site="app\.example\.test"\} 19\n/);
  });

  await t.test('the guard says how many of whom are missing, and from where', async () => {
    const { moves } = (await gateway.must('GET', `/v1/sites/${HOST}/guards`)) as unknown as { moves: Record<string, { guards: { guard: string; verdict: string; why: string; fix: string }[] }> };
    const guards = moves['climb']?.guards ?? [];
    assert.deepEqual(guards.filter(({ verdict }) => verdict === 'block').map(({ guard }) => guard), ['stranded']);
    assert.ok(guards[0] !== undefined);
    assert.match(guards[0].why, /^Of 400 people's browsers that were sent to HTTPS since \d{4}-\d\d-\d\d, 12 never came there \(3\.0 percent\)\. .*Firefox \(12\)\. .*10\.20\.0\.0\/16 \(12\)\. .*7 \(curl\)/);
    assert.match(guards[0].fix, /port 443/);
  });

  await t.test('the climb is held back, and that is told once it lasts', async () => {
    await untilPassed('the climb is held back', async () => (await hsts()).held_back !== null);
    assert.match(String((await hsts()).held_back), /12 never came there/);
    assert.match((await gateway.cli('status')).stdout, /^note: app\.example\.test: the climb is held back: Of 400 people's browsers/m);
    assert.match((await gateway.cli('hsts', 'status', HOST)).stdout, /Held back +Of 400/);
    assert.deepEqual(await told(), []);
    await untilPassed('it is told', async () => (await told()).length > 0);
    assert.deepEqual(await told(), ['begun stranded']);
    assert.match(gateway.log(), /does not climb: visitors never arrive over HTTPS/);
    assert.equal((await hsts()).wish.max_age, 300);
  });

  await t.test('when the port is open and they come again, it climbs', async () => {
    await within('nft', 'delete table ip office');
    assert.deepEqual(await come(people('10.20', OFFICE)), { redirected: OFFICE, arrived: OFFICE, lost: 0 });
    await untilPassed('it climbs', async () => (await hsts()).wish.max_age === DAY_S);
    assert.equal((await hsts()).held_back, null);
    await untilPassed('that is told', async () => (await told()).length > 1);
    assert.deepEqual((await told()).toSorted(), ['begun stranded', 'resolved stranded']);
  });

  await t.test('days later the numbers are there, and the rungs compared', async () => {
    const first = (await evidence()).clients[0];
    for (let days = 0; days < 2; days++) {
      const { day } = (await evidence()).clients[0] ?? {};
      await pass(DAY_S);
      await untilPassed('another day has begun', async () => (await evidence()).clients[0]?.day !== day);
    }
    const { clients, trend } = await evidence(); // the memory has the last two days
    const kept = clients.find(({ day }) => day === first?.day);
    assert.deepEqual([kept?.redirected, kept?.arrived, kept?.stranded, kept?.https].map((figure) => figure?.count), [EVERYWHERE + OFFICE + SCRIPTS, EVERYWHERE + OFFICE, SCRIPTS, EVERYWHERE + OFFICE]);
    assert.deepEqual(kept?.networks.map(({ network, count }) => [network, count]), [['10.30.0.0/16', SCRIPTS]]);
    assert.deepEqual(trend.slice(0, 2).map(({ max_age_s: rung }) => rung), [300, DAY_S]);
    assert.equal(trend[0]?.clients.stranded.count, SCRIPTS);
    const text = (await gateway.cli('evidence', HOST, '--since', first?.day ?? '')).stdout;
    assert.match(text, /clients of earlier days\n/);
    assert.match(text, new RegExp(`^${first?.day}  ${EVERYWHERE + OFFICE} +${EVERYWHERE + OFFICE + SCRIPTS} `, 'm'));
    assert.match(text, /^5 minutes {2}/m);
  });
});

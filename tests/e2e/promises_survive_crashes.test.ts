// Climbs, holds and releases under load while control and gateway are killed at random moments. What matters is judged on
// the wire: what browsers were really sent against what the ledger says they are bound until.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { ask, hstsOf } from './lib/client.ts';
import { IS_SANITIZED, type Role, startGateway } from './lib/gateway.ts';
import { startApplication } from './lib/upstream.ts';
import { sleep, until, within } from './lib/wait.ts';

const HOST = 'app.example.test';
const RUNGS = [300, 600, 1200, 2400, 4800];
const ROUNDS = IS_SANITIZED ? 10 : 30;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

const application = await startApplication();
const gateway = await startGateway();
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])] });
await gateway.must('POST', '/v1/private-roots', { certificate_pem: authority.pem });
await gateway.must('PATCH', `/v1/sites/${HOST}`, { ladder: RUNGS });

/** A small generator, so that a run can be repeated by its seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = randomFrom(SEED);
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

/** Every browser's memory at its longest, and what was asked for so far. */
const wire = { expiresMs: 0, seen: 0, faults: [] as string[] };
const asked = new Set<string>(['none']);

function remember(fields: string[]): void {
  wire.seen++;
  const text = fields[0] ?? 'none';
  if (fields.length > 1) wire.faults.push(`${fields.length} fields`);
  const maxAge = /^max-age=(\d+)$/.exec(text)?.[1];
  if (text !== 'none' && maxAge === undefined) wire.faults.push(`a field of another form: ${text}`);
  if (!asked.has(maxAge ?? 'none')) wire.faults.push(`${text} was sent before anybody asked for it`);
  if (maxAge !== undefined) wire.expiresMs = Math.max(wire.expiresMs, Date.now() + Number(maxAge) * 1000);
}

async function browse(stop: () => boolean): Promise<void> {
  while (!stop()) {
    // A connection that died with its gateway may never tell its client.
    await within('an answer', ask(gateway, { via: pick(['https', 'h2'] as const), host: HOST, path: '/name' }), 3000).then((reply) => remember(hstsOf(reply)), () => undefined);
    await sleep(5);
  }
}

/** The ledger's word, after what was seen until now; undefined while control is away. */
async function boundUntilMs(): Promise<number | undefined> {
  const reply = await gateway.api('GET', `/v1/sites/${HOST}/ledger`).catch(() => undefined);
  if (reply?.status !== 200) return undefined;
  const { bound_until } = (reply.body['names'] as unknown as { bound_until: string | null }[])[0] as { bound_until: string | null };
  return bound_until === null ? 0 : Date.parse(bound_until);
}

async function checkLedger(): Promise<void> {
  const expiresMs = wire.expiresMs;
  const until = await boundUntilMs();
  if (until === undefined || expiresMs <= Date.now()) return;
  if (until < expiresMs) wire.faults.push(`bound until ${new Date(until).toISOString()}, but a browser was told until ${new Date(expiresMs).toISOString()}`);
}

/** One change of the wish, with every block overridden that may be; it may fail at any point, as control may be dying. */
async function move(): Promise<void> {
  const wish = random() < 0.25 ? { mode: 'release' } : { mode: 'hold', max_age: pick(RUNGS) };
  asked.add(wish.mode === 'release' ? '0' : String(wish.max_age));
  const path = `/v1/sites/${HOST}/hsts`;
  const first = await gateway.api('PUT', path, wish).catch(() => undefined);
  if (first?.status !== 409) return;
  const guards = ((first.body['guards'] ?? []) as unknown as { guard: string; verdict: string }[]).filter(({ verdict }) => verdict === 'block').map(({ guard }) => guard);
  await gateway.api('PUT', path, { ...wish, override: { guards, reason: 'a test', confirm: HOST } }).catch(() => undefined);
}

function kill(role: Role): void {
  const pid = gateway.child(role);
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went by itself between the two calls.
  }
}

test(`no crash makes the ledger answer too early, or a field appear that was not asked for (SEED=${SEED})`, { timeout: 240_000 }, async () => {
  let stopping = false;
  const browsers = Array.from({ length: 4 }, () => browse(() => stopping));
  for (let round = 0; round < ROUNDS; round++) {
    const moving = move();
    await sleep(Math.floor(random() * 120));
    if (random() < 0.5) kill('control');
    if (random() < 0.2) kill('gateway');
    await moving;
    await until('the admin API answers', async () => (await boundUntilMs()) !== undefined, 30_000);
    await checkLedger();
  }
  await until('changes are applied again', async () => {
    await move();
    return JSON.parse((await gateway.api('GET', '/v1/status')).text).generation.acked > 0;
  }, 30_000);
  stopping = true;
  await Promise.all(browsers);
  await checkLedger();
  assert.deepEqual(wire.faults, []);
  assert.ok(wire.seen > ROUNDS, `${wire.seen} responses were seen`);
});

test('after a release that everybody acknowledged nothing but max-age=0 is sent', { timeout: 60_000 }, async () => {
  asked.add('0');
  await until('the release is applied', async () => {
    const reply = await gateway.api('PUT', `/v1/sites/${HOST}/hsts`, { mode: 'release' });
    return reply.status === 200 && String(reply.body['applied']) === 'true';
  }, 30_000);
  for (let i = 0; i < 20; i++) assert.deepEqual(hstsOf(await ask(gateway, { host: HOST, path: '/name' })), ['max-age=0']);
});

// The operator's path with the commands of the guide: start, see, climb, go back; who did it; a backup; a file in git.
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { ask, hstsOf } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import type { Ran } from './lib/process.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'app.example.test';
const folder = temporaryDirectory();
const application = await startApplication();
const gateway = await startGateway();
const pair = await authority.issue([HOST]);
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [pair] });

const sent = async (): Promise<string[]> => hstsOf(await ask(gateway, { host: HOST, path: '/name' }));
const override = (...guards: string[]): string[] => [...guards.flatMap((one) => ['--override', one]), '--reason', 'a test has no days', '--confirm', HOST];

async function must(...words: string[]): Promise<Ran> {
  const ran = await gateway.cli(...words);
  assert.equal(ran.code, 0, `${words.join(' ')}\n${ran.stdout}${ran.stderr}`);
  return ran;
}

test('a start is refused with the guard, the reason and the fix, and nothing is sent', async () => {
  const refused = await gateway.cli('hsts', 'start', HOST);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /ports/);
  assert.match(refused.stderr, /8\.3/);
  assert.deepEqual(await sent(), []);
  const { entries } = JSON.parse((await must('audit', HOST, '--json')).stdout) as { entries: { act: string; outcome: string }[] };
  assert.deepEqual(entries.slice(0, 1).map(({ act, outcome }) => [act, outcome]), [['hsts.start', 'refused']]);
});

test('guards tells all of them for a move, with evidence from the listener itself', async () => {
  const text = (await must('guards', HOST, 'start')).stdout;
  for (const id of ['served', 'certificate-names', 'ports', 'redirect']) assert.match(text, new RegExp(id));
  const json = JSON.parse((await must('guards', HOST, '--json')).stdout) as { moves: Record<string, { guards?: { guard: string; verdict: string; seen?: string }[] }> };
  const served = json.moves['start']?.guards?.find(({ guard }) => guard === 'served');
  assert.equal(served?.verdict, 'pass', JSON.stringify(served));
  assert.match(String(served.seen), /^\d{4}-/);
});

test('a root that nobody vouches for blocks until somebody does', async () => {
  const refused = await gateway.cli('hsts', 'start', HOST, ...override('ports'));
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /certificate-chain/);
  await must('trust', '--declare-file', authority.file);
  assert.match((await must('trust', '--list')).stdout, /End-to-end test CA/);
});

test('start, with what blocks overridden by name', async () => {
  const started = await must('hsts', 'start', HOST, ...override('ports'));
  assert.match(started.stdout, /max-age=300/);
  assert.deepEqual(await sent(), ['max-age=300']);
  const status = (await must('hsts', 'status', HOST)).stdout;
  assert.match(status, /trial/);
  assert.match(status, /\d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  for (const line of status.split('\n')) assert.ok(line.length <= 80, line);
});

test('a climb waits for its time and its visitors', async () => {
  const early = await gateway.cli('hsts', 'climb', HOST);
  assert.equal(early.code, 1);
  assert.match(early.stderr, /dwell/);
  await must('hsts', 'climb', HOST, ...override('ports', 'dwell', 'traffic'));
  assert.deepEqual(await sent(), ['max-age=86400']);
  const ledger = JSON.parse((await must('ledger', HOST, '--json')).stdout) as { names: { entries: { max_age: number; to: string | null }[] }[] };
  assert.deepEqual(ledger.names[0]?.entries.map(({ max_age }) => max_age).toSorted((a, b) => a - b), [300, 86_400]);
});

test('permanent needs the word of somebody: without a terminal it asks for --yes', async () => {
  assert.equal((await gateway.cli('hsts', 'permanent', HOST)).code, 2);
  assert.deepEqual(await sent(), ['max-age=86400']);
});

test('a bound site cannot be removed, and a backup holds what it was told', async () => {
  const refused = await gateway.cli('site', 'remove', HOST, '--yes');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /keep-name/);
  const file = join(folder, 'backup.db');
  await must('backup', file);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal((await gateway.cli('backup', file)).code, 1, 'it overwrites nothing');
  const fresh = await startGateway();
  const restored = await fresh.cli('restore', file, '--yes');
  assert.equal(restored.code, 0, restored.stderr);
  const hsts = (await fresh.must('GET', `/v1/sites/${HOST}/hsts`)) as unknown as { field: string; bound_until: string };
  assert.equal(hsts.field, 'max-age=86400');
  assert.ok(Date.parse(hsts.bound_until) > Date.now() + 86_400_000);
  assert.deepEqual(hstsOf(await ask(fresh, { host: HOST, path: '/name' })), ['max-age=86400']);
  await fresh.stop();
});

test('apply: the difference first, then the file is what is served; the same file again changes nothing', async () => {
  const file = join(folder, 'sites.yaml');
  writeFileSync(join(folder, 'chain.pem'), pair.cert);
  writeFileSync(join(folder, 'key.pem'), pair.key);
  writeFileSync(file, `sites:\n  - name: ${HOST}\n    upstreams: ["${application.url}"]\n    redirect: permanent\n    cert: chain.pem\n    key: key.pem\n  - name: other.example.test\n    upstreams: ["${application.url}"]\n    local_ca: true\n`);
  const rehearsed = await must('apply', file, '--dry-run');
  assert.match(rehearsed.stdout, /redirect/);
  assert.equal((await gateway.api('GET', '/v1/sites/other.example.test')).status, 404);
  await must('apply', file, '--yes');
  assert.equal((await gateway.api('GET', '/v1/sites/other.example.test')).status, 200);
  // That the certificate of the new site is seen served for the first time is a generation of its own.
  await until('the new site was looked at', async () => (await gateway.must('GET', '/v1/sites/other.example.test/certificates'))['looked'] !== null);
  const before = ((await gateway.must('GET', '/v1/status'))['generation'] as unknown as { wanted: number }).wanted;
  await must('apply', file, '--yes');
  assert.equal(((await gateway.must('GET', '/v1/status'))['generation'] as unknown as { wanted: number }).wanted, before);
  writeFileSync(file, readFileSync(file, 'utf8').replace('redirect: permanent', 'redirect: sometimes'));
  const wrong = await gateway.cli('apply', file, '--yes');
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /redirect/);
});

test('release sends max-age=0 and says until when; the audit log knows all of it', async () => {
  const released = await must('hsts', 'release', HOST);
  assert.match(released.stdout, /max-age=0/);
  assert.deepEqual(await sent(), ['max-age=0']);
  assert.equal((await gateway.cli('hsts', 'release', HOST)).code, 1, 'it is being released already');
  const exported = join(folder, 'audit.jsonl');
  await must('audit', '--export', exported);
  const acts = readFileSync(exported, 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { act: string }).act);
  for (const act of ['site.add', 'hsts.start', 'hsts.climb', 'root.declare', 'apply', 'hsts.release']) assert.ok(acts.includes(act), act);
});

test('the clock is told, and can be vouched for', async () => {
  const clock = JSON.parse((await must('clock', '--json')).stdout) as { trust: string };
  assert.equal(clock.trust, 'good');
  await must('clock', '--confirm');
});

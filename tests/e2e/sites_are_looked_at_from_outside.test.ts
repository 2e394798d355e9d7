// The self-check: what the preload list's checker would say of the gateway's own sites, and that a machine that cannot see itself says so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { createNamespace } from './lib/netns.ts';
import type { Ran } from './lib/process.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'good.test', OUTSIDE = 'outside.test', NOWHERE = 'nowhere.invalid';
// An address of somebody else's: out of this namespace no way leads there.
const namespace = await createNamespace([HOST], { hosts: { '198.41.0.4': [OUTSIDE] }, trust: [authority.file] });
const application = await startApplication();
const gateway = await startGateway({ namespace, http: 80, https: 443 });
const pairs = [await authority.issue([HOST], { seconds: 380 * 86_400 })];
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs });
await gateway.addSite({ name: OUTSIDE, upstreams: [application.url] });
await gateway.addSite({ name: NOWHERE, upstreams: [application.url] });

interface Check {
  state: string;
  sight?: string;
  detail?: string;
  running: boolean;
  changed_since: boolean;
  ready_for_preload: boolean | null;
  checked_at: string | null;
  field: string | null;
  errors: { code: string; mended_by_preload: boolean }[];
}

const flat = ({ stdout, stderr }: Ran): string => `${stdout}${stderr}`.replace(/\s+/g, ' ');
const last = async (site: string): Promise<Check> => (await gateway.must('GET', `/v1/sites/${site}/check`)) as unknown as Check;

async function look(site: string): Promise<Check> {
  const ran = await gateway.cli('self-check', site, '--now', '--json');
  const [found] = (JSON.parse(ran.stdout) as { checks: Check[] }).checks;
  assert.ok(found !== undefined, ran.stderr);
  assert.equal(ran.code, found.state === 'good' ? 0 : 1, ran.stdout);
  return found;
}

test('nothing is known of a site that nobody has looked at', async () => {
  assert.deepEqual(await last(HOST).then(({ state, checked_at, running, errors }) => [state, checked_at, running, errors]), ['never', null, false, []]);
  assert.match((await gateway.cli('self-check')).stdout, new RegExp(`${HOST} +- +0 +-`));
});

test('a machine that cannot see its sites from outside says why, and that it is no error', async () => {
  assert.deepEqual(await look(HOST).then(({ state, sight, detail, errors }) => [state, sight, detail, errors]), ['unseen', 'inside', '127.0.0.1', []]);
  assert.deepEqual(await look(OUTSIDE).then(({ state, sight }) => [state, sight]), ['unseen', 'unreachable']);
  assert.deepEqual(await look(NOWHERE).then(({ state, sight }) => [state, sight]), ['unseen', 'no-address']);
  const told = flat(await gateway.cli('self-check', HOST));
  assert.match(told, /good\.test could not be looked at from outside\. Why The name leads to an address that only this network has: 127\.0\.0\.1\..*self_check\.address=ADDRESS/);
  assert.match((await gateway.cli('status')).stdout, /good\.test .* not seen /);
});

test('at the address that the settings name it is judged as any domain is', async () => {
  const wrong = await gateway.cli('settings', 'set', 'self_check.address=example.org');
  assert.equal(wrong.code, 2);
  assert.match(flat(wrong), /self_check\.address: it is no address/);
  assert.equal((await gateway.cli('settings', 'set', 'self_check.address=127.0.0.1')).code, 0);
  const bare = await look(HOST);
  assert.deepEqual([bare.state, bare.field, bare.errors.map(({ code }) => code)], ['errors', null, ['response.no_header']]);
  await gateway.setHsts(HOST, 31_536_000, true);
  assert.equal((await last(HOST)).changed_since, true);
  const ready = await look(HOST);
  assert.deepEqual([ready.field, ready.ready_for_preload, ready.changed_since], ['max-age=31536000; includeSubDomains', true, false]);
  assert.ok(ready.errors.every(({ mended_by_preload }) => mended_by_preload), JSON.stringify(ready));
  assert.match(flat(await gateway.cli('self-check', HOST)), /would not be taken into the preload list\. .*It is gone once preload is sent\./);
});

test('the last result outlives a kill, and goes with its site', async () => {
  const before = await last(HOST);
  await gateway.killChild('control');
  await until('control answers', async () => (await gateway.cli('self-check')).code === 0);
  assert.deepEqual(await last(HOST).then(({ checked_at, errors }) => [checked_at, errors]), [before.checked_at, before.errors]);
  await gateway.must('DELETE', `/v1/sites/${NOWHERE}`);
  await gateway.addSite({ name: NOWHERE, upstreams: [application.url] });
  assert.equal((await last(NOWHERE)).state, 'never');
});

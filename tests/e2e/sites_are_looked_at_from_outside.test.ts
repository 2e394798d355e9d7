// The self-check: what the preload list's checker would say of the gateway's own sites, and that a machine that cannot see itself says so.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { reachInside } from './lib/inside.ts';
import { createNamespace } from './lib/netns.ts';
import type { Ran } from './lib/process.ts';
import { atEnd, temporaryDirectory } from './lib/scope.ts';
import { fieldOf, startMailServer, textOf } from './lib/smtp.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'good.test', OUTSIDE = 'outside.test', NOWHERE = 'nowhere.invalid';
// An address of somebody else's: out of this namespace no way leads there.
const namespace = await createNamespace([HOST], { hosts: { '198.41.0.4': [OUTSIDE] }, trust: [authority.file] });
const application = await startApplication();
const gateway = await startGateway({ namespace, http: 80, https: 443 });
const pair = await authority.issue([HOST], { seconds: 380 * 86_400 });
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [pair] });
await gateway.addSite({ name: OUTSIDE, upstreams: [application.url] });
await gateway.addSite({ name: NOWHERE, upstreams: [application.url] });

// What visitors would meet if the site were led elsewhere: a server with its certificate that promises nothing.
const inside = await reachInside(namespace), ELSEWHERE = '127.0.0.9', US = '127.0.0.1';
const elsewhere = https.createServer({ cert: pair.cert, key: pair.key }, (_, response) => response.end('welcome'));
elsewhere.listen(await inside.listen(ELSEWHERE, 443));
const lead = (address: string): Promise<unknown> => gateway.must('PATCH', '/v1/settings', { self_check: { address } });
// A mail server that is out here, at a port in there.
const mail = await startMailServer({ pair: await authority.issue(['127.0.0.1']) });
const door = await inside.listen('127.0.0.1', 2525);
door.on('connection', (socket: net.Socket) => {
  const way = net.connect(mail.port, '127.0.0.1');
  for (const one of [socket, way]) one.on('error', () => (socket.destroy(), way.destroy()));
  socket.pipe(way).pipe(socket);
});
atEnd(() => { elsewhere.closeAllConnections(); elsewhere.close(); door.close(); });

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
  findings: { code: string; severity: string }[];
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

interface Guard {
  guard: string;
  verdict: string;
  why: string;
}

const move = (override?: object) => gateway.api('POST', `/v1/sites/${HOST}/hsts/moves`, { move: 'preload-on', override });
const ready = (list: Guard[]): string[][] => list.filter(({ guard }) => guard === 'preload-ready').map(({ verdict, why }) => [verdict, why]);

test('preload is not switched on before a fresh self-check is content', async () => {
  await lead(ELSEWHERE);
  await look(HOST);
  const refused = await move();
  assert.equal(refused.status, 409, refused.text);
  assert.deepEqual(ready(refused.body['guards'] as unknown as Guard[]), [['block',
    'The checker of hstspreload.org would not take the site (response.no_header). No Strict-Transport-Security field is sent.']]);
  await lead(US);
  await look(HOST);
  const { moves } = (await gateway.must('GET', `/v1/sites/${HOST}/guards`)) as unknown as { moves: Record<string, { guards: Guard[] }> };
  const guards = moves['preload-on']?.guards ?? [];
  assert.deepEqual(ready(guards), [['pass', 'By what was seen from outside, hstspreload.org would take the site.']]);
  const blocking = guards.filter(({ verdict }) => verdict === 'block').map(({ guard }) => guard);
  const made = await move({ guards: blocking, reason: 'a test has no days', confirm: HOST });
  assert.equal(made.status, 200, made.text);
  const sent = await look(HOST);
  assert.deepEqual([sent.state, sent.field, sent.errors], ['good', 'max-age=31536000; includeSubDomains; preload', []]);
  assert.deepEqual(sent.findings.filter(({ code }) => code.startsWith('field.')).map(({ code }) => code), ['field.everywhere', 'field.read_alike']);
});

test('a site that sends preload and turns bad is warned of, people are told, and again when it is mended', async () => {
  const added = await gateway.cli('notify', 'add', 'ops', '--kind', 'email', '--host', '127.0.0.1', '--port', '2525', '--from', 'gateway@example.test',
    '--to', 'anna@example.test', '--ca', authority.file, '--event', 'check');
  assert.equal(added.code, 0, added.stderr);
  await lead(ELSEWHERE);
  assert.equal((await look(HOST)).state, 'errors');
  assert.match(flat(await gateway.cli('status')), /warning: good\.test sends preload, but would not be taken into the preload list \(response\.no_header\): No Strict-Transport-Security field is sent\./);
  await until('the mail', () => mail.mails.length === 1);
  await look(HOST); // it is told once
  await lead(US);
  assert.equal((await look(HOST)).state, 'good');
  await until('the mail that it is over', () => mail.mails.length === 2);
  assert.deepEqual(mail.mails.map((one) => fieldOf(one, 'Subject')), [
    '[Strictgate] warning: good.test: sends preload and would not be taken into the list (response.no_header)',
    '[Strictgate] warning: good.test: the self-check finds nothing against the preload list any more',
  ]);
  const [told] = mail.mails;
  assert.match(told === undefined ? '' : textOf(told).replace(/\s+/g, ' '), /No Strict-Transport-Security field is sent\..*Send it on every answer over HTTPS.*"strictgate self-check good\.test --now" looks again\./);
  assert.doesNotMatch((await gateway.cli('status')).stdout, /preload list/);
  const { text } = await gateway.api('GET', '/metrics');
  assert.match(text, /^strictgate_self_check_time_seconds\{site="good\.test"\} \d{10}$/m);
  assert.match(text, /^strictgate_self_check_errors\{site="good\.test"\} 0$/m);
  assert.match(text, /^strictgate_self_check_seen\{site="outside\.test"\} 0$/m);
});

test('how a domain stands with the list is told from the list and by a look, and a listed site that turns bad is warned of as such', async () => {
  const file = join(temporaryDirectory(), 'list.json');
  writeFileSync(file, `{"entries": [{"name": "${HOST}", "policy": "bulk-1-year", "mode": "force-https", "include_subdomains": true}]}`);
  assert.match(flat(await gateway.cli('preload', 'standing', HOST)), /there is no preload list here/);
  assert.equal((await gateway.cli('preload', 'update', '--from', file, '--force')).code, 0);
  const listed = await gateway.cli('preload', 'standing', HOST);
  assert.equal(listed.code, 0, listed.stderr);
  assert.match(flat(listed), /^good\.test is on the preload list \(policy bulk-1-year\)\..* Staying what is seen keeps it on the list Leaving it would not be taken off: header\.removable\.contains\.preload: .*Leaving takes 6 to 12 weeks/);
  assert.match(flat(await gateway.cli('preload', 'standing', 'app.example.org', '--no-look')), /Would bind example\.org and every name below it - A subdomain cannot be listed alone: .* hstspreload\.org itself advises most sites against being listed/);
  await lead(ELSEWHERE);
  assert.equal((await look(HOST)).state, 'errors');
  assert.match(flat(await gateway.cli('status')), /good\.test is on the browsers' preload list, and its self-check found what takes a domain off after a month \(response\.no_header\)/);
  await until('the mail', () => mail.mails.some((one) => fieldOf(one, 'Subject') === '[Strictgate] warning: good.test: would be taken off the preload list (response.no_header)'));
  await lead(US);
  assert.equal((await look(HOST)).state, 'good');
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

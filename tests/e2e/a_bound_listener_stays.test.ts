// What the ledger knows holds for the boot file, too: HTTPS stays on the port on which browsers insist on it.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { ask } from './lib/client.ts';
import { BINARY, startGateway } from './lib/gateway.ts';
import { freePort } from './lib/ports.ts';
import { run } from './lib/process.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'app.example.test';
const DATE = /\d{4}-\d\d-\d\d \d\d:\d\d UTC/;
const application = await startApplication();
const directory = temporaryDirectory();
const [before, after] = [await freePort(), await freePort()];
let gateway = await startGateway({ directory, https: after });
const bootFile = gateway.bootFile;
const boundFile = join(gateway.data, 'bound');

const setPort = (port: number): void => writeFileSync(bootFile, readFileSync(bootFile, 'utf8').replace(/^Https Port = .*$/m, `Https Port = ${port}`));
const refusals = (): number => gateway.log().split('reload refused, nothing changes').length - 1;

async function assertServed(port: number): Promise<void> {
  assert.equal((await ask(gateway, { host: HOST, port, path: '/name' })).status, 200);
}

async function assertReloadRefused(says: RegExp): Promise<void> {
  const count = refusals();
  gateway.process.child.kill('SIGHUP');
  await until('the reload is refused', () => refusals() > count);
  assert.match(gateway.log().split('\n').findLast((line) => line.includes('reload refused')) ?? '', says);
  await assertServed(before);
}

test('without a promise the port is changed by a reload', async () => {
  // Before control looks at the site for the first time, which it does by itself when it starts anew for the port.
  await gateway.must('POST', '/v1/private-roots', { certificate_pem: authority.pem });
  await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])] });
  await assertServed(after);
  setPort(before);
  const control = gateway.child('control');
  gateway.process.child.kill('SIGHUP');
  await until('it is served on the other port', async () => (await ask(gateway, { host: HOST, port: before, path: '/name' })).status === 200);
  await until('the old one is closed', () => ask(gateway, { host: HOST, port: after, path: '/name' }).then(() => false, () => true));
  await until('there is another control', () => ![undefined, control].includes(gateway.child('control')));
});

test('a reload that moves or closes HTTPS is refused while browsers are bound, and traffic goes on', async () => {
  await until('control is back', async () => (await gateway.api('GET', '/v1/status')).status === 200);
  await gateway.setHsts(HOST, 300);
  assert.match(readFileSync(boundFile, 'utf8'), new RegExp(`^strictgate-bound 1\nname ${HOST}\nhttps ${before}\n`));
  setPort(after);
  await assertReloadRefused(new RegExp(`${bootFile}:\\d+: Https Port: HTTPS would move from port ${before} to port ${after}.*${HOST}.*${DATE.source}`));
  setPort(0);
  await assertReloadRefused(/Https Port: there would be no HTTPS/);
  setPort(before);
  gateway.process.child.kill('SIGHUP');
  await until('the old file is taken again', () => gateway.log().includes('notice: reloaded\n'));
});

test('a start with another port ends with exit status 2 and the date; check-config says the same', async () => {
  await gateway.stop();
  setPort(after);
  for (const command of ['run', 'check-config']) {
    const ran = await run(BINARY, [command, '-c', bootFile]);
    assert.equal(ran.code, 2, ran.stderr);
    assert.match(ran.stderr, new RegExp(`${bootFile}:\\d+: Https Port: .*${HOST} until ${DATE.source} .*keep-listener`));
  }
  const wrong = await run(BINARY, ['run', '-c', bootFile, '--override', 'keep-listener', '--reason', 'x', '--confirm', 'other.example.test']);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, new RegExp(`--confirm.*${HOST}`));
  for (const options of [['--override', 'keep-listener'], ['--reason', 'x'], ['--override', 'keep-name', '--reason', 'x', '--confirm', HOST]]) {
    assert.equal((await run(BINARY, ['run', '-c', bootFile, ...options])).code, 2, options.join(' '));
  }
});

test('overridden, it starts, and the audit log knows; from then on the new port is the one that stays', async () => {
  const options = ['--override', 'keep-listener', '--reason', 'a new balancer', '--confirm', HOST];
  // The helper runs FILE ARGS… BINARY run -c FILE; what stands behind is added by a shell.
  gateway = await startGateway({ directory, http: gateway.http, https: after, command: { file: '/bin/sh', args: ['-c', 'exec "$@" --override keep-listener --reason "a new balancer" --confirm "$0"', HOST] } });
  await assertServed(after);
  assert.match(gateway.log(), /overridden \(a new balancer\): .*HTTPS would move/);
  assert.match(readFileSync(boundFile, 'utf8'), new RegExp(`\nhttps ${after}\n`));
  const { entries } = (await gateway.must('GET', `/v1/audit?site=${HOST.toUpperCase()}&limit=1`)) as unknown as { entries: Record<string, unknown>[] };
  const [entry] = entries;
  assert.equal(entry?.['act'], 'listener.change');
  assert.equal(entry['actor'], 'boot file');
  assert.deepEqual(entry['before'], { https: before, http: gateway.http });
  assert.deepEqual(entry['after'], { https: after, http: gateway.http });
  assert.equal(entry['override'], 'keep-listener');
  assert.equal(entry['reason'], 'a new balancer');
  setPort(before);
  assert.equal((await run(BINARY, ['check-config', '-c', bootFile])).code, 2);
  assert.equal((await run(BINARY, ['check-config', '-c', bootFile, ...options])).code, 0);
  const count = refusals();
  gateway.process.child.kill('SIGHUP');
  await until('the override was of the start alone', () => refusals() > count);
});

test('a file that says nothing is a warning, and control writes it anew', async () => {
  await gateway.stop();
  setPort(after);
  writeFileSync(boundFile, 'until the cows come home\n');
  gateway = await startGateway({ directory, http: gateway.http, https: after });
  assert.match(gateway.log(), /warning: whether browsers insist on HTTPS on some port is not known/);
  await until('it is written anew', () => readFileSync(boundFile, 'utf8').startsWith('strictgate-bound 1\n'));
  const checked = await run(BINARY, ['check-config', '-c', bootFile]);
  assert.equal(checked.code, 0);
  assert.match(checked.stdout, new RegExp(`browsers bound +to HTTPS on port ${after} for ${HOST} until ${DATE.source} or later`));
});

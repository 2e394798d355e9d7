import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { ask, hstsOf } from './lib/client.ts';
import { BINARY, startGateway } from './lib/gateway.ts';
import { startLoad } from './lib/load.ts';
import { start } from './lib/process.ts';
import { startApplication } from './lib/upstream.ts';
import { sleep, until } from './lib/wait.ts';

const HOST = 'app.example.test';
const application = await startApplication();
const gateway = await startGateway();
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])], hsts: 300 });

test('while control hangs, requests are served', { timeout: 60_000 }, async () => {
  const pid = gateway.child('control');
  assert.ok(pid !== undefined);
  const load = await startLoad(gateway, { host: HOST });
  process.kill(pid, 'SIGSTOP');
  await sleep(2000);
  const before = load.done();
  await until('requests are served', () => load.done() > before + 100);
  const status = gateway.cli('status');
  await sleep(1000);
  process.kill(pid, 'SIGCONT');
  assert.equal((await status).code, 0, 'the command line waited for it');
  const { failures } = await load.stop();
  assert.deepEqual(failures, []);
  await gateway.untilServing();
});

test('a gateway that dies while control is down starts from the last good snapshot', async () => {
  const control = gateway.child('control');
  const old = gateway.child('gateway');
  assert.ok(control !== undefined && old !== undefined);
  process.kill(control, 'SIGSTOP');
  process.kill(old, 'SIGKILL');
  await until('served again', async () => {
    const reply = await ask(gateway, { host: HOST, path: '/name' });
    return reply.status === 200 && hstsOf(reply)[0] === 'max-age=300';
  });
  process.kill(control, 'SIGCONT');
  await gateway.untilServing();
});

test('with a store that cannot be read the sealed snapshot is served after a restart', { timeout: 60_000 }, async () => {
  await gateway.stop();
  const state = join(gateway.data, 'strictgate.db');
  assert.ok(existsSync(join(gateway.data, 'snapshot.sealed')));
  renameSync(state, `${state}.kept`);
  writeFileSync(state, 'this is no database'.repeat(100), { mode: 0o600 });
  const { bootFile } = gateway;
  const again = start(BINARY, ['run', '-c', bootFile]);
  await until('served from the sealed snapshot', async () => (await ask(gateway, { host: HOST, path: '/name' })).status === 200, 15_000);
  await until('the log says what is wrong', () => /strictgate\.db/.test(again.output()));
  // It is started again and again, and may listen for a moment each time: who asks just then is given no answer.
  await until('the command says that control does not run', async () => {
    const status = await gateway.cli('status');
    if (status.code !== 3) throw new Error(`exit ${status.code}: ${status.stderr}`);
    return /runs there, but its control process does not/.test(status.stderr);
  });
  await again.end();
  renameSync(`${state}.kept`, state);
});

test('a damaged seal.key is no reason to begin anew: nothing is overwritten, and putting it back is enough', { timeout: 60_000 }, async () => {
  const key = join(gateway.data, 'seal.key');
  const kept = readFileSync(key);
  writeFileSync(key, '', { mode: 0o600 });
  const without = start(BINARY, ['run', '-c', gateway.bootFile]);
  await until('the log says what is wrong', () => /seal\.key is damaged, and the private keys in the store were sealed with it/.test(without.output()), 15_000);
  await without.end();
  assert.equal(statSync(key).size, 0);
  writeFileSync(key, kept, { mode: 0o600 });
  const again = start(BINARY, ['run', '-c', gateway.bootFile]);
  await until('served', async () => (await ask(gateway, { host: HOST, path: '/name' })).status === 200, 15_000);
  await again.end();
});

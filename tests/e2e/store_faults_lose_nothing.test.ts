// A store on a disk of its own: full, damaged, opened twice, read-only. What must hold each time: a clear error, traffic
// that goes on, and nothing that was acknowledged lost.
import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { ask, hstsOf } from './lib/client.ts';
import { BINARY, startGateway } from './lib/gateway.ts';
import { freePort } from './lib/ports.ts';
import { run, runOk, start } from './lib/process.ts';
import { atEnd, temporaryDirectory } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'app.example.test';
const disk = temporaryDirectory();
await runOk('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=0755', 'strictgate-test', disk]);
atEnd(() => runOk('umount', ['--lazy', disk]));

const application = await startApplication();
const gateway = await startGateway({ directory: disk });
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])], hsts: 300 });

const served = async (): Promise<unknown> => {
  const reply = await ask(gateway, { host: HOST, path: '/name' });
  return [reply.status, ...hstsOf(reply)];
};
const PROMISED = [200, 'max-age=300'];

/** Fills the disk to its last byte. */
function fill(): void {
  for (const size of [1 << 16, 4096, 1]) {
    try {
      for (let i = 0; i < 200; i++) writeFileSync(join(disk, `filler-${size}-${i}`), Buffer.alloc(size));
    } catch {
      // full
    }
  }
}

function empty(): void {
  for (const name of readdirSync(disk).filter((one) => one.startsWith('filler-'))) rmSync(join(disk, name));
}

test('a full disk: the change is refused with what to do, and nothing of it happens', { timeout: 60_000 }, async () => {
  fill();
  // The log of the database has room of its own for a few changes.
  const refused = await until('a change is refused', async () => {
    const reply = await gateway.api('POST', '/v1/sites', { name: `s${Math.random().toString(36).slice(2)}.example.test`, upstreams: [application.url], error_page: 'x'.repeat(60_000) });
    return reply.status >= 500 ? reply : undefined;
  }, 20_000);
  assert.match(refused.text, /disk|space|full/i);
  assert.match(String(refused.body['fix']), /\w{4}/);
  const before = (await gateway.must('GET', `/v1/sites/${HOST}/hsts`))['wish'] as unknown as { mode: string };
  assert.equal(before.mode, 'hold');
  assert.deepEqual(await served(), PROMISED);
  empty();
  await until('changes are taken again', async () => (await gateway.api('PATCH', `/v1/sites/${HOST}`, { redirect: 'permanent' })).status === 200);
  assert.deepEqual(await served(), PROMISED);
});

test('a second strictgate on the same data directory is refused at once', async () => {
  const second = await run(BINARY, ['run', '--data', gateway.data, '--set', `Server.Http Port=${await freePort()}`, '--set', 'Server.Https Port=0']);
  assert.notEqual(second.code, 0);
  assert.match(second.stderr, /runs|in use|locked/i);
  assert.deepEqual(await served(), PROMISED);
});

test('a damaged database is left as it is: traffic goes on from the sealed snapshot, and the log says what to do', { timeout: 60_000 }, async () => {
  await gateway.stop();
  const database = join(gateway.data, 'strictgate.db');
  const kept = join(gateway.data, 'kept.db');
  await runOk('cp', ['-p', database, kept]);
  await runOk('dd', ['if=/dev/urandom', `of=${database}`, 'bs=4096', 'seek=1', 'count=6', 'conv=notrunc', 'status=none']);
  const before = await runOk('sha256sum', [database]);
  const again = start(BINARY, ['run', '-c', gateway.bootFile]);
  await until('served from the sealed snapshot', async () => (await ask(gateway, { host: HOST, path: '/name' })).status === 200);
  assert.deepEqual(await served(), PROMISED);
  await until('the log says what is wrong', () => /strictgate\.db.*damaged/.test(again.output()));
  await again.end();
  assert.equal(await runOk('sha256sum', [database]), before);
  await runOk('cp', ['-p', kept, database]);
  for (const name of readdirSync(gateway.data).filter((one) => /^strictgate\.db-/.test(one))) rmSync(join(gateway.data, name));
  const mended = await startGateway({ directory: disk, http: gateway.http, https: gateway.https });
  assert.deepEqual(await served(), PROMISED);
  const { bound_until } = (await mended.must('GET', `/v1/sites/${HOST}/hsts`)) as unknown as { bound_until: string | null };
  assert.notEqual(bound_until, null);
  await mended.stop();
});

test('a read-only disk is told at the start, with what to do', { timeout: 60_000 }, async () => {
  await runOk('mount', ['-o', 'remount,ro', disk]);
  const refused = await run(BINARY, ['run', '-c', gateway.bootFile]);
  await runOk('mount', ['-o', 'remount,rw', disk]);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /read-only/i);
});

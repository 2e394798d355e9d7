// `make run`, the first thing a newcomer tries: it sets itself up, prints what to open, that opens, and it ends when told to.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { freePort } from './lib/ports.ts';
import { runOk, start } from './lib/process.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { until, within } from './lib/wait.ts';

const root = resolve(import.meta.dirname, '../..');
const strictgate = process.env['STRICTGATE'] ?? join(root, 'build/strictgate');

// Ctrl-C goes to all that runs in the terminal, and each is to end once all the same.
for (const ending of ['SIGTERM', 'Ctrl-C'] as const) test(`what it says to open opens, and it leaves nothing running: ${ending}`, async () => {
  const run = join(temporaryDirectory(), 'run');
  mkdirSync(join(run, 'demo'), { recursive: true });
  const [port, panel] = [String(await freePort()), String(await freePort())];
  writeFileSync(join(run, 'demo', 'port'), `${await freePort()}\n`); // the application's, as of an earlier run
  const demonstration = start('setsid', [join(root, 'tools/run')], { env: { ...process.env, RUN: run, HTTPS_PORT: port, PANEL_PORT: panel, BUILD: dirname(strictgate) } });
  await until('it says what to open', () => {
    assert.equal(demonstration.child.exitCode, null, demonstration.output());
    return demonstration.output().includes('Ctrl-C stops everything');
  }, 120_000);
  const [, url = ''] = / open +(https:\/\/\S+)/.exec(demonstration.output()) ?? [];
  const page = await runOk('curl', ['-sS', '--fail', '--cacert', join(run, 'root.pem'), '--resolve', `app.localhost:${port}:127.0.0.1`, url]);
  assert.match(page, /<title>/i);
  assert.match(await runOk(strictgate, ['-c', join(run, 'strictgate.ini'), 'status']), /app\.localhost/);
  if (ending === 'Ctrl-C') process.kill(-demonstration.pid, 'SIGINT');
  else demonstration.child.kill('SIGTERM');
  await within('it has ended', demonstration.exited);
  assert.match(readFileSync(join(run, 'strictgate.log'), 'utf8'), /control \(process \d+\) exited with status 0\n/);
  await assert.rejects(runOk('curl', ['-sSk', '--max-time', '5', `https://127.0.0.1:${port}/`]));
});

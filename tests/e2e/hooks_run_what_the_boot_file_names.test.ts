import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startGateway } from './lib/gateway.ts';
import { createNamespace } from './lib/netns.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { until } from './lib/wait.ts';

// What the hook shall do is in a file beside it, so that one gateway serves all tests.
const directory = temporaryDirectory();
const out = join(directory, 'out');
const hook = join(directory, 'hook');
const body = join(directory, 'body');
mkdirSync(out);
chmodSync(out, 0o777);
writeFileSync(hook, `#!/bin/sh\nOUT=${out}\numask 022\n. ${body}\n`);
chmodSync(hook, 0o755);
const does = (script: string): void => writeFileSync(body, script);
const read = (name: string): string => readFileSync(join(out, name), 'utf8');

// Nobody answers as a resolver: a hook needs none.
const namespace = await createNamespace([], { resolver: '127.0.0.1' });
const gateway = await startGateway({ namespace, sections: { Hooks: { Dns: hook, 'Time Limit': 60 } } });
const rehearse = (name: string, at = gateway) => at.api('POST', '/v1/dns/test', { name });

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('the hook is told what to add and what to remove, and is given nothing else', async () => {
  does('echo "$@" >>$OUT/calls; env | sort >$OUT/env; ls -l /proc/self/fd >$OUT/fds; pwd >$OUT/pwd; id -u >$OUT/uid; cat >$OUT/input; grep NoNewPrivs /proc/self/status >$OUT/status');
  const reply = await rehearse('*.www.example.test');
  assert.equal(reply.status, 200, reply.text);
  const calls = read('calls').trim().split('\n').map((line) => line.split(' '));
  assert.deepEqual(calls.map((words) => words.slice(0, 3)), [['dns-01', 'add', '_acme-challenge.www.example.test'], ['dns-01', 'remove', '_acme-challenge.www.example.test']]);
  assert.equal(calls[0]?.[3], calls[1]?.[3]);
  assert.match(calls[0]?.[3] ?? '', /^[0-9a-f]{32}$/);
  assert.deepEqual(read('env').trim().split('\n').map((line) => line.split('=')[0]).filter((name) => name !== '_' && name !== 'OLDPWD'), ['HOME', 'LANG', 'PATH', 'PWD', 'SHELL']);
  assert.equal(read('fds').split('\n').filter((line) => /\s[3-9]\d* ->/.test(line) && !line.includes('/proc/')).filter((line) => !line.includes('/hook')).filter((line) => !line.includes('/body')).length, 0, read('fds'));
  assert.equal(read('pwd').trim(), '/');
  assert.equal(read('input'), '');
  assert.match(read('status'), /NoNewPrivs:\s+1/);
  if (process.getuid?.() === 0) assert.notEqual(read('uid').trim(), '0');
  const listed = await gateway.must('GET', '/v1/dns');
  assert.equal(listed['hook'] as unknown, true);
});

test('a hook that fails is told with its status and its last words, made harmless', async () => {
  does('printf "no such zone \\033[31mred\\a\\n" >&2; exit 3');
  const reply = await rehearse('www.example.test');
  assert.equal(reply.status, 500);
  assert.equal(reply.body['detail'] as unknown, 'The hook for DNS ended with status 3: no such zone ?[31mred?');
});

test('a hook that is killed is told by its signal', async () => {
  does('kill -SEGV $$');
  const reply = await rehearse('www.example.test');
  assert.match(String(reply.body['detail']), /killed by signal 11 \(Segmentation fault\)/);
});

test('a hook that does not end is killed with all it has started', async () => {
  does('if [ "$2" = add ]; then sleep 1000 & echo $! >$OUT/left; echo waiting; sleep 1000; fi');
  const impatient = await startGateway({ namespace, sections: { Hooks: { Dns: hook, 'Time Limit': 2 } } });
  const reply = await rehearse('www.example.test', impatient);
  assert.match(String(reply.body['detail']), /did not end within its time limit and was killed: waiting/);
  const left = Number(read('left'));
  await until('what it has started is gone', () => !isAlive(left));
  await impatient.stop();
});

test('what a hook leaves behind ends with it', async () => {
  does('sleep 1000 >/dev/null & echo $! >$OUT/left');
  assert.equal((await rehearse('www.example.test')).status, 200);
  const left = Number(read('left'));
  await until('what it has left behind is gone', () => !isAlive(left));
});

test('of much output the beginning is kept, and nobody waits', async () => {
  does('if [ "$2" = add ]; then yes too much | head -c 3000000; exit 1; fi');
  const reply = await rehearse('www.example.test');
  const detail = String(reply.body['detail']);
  assert.match(detail, /ended with status 1: too much too much/);
  assert.ok(detail.length < 512);
});

test('only a few run at the same time, and the others have their turn', async () => {
  does('mkdir $OUT/run.$$; ls -d $OUT/run.* | wc -l >>$OUT/counts; sleep 0.3; rmdir $OUT/run.$$');
  const replies = await Promise.all(Array.from({ length: 9 }, (_, i) => rehearse(`n${i}.example.test`)));
  assert.deepEqual(replies.map(({ status }) => status), Array.from({ length: 9 }, () => 200));
  const counts = read('counts').trim().split('\n').map(Number);
  assert.equal(counts.length, 18);
  assert.ok(Math.max(...counts) <= 4, `${Math.max(...counts)} at a time`);
  assert.deepEqual(readdirSync(out).filter((name) => name.startsWith('run.')), []);
});

test('a hook whose control dies is ended with it, and the next control can run one', async () => {
  does('echo $$ >$OUT/pid; sleep 1000');
  const pending = rehearse('www.example.test').catch(() => undefined);
  await until('the hook runs', () => existsSync(join(out, 'pid')) && Number(read('pid')) > 0);
  const pid = Number(read('pid'));
  assert.ok(isAlive(pid));
  await gateway.killChild('control');
  await pending;
  await until('the hook is gone', () => !isAlive(pid));
  await gateway.untilServing();
  does('exit 0');
  assert.equal((await rehearse('www.example.test')).status, 200);
});

test('a program that cannot be executed is told plainly', async () => {
  chmodSync(hook, 0o644);
  const reply = await rehearse('www.example.test');
  chmodSync(hook, 0o755);
  assert.match(String(reply.body['detail']), /The hook for DNS was not started: cannot start .*hook: Permission denied/);
});

test('check-config shows the hooks, and which cannot be executed', async () => {
  const fine = await gateway.cli('check-config');
  assert.match(fine.stdout, new RegExp(`hook for DNS +${hook}\\n`));
  assert.match(fine.stdout, /time limit +60 s for a hook/);
  const bad = await gateway.cli('check-config', '--set', 'Hooks.Notify=/nonexistent/hook');
  assert.match(bad.stdout, /notify hook +\/nonexistent\/hook \(cannot be executed\)/);
});

test('a boot file that names the hook no longer is obeyed after a reload', async () => {
  const boot = readFileSync(gateway.bootFile, 'utf8');
  writeFileSync(gateway.bootFile, boot.replace(/^Dns = .*$/m, ''));
  const control = gateway.child('control');
  process.kill(gateway.process.pid, 'SIGHUP');
  await until('control is started again', () => gateway.child('control') !== undefined && gateway.child('control') !== control);
  await gateway.untilServing();
  const reply = await rehearse('www.example.test');
  assert.match(String(reply.body['detail']), /Nothing here may change the DNS/);
});

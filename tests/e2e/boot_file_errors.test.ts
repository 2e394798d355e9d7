import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { BINARY, startGateway } from './lib/gateway.ts';
import { freePort } from './lib/ports.ts';
import { run } from './lib/process.ts';
import { atEnd, temporaryDirectory } from './lib/scope.ts';

const directory = temporaryDirectory();
const file = join(directory, 'strictgate.ini');
const [one, two] = [await freePort(), await freePort()];
const taken = await freePort();
const holder = net.createServer().listen(taken, '127.0.0.1');
atEnd(() => holder.close());

const HEAD = ['[Server]', 'Listen Address = 127.0.0.1', `Http Port = ${one}`, `Https Port = ${two}`];
const DATA = ['[Data]', `Data Directory = ${join(directory, 'data')}`];

type Case = [what: string, lines: string[], line: number, says: RegExp];

const cases: Case[] = [
  ['an unknown key', [...HEAD, 'Htttp Port = 80', ...DATA], 5, /Htttp Port/i],
  ['an unknown section', [...HEAD, ...DATA, '[Sever]', 'x = y'], 7, /Sever/],
  ['a key before any section', ['Http Port = 80', ...DATA], 1, /section/i],
  ['a line that is neither', [...HEAD, 'hello', ...DATA], 5, /./],
  ['an unclosed section', ['[Server', 'Http Port = 80'], 1, /./],
  ['a port that is no number', ['[Server]', 'Http Port = eighty', ...DATA], 2, /Http Port/i],
  ['a port beyond 65535', ['[Server]', 'Https Port = 70000', ...DATA], 2, /Https Port/i],
  ['a negative port', ['[Server]', 'Https Port = -1', ...DATA], 2, /Https Port/i],
  ['a bad address', ['[Server]', 'Listen Address = 300.1.2.3', ...DATA], 2, /300\.1\.2\.3/],
  ['a bad number of workers', [...HEAD, 'Workers = 0', ...DATA], 5, /Workers/i],
  ['too many workers', [...HEAD, 'Workers = 1000', ...DATA], 5, /Workers/i],
  ['a user that does not exist', [...HEAD, 'User = nobody-of-that-name', ...DATA], 5, /nobody-of-that-name/],
  ['a user that is root', [...HEAD, 'User = root', ...DATA], 5, /must not be done as root/],
  ['a user that is root by its number', [...HEAD, 'User = 0', ...DATA], 5, /must not be done as root/],
  ['a relative static root', [...HEAD, 'Static Root = www', ...DATA], 5, /Static Root|www/i],
  ['a key twice', [...HEAD, `Http Port = ${one}`, ...DATA], 5, /Http Port/i],
  ['a level that is none', [...HEAD, ...DATA, '[Log]', 'Level = loud'], 8, /loud/],
  ['an access log format that is none', [...HEAD, ...DATA, '[Log]', 'Access Log Format = xml'], 8, /xml/],
  ['a listener without a name', [...HEAD, ...DATA, '[Listener]', 'Address = 127.0.0.1:1'], 7, /./],
  ['a listener without an address', [...HEAD, ...DATA, '[Listener a]', 'Protocol = http'], 7, /Address/i],
  ['a protocol that is none', [...HEAD, ...DATA, '[Listener a]', `Address = 127.0.0.1:${await freePort()}`, 'Protocol = gopher'], 9, /gopher/],
  ['a truth value that is none', [...HEAD, ...DATA, '[Listener a]', `Address = 127.0.0.1:${await freePort()}`, 'Proxy Protocol = perhaps'], 9, /perhaps/],
  ['a bad network', [...HEAD, ...DATA, '[Listener a]', `Address = 127.0.0.1:${await freePort()}`, 'Trusted Proxies = 10.0.0.0/99'], 9, /10\.0\.0\.0\/99/],
  ['a bad mode', [...HEAD, ...DATA, '[Listener a]', `Address = unix:${join(directory, 'a.sock')}`, 'Mode = 999'], 9, /999/],
  ['a descriptor that was not passed', [...HEAD, ...DATA, '[Listener a]', 'Address = fd:web'], 8, /web/],
  ['a Unix socket where there is no folder', [...HEAD, ...DATA, '[Listener a]', 'Address = unix:/nowhere/a.sock'], 8, /nowhere/],
  ['an access log where there is no folder', [...HEAD, ...DATA, '[Log]', 'Access Log = /nowhere/access.log'], 8, /nowhere/],
  ['a port in use', ['[Server]', 'Listen Address = 127.0.0.1', `Http Port = ${taken}`, `Https Port = ${two}`, ...DATA], 3, new RegExp(`${taken}[^]*(in use|taken)|(in use|taken)[^]*${taken}`, 'i')],
  ['a port twice', [...HEAD, ...DATA, '[Listener a]', `Address = 127.0.0.1:${one}`], 8, /taken|already/i],
  ['a data directory that cannot be', ['[Server]', 'Listen Address = 127.0.0.1', `Http Port = ${one}`, `Https Port = ${two}`, '[Data]', 'Data Directory = /proc/nowhere'], 6, /\/proc\/nowhere/],
  ['a data directory that is a file', ['[Server]', 'Listen Address = 127.0.0.1', `Http Port = ${one}`, `Https Port = ${two}`, '[Data]', `Data Directory = ${file}`], 6, /directory/i],
];

for (const [what, lines, line, says] of cases) {
  test(`exit status 2, one line with file and line: ${what}`, async () => {
    writeFileSync(file, `${lines.join('\n')}\n`);
    const ran = await run(BINARY, ['run', '-c', file]);
    assert.equal(ran.code, 2, ran.stderr);
    const errors = ran.stderr.trim().split('\n').filter((text) => text.includes(file));
    assert.equal(errors.length, 1, ran.stderr);
    assert.ok(errors[0]?.includes(`${file}:${line}: `), ran.stderr);
    assert.match(errors[0] ?? '', says);
  });
}

test('check-config finds the same and says what a good file means', async () => {
  writeFileSync(file, [...HEAD, 'Nonsense = 1', ...DATA].join('\n'));
  const bad = await run(BINARY, ['check-config', '-c', file]);
  assert.equal(bad.code, 2);
  assert.match(bad.stderr, new RegExp(`${file}:5: `));
  writeFileSync(file, [...HEAD, ...DATA].join('\n'));
  const good = await run(BINARY, ['check-config', '-c', file]);
  assert.equal(good.code, 0, good.stderr);
  for (const words of [String(one), 'workers', '/var/www', 'access.log']) assert.ok(good.stdout.includes(words), good.stdout);
});

test('a boot file that is not there, or is a folder, is an error of its own', async () => {
  const missing = await run(BINARY, ['run', '-c', join(directory, 'missing.ini')]);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /missing\.ini/);
  mkdirSync(join(directory, 'folder'));
  assert.equal((await run(BINARY, ['run', '-c', join(directory, 'folder')])).code, 2);
});

test('key names are taken in any case, with comments, white space and CR LF', async () => {
  const other = temporaryDirectory();
  const port = await freePort();
  const gateway = await startGateway({ directory: other, http: port, server: { } });
  assert.equal((await gateway.api('GET', '/v1/status')).status, 200);
  await gateway.stop();
  const text = ['; comment', '# comment', '[SERVER]', 'listen address=127.0.0.1', `  HTTP PORT   =   ${port}  `, 'https port = 0', '', '[data]', `DATA directory = ${gateway.data}`].join('\r\n');
  writeFileSync(file, text);
  const ran = await run(BINARY, ['check-config', '-c', file]);
  assert.equal(ran.code, 0, ran.stderr);
});

test('a second gateway on the same data directory is refused', async () => {
  const gateway = await startGateway();
  writeFileSync(file, ['[Server]', 'Listen Address = 127.0.0.1', `Http Port = ${one}`, 'Https Port = 0', '[Data]', `Data Directory = ${gateway.data}`].join('\n'));
  const ran = await run('timeout', ['-s', 'KILL', '10', BINARY, 'run', '-c', file]).catch(() => ({ code: -1, stderr: 'still running after 10 s', stdout: '' }));
  assert.ok(ran.code === 2 || ran.code === 1, `${ran.code} ${ran.stderr}`);
  assert.match(ran.stderr, /data/i);
  assert.equal((await gateway.api('GET', '/v1/status')).status, 200);
});

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { contentsBelow } from './lib/files.ts';
import { startGateway } from './lib/gateway.ts';
import { connectPlain, splitResponses } from './lib/raw.ts';
import { temporaryDirectory } from './lib/scope.ts';

const gateway = await startGateway();
const other = await startGateway();
const folder = temporaryDirectory();
const PASSWORD = 'correct horse battery';

function passwordFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, `${text}\n`, { mode: 0o600 });
  return path;
}
const first = passwordFile('first', PASSWORD);
const second = passwordFile('second', 'another horse, please');

interface Accounts {
  accounts: { name: string; role: string }[];
}

async function names(of = gateway): Promise<string[]> {
  return ((await of.must('GET', '/v1/accounts')) as unknown as Accounts).accounts.map(({ name, role }) => `${name} ${role}`);
}

test('accounts are added, shown and listed from the command line', async () => {
  const none = await gateway.cli('admin', 'list');
  assert.match(none.stdout, /nobody can sign in/);
  const added = await gateway.cli('admin', 'add', 'anna', '--role', 'owner', '--password-file', first);
  assert.equal(added.code, 0, added.stderr);
  const json = await gateway.cli('admin', 'add', 'bert', '--role', 'viewer', '--password-file', first, '--language', 'fr', '--json');
  assert.equal((JSON.parse(json.stdout) as { language: string }).language, 'fr');
  const listed = await gateway.cli('admin', 'list');
  assert.match(listed.stdout, /^anna +owner +no +0 /m);
  const shown = await gateway.cli('admin', 'show', 'ANNA');
  assert.match(shown.stdout, /^role +owner$/m);
});

test('what is wrong is said, and nothing is done', async () => {
  const cases: [string[], number, RegExp][] = [
    [['add', 'carla', '--role', 'owner', '--password-file', passwordFile('short', 'short')], 2, /shorter than 12/],
    [['add', 'carla', '--password-file', first], 2, /--role/],
    [['add', 'carla', '--role', 'king', '--password-file', first], 2, /role/],
    // Before the password is asked for: there is nobody here who could type one.
    [['add', 'carla', '--role', 'king'], 2, /^error: --role: there is no such role/],
    [['add', 'car la', '--role', 'owner'], 2, /^error: NAME/],
    [['add', 'carla', '--role', 'owner', '--language', '??'], 2, /^error: --language/],
    [['add', 'car la', '--role', 'owner', '--password-file', first], 2, /name/],
    [['add', 'Anna', '--role', 'owner', '--password-file', first], 1, /already/],
    [['add', 'carla', '--role', 'owner', '--password', PASSWORD], 2, /--password/],
    [['add', 'carla', '--role', 'owner', '--password-file', join(folder, 'nothing')], 2, /--password-file/],
    [['role', 'anna', 'viewer'], 1, /last owner/],
    [['remove', 'anna', '--yes'], 1, /last owner/],
    [['remove', 'bert'], 2, /--yes/],
    [['reset', 'anna', '--keep-password'], 2, /nothing to reset/],
    [['show', 'carla'], 1, /no account carla/],
  ];
  for (const [args, code, says] of cases) {
    const ran = await gateway.cli('admin', ...args);
    assert.equal(ran.code, code, `${args.join(' ')}: ${ran.stderr}`);
    assert.match(ran.stderr, says);
  }
  assert.deepEqual(await names(), ['anna owner', 'bert viewer']);
});

test('roles, resets and removals are acts in the audit log', async () => {
  for (const args of [['role', 'bert', 'owner'], ['reset', 'anna', '--password-file', second, '--totp', '--passkeys'], ['role', 'anna', 'operator'], ['remove', 'anna', '--yes']]) {
    const ran = await gateway.cli('admin', ...args);
    assert.equal(ran.code, 0, ran.stderr);
  }
  assert.deepEqual(await names(), ['bert owner']);
  const log = (await gateway.api('GET', '/v1/audit')).text;
  for (const act of ['account.add', 'account.change', 'account.remove']) assert.match(log, new RegExp(`"${act.replace('.', '\\.')}"`));
  assert.match(log, /"uid \d+/);
});

test('two passwords are hashed at a time, in the sandbox; one more has to come again', async () => {
  // All of them lie before control when it goes on: none may come so late that another is done.
  const control = gateway.child('control') ?? 0;
  const clients = await Promise.all(Array.from({ length: 8 }, () => connectPlain({ port: 0, path: join(gateway.data, 'control.sock') })));
  process.kill(control, 'SIGSTOP');
  await Promise.all(clients.map(({ socket }, i) => {
    const body = JSON.stringify({ name: `many${i}`, role: 'viewer', password: PASSWORD });
    return new Promise((sent) => socket.write(`POST /v1/accounts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`, sent));
  }));
  process.kill(control, 'SIGCONT');
  const asked = await Promise.all(clients.map(async (client) => splitResponses(await client.untilClosed()).map(({ status, body }) => ({ status, text: body }))[0] ?? { status: 0, text: '' }));
  const busy = asked.filter(({ status }) => status === 429);
  assert.ok(busy.length > 0 && busy.every(({ text }) => text.includes('"busy"')));
  assert.equal(asked.filter(({ status }) => status === 201).length, 8 - busy.length);
  assert.ok(busy.length < 8);
  assert.equal((await names()).length, 1 + 8 - busy.length);
  assert.equal((await gateway.api('POST', '/v1/accounts', { name: 'later', role: 'viewer', password: PASSWORD })).status, 201);
});

test('a backup has the accounts; a restore brings them where there is none, and nowhere else', async () => {
  const backup = join(folder, 'backup');
  assert.equal((await gateway.cli('backup', backup)).code, 0);
  const accounts = await names();
  assert.equal((await other.cli('restore', backup, '--yes')).code, 0);
  assert.deepEqual(await names(other), accounts);
  await gateway.cli('admin', 'remove', 'later', '--yes');
  assert.equal((await gateway.cli('restore', backup, '--yes')).code, 0);
  assert.equal((await names()).length, accounts.length - 1);
  assert.match(gateway.log(), /accounts of the backup are left out/);
});

test('no password is anywhere in the data directory or the log', () => {
  const files = contentsBelow(gateway.data);
  assert.ok([...files.keys()].some((path) => path.endsWith('strictgate.db')));
  for (const [path, bytes] of files) assert.ok(!bytes.includes('horse'), path);
  assert.ok(!gateway.log().includes('horse'));
});

// A listener that serves an old certificate becomes a mail, once, and another one when it is over; and the channel to the
// system's log reaches whoever reads /dev/log or the journal's socket, in a namespace whose /dev and /run are its own.
import assert from 'node:assert/strict';
import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import tls from 'node:tls';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { createNamespace } from './lib/netns.ts';
import { runOk, start } from './lib/process.ts';
import { atEnd, temporaryDirectory } from './lib/scope.ts';
import { fieldOf, startMailServer, textOf } from './lib/smtp.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'app.example.test';

/** As if the problems that wait to be told had been found earlier. Nobody has the database open meanwhile. */
async function letTimePass(data: string, seconds: number): Promise<void> {
  const script = `import sqlite3, sys\nwith sqlite3.connect(sys.argv[1]) as db:\n  n = db.execute("UPDATE notify_standing SET since_s = since_s - ? WHERE kind = 'mismatch'", [int(sys.argv[2])]).rowcount\nsys.exit(n != 1)`;
  await runOk('python3', ['-c', script, join(data, 'strictgate.db'), String(seconds)]);
}

test('a listener that serves an old certificate is told by mail when it lasts, and once more when it is over', async () => {
  const application = await startApplication();
  const folder = temporaryDirectory();
  const socket = join(folder, 'tls.sock');
  const sections = { 'Listener inner': { Address: `unix:${socket}`, Protocol: 'https', Mode: '0666' } };
  const mail = await startMailServer({ pair: await authority.issue(['127.0.0.1']), user: 'gateway', password: 'secret' });
  let gateway = await startGateway({ sections });
  writeFileSync(join(folder, 'password'), 'secret\n');
  const added = await gateway.cli('notify', 'add', 'ops', '--kind', 'email', '--host', '127.0.0.1', '--port', String(mail.port), '--ca', authority.file, '--user', 'gateway',
    '--password-file', join(folder, 'password'), '--from', 'gateway@example.test', '--to', 'anna@example.test');
  assert.equal(added.code, 0, added.stderr);
  const old = await authority.issue([HOST]);
  const renewed = await authority.issue([HOST]);
  await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [old] });

  renameSync(socket, `${socket}.aside`);
  const server = tls.createServer({ cert: old.cert, key: old.key });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  chmodSync(socket, 0o666);
  let open = true;
  const close = (): void => void (open && server.close());
  atEnd(close);
  await gateway.must('PATCH', `/v1/sites/${HOST}`, { certificate_pem: renewed.cert, key_pem: renewed.key });
  await until('it is found', async () => (await gateway.metric('strictgate_certificate_mismatches', { site: HOST })) === 1);
  assert.equal((await gateway.cli('notify', 'test', 'ops')).code, 0);
  assert.equal(mail.mails.filter((one) => /served/.test(fieldOf(one, 'Subject'))).length, 0, 'it may pass by itself yet');

  await gateway.stop();
  close();
  open = false;
  await letTimePass(gateway.data, 100);
  gateway = await startGateway({ directory: gateway.directory, http: gateway.http, https: gateway.https, sections });
  const told = await until('a mail about it', () => mail.mails.find((one) => /: what is served is not what is stored$/.test(fieldOf(one, 'Subject').replaceAll(/\s+/g, ' '))));
  const text = textOf(told).replaceAll(/\s+/g, ' ');
  assert.match(text, new RegExp(`inner \\(unix:.*tls\\.sock\\) serves another certificate for ${HOST} than the stored ECDSA one: serial [0-9a-f]+`));
  assert.match(text, /What it means: A certificate that was renewed and is not served helps nobody.* What to do: /);
  assert.equal(told.secure, true);

  await gateway.must('GET', `/v1/sites/${HOST}/certificates?look=true`);
  const over = await until('a mail that it is over', () => mail.mails.find((one) => /what is served is what is stored again/.test(fieldOf(one, 'Subject').replaceAll(/\s+/g, ' '))));
  assert.match(textOf(over).replaceAll(/\s+/g, ' '), new RegExp(`Every listener serves the stored certificate of ${HOST}`));
  await gateway.must('GET', `/v1/sites/${HOST}/certificates?look=true`);
  assert.equal((await gateway.cli('notify', 'test', 'ops')).code, 0); // arrives behind whatever would have been told
  assert.equal(mail.mails.filter((one) => /stored/.test(fieldOf(one, 'Subject'))).length, 2);
  await gateway.stop();
});

// Prints what comes as one line each, in Python's notation.
const READER = `import os, socket, sys
os.makedirs(os.path.dirname(sys.argv[1]), exist_ok=True)
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o666)
print("ready", flush=True)
while True:
  print(repr(s.recv(65536).decode()), flush=True)`;

test('the system\'s log gets its messages by /dev/log, or by the journal where there is one', async () => {
  const namespace = await createNamespace([HOST], { network: false });
  const inside = (file: string, ...args: string[]): { file: string; args: string[] } => namespace.enter(file, args);
  const before = temporaryDirectory();
  const own = `mount --rbind /dev ${before} && mount -t tmpfs tmpfs /dev && for n in null zero full random urandom; do touch /dev/$n && mount --bind ${before}/$n /dev/$n || exit 1; done && mkdir -m 1777 /dev/shm && mount -t tmpfs tmpfs /run && umount -l ${before}`;
  const mounted = inside('sh', '-c', own);
  await runOk(mounted.file, mounted.args);
  const gateway = await startGateway({ namespace });
  assert.equal((await gateway.cli('notify', 'add', 'log', '--kind', 'syslog', '--facility', 'local3')).code, 0);

  const nobody = await gateway.cli('notify', 'test', 'log');
  assert.equal(nobody.code, 1);
  assert.match(nobody.stderr.replaceAll(/\s+/g, ' '), /\/dev\/log takes no message/);

  async function read(path: string): Promise<{ output(): string }> {
    const command = inside('python3', '-c', READER, path);
    const reader = start(command.file, command.args);
    await until(`somebody reads ${path}`, () => reader.output().includes('ready'));
    return reader;
  }
  const log = await read('/dev/log');
  const tried = await gateway.cli('notify', 'test', 'log');
  assert.equal(tried.code, 0, tried.stderr);
  await until('the message is there', () => log.output().includes('strictgate'));
  assert.match(log.output(), /^'<158>[A-Z][a-z]{2} [ 123]\d \d\d:\d\d:\d\d strictgate\[\d+\]: info: this is a test - .*It works\.'$/m);

  const journal = await read('/run/systemd/journal/socket');
  assert.equal((await gateway.cli('notify', 'test', 'log')).code, 0);
  await until('the message is there', () => journal.output().includes('MESSAGE='));
  assert.match(journal.output(), /^'MESSAGE=info: this is a test .*\\nPRIORITY=6\\nSYSLOG_FACILITY=19\\nSYSLOG_IDENTIFIER=strictgate\\n.*\\nSTRICTGATE_EVENT=test\\nSTRICTGATE_PHASE=happened\\n'$/m);
  assert.equal(log.output().split('\n').filter((line) => line.includes('strictgate')).length, 1, 'not by both');
  await gateway.stop();
});

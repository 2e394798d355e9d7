import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { chmodSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { type Gateway, startGateway } from './lib/gateway.ts';
import { freePort } from './lib/ports.ts';
import { atEnd, temporaryDirectory } from './lib/scope.ts';
import { fieldOf, startMailServer, textOf } from './lib/smtp.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const PASSWORD = 'a-password-nobody-prints';
const SECRET = 'the-key-of-the-signature-0123456789';
const HOST = 'www.example.test';

const folder = temporaryDirectory();
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const pair = await authority.issue(['127.0.0.1', 'localhost']);
const application = await startApplication();
const mail = await startMailServer({ pair, user: 'gateway', password: PASSWORD });
// Keeps what it is told, unless it is told to fail.
const hook = file('notify-hook', `#!/bin/sh\nif [ -e ${folder}/fail ]; then echo "the pager is off"; exit 3; fi\n[ $# -eq 0 ] && cat >>${folder}/told && echo >>${folder}/told\n`);
chmodSync(hook, 0o755);
chmodSync(folder, 0o777); // the hook runs as the gateway's user
const SECTIONS = { Hooks: { Notify: hook } };
let gateway = await startGateway({ sections: SECTIONS });

const EMAIL = ['--kind', 'email', '--host', '127.0.0.1', '--from', 'gateway@example.test', '--ca', authority.file];
const ACCOUNT = ['--user', 'gateway', '--password-file', file('password', `${PASSWORD}\n`)];

/** Has the site looked at now, as a question about its guards does. */
async function look(): Promise<void> {
  await gateway.must('GET', `/v1/sites/${HOST}/guards`);
}

/** A control that ends between sending and writing that down sends again. */
async function untilWrittenDown(): Promise<void> {
  await until('it is written down', async () => !/not taken yet|on its way/.test((await gateway.cli('notify', 'log')).stdout));
}

function mailsAbout(what: RegExp): typeof mail.mails {
  return mail.mails.filter((one) => what.test(fieldOf(one, 'Subject')));
}

interface Call {
  id: string;
  timestamp: string;
  body: string;
  good: boolean;
}

async function startReceiver(): Promise<{ port: number; calls: Call[]; statuses: number[]; isGone: boolean }> {
  const receiver = { port: await freePort(), calls: [] as Call[], statuses: [] as number[], isGone: false };
  const server = https.createServer({ cert: pair.cert, key: pair.key }, (request, response) => {
    let body = '';
    request.on('data', (bytes: Buffer) => (body += bytes.toString()));
    request.on('end', () => {
      const header = (name: string): string => String(request.headers[name] ?? '');
      const timestamp = header('strictgate-timestamp');
      const wanted = `v1=${createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex')}`;
      receiver.calls.push({ id: header('strictgate-id'), timestamp, body, good: header('strictgate-signature') === wanted && header('content-type') === 'application/json' });
      response.writeHead(receiver.isGone ? 410 : (receiver.statuses.shift() ?? 204)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(receiver.port, '127.0.0.1', resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return receiver;
}

test('a channel by e-mail is added, and a test message arrives over STARTTLS with the account', async () => {
  const added = await gateway.cli('notify', 'add', 'ops', ...EMAIL, ...ACCOUNT, '--port', String(mail.port), '--to', 'anna@example.test', '--to', 'ben@example.test', '--severity', 'info');
  assert.equal(added.code, 0, added.stderr);
  const tried = await gateway.cli('notify', 'test', 'ops');
  assert.equal(tried.code, 0, tried.stderr);
  assert.match(tried.stdout, /ops took the message/);
  const [one] = mail.mails;
  assert.ok(one !== undefined);
  assert.deepEqual([one.secure, one.user, one.from, one.to], [true, 'gateway', 'gateway@example.test', ['anna@example.test', 'ben@example.test']]);
  assert.equal(fieldOf(one, 'Subject'), '[Strictgate] this is a test');
  assert.equal(fieldOf(one, 'Auto-Submitted'), 'auto-generated');
  assert.equal(fieldOf(one, 'To'), '<anna@example.test>, <ben@example.test>');
  assert.match(fieldOf(one, 'Message-ID'), /^<[0-9a-f]{32}\.ops@example\.test>$/);
  assert.ok(Math.abs(Date.parse(fieldOf(one, 'Date')) - Date.now()) < 60_000, fieldOf(one, 'Date'));
  assert.match(textOf(one), /It works\.\n/);
  assert.deepEqual(mail.clear.filter((line) => !/^(EHLO|STARTTLS)/.test(line)), []);
});

test('what is wrong with a mail server is told in words, and no password leaves without TLS', async () => {
  const bare = await startMailServer({ pair, user: 'gateway', password: PASSWORD, starttls: false });
  const stranger = await startMailServer({ pair: await authority.issue(['other.example.test']), user: 'gateway', password: PASSWORD, implicit: true });
  const cases: [string[], RegExp][] = [
    [['--port', String(bare.port), ...ACCOUNT], /offers no STARTTLS, so nothing was sent/],
    [['--port', String(stranger.port), '--security', 'tls', ...ACCOUNT], /127\.0\.0\.1 .*certificate|name/],
    [['--port', String(mail.port), '--user', 'gateway', '--password-file', file('wrong', 'guess')], /refuses the user name or the password: "535 /],
    [['--port', String(await freePort()), ...ACCOUNT], /refuses the connection/],
  ];
  for (const [options, words] of cases) {
    assert.equal((await gateway.cli('notify', 'add', 'bad', ...EMAIL, '--to', 'a@example.test', ...options)).code, 0);
    const tried = await gateway.cli('notify', 'test', 'bad');
    assert.equal(tried.code, 1);
    assert.match(tried.stderr.replace(/\s+/g, ' '), words);
    assert.equal((await gateway.cli('notify', 'remove', 'bad')).code, 0);
  }
  assert.deepEqual(bare.clear.filter((line) => !/^(EHLO|QUIT)/.test(line)), []);
  assert.equal(stranger.mails.length, 0);
});

test('bad input names the field and the fix', async () => {
  const cases: [string[], RegExp][] = [
    [[...ACCOUNT, '--to', 'a@example.test\r\nBcc: b@example.test'], /^error: --to: this is no mail address: "a@example\.test/],
    [[...ACCOUNT, '--to', 'a@example.test', '--security', 'none'], /^error: --security: .*without a password/],
    [['--to', 'a@example.test', '--user', 'x\r\ny', '--password-file', join(folder, 'password')], /^error: --user: .*line's end/],
    [['--to', 'a@example.test', '--user', 'gateway'], /^error: --password-file: .*is needed[^]*fix: put it into a file/],
    [['--to', 'a@example.test', '--event', 'weather'], /^error: --event: there is no event "weather"\nfix: one of: obtained, /],
  ];
  for (const [options, words] of cases) {
    const tried = await gateway.cli('notify', 'add', 'bad', ...EMAIL, ...options);
    assert.equal(tried.code, 2, tried.stdout);
    assert.match(tried.stderr, words);
  }
  assert.match((await gateway.cli('notify', 'add', 'bad', '--kind', 'webhook', '--url', 'http://hooks.example.test/')).stderr, /--url: .*https only/);
  const others: [string[], RegExp][] = [
    [['notify', 'add', 'bad', '--kind', 'webhook', '--url', 'https://hooks.example.test/', '--password-file', join(folder, 'password')], /^error: --password-file: a channel of kind webhook has none\n/],
    [['notify', 'add', 'bad', '--kind', 'syslog', '--host', 'a'], /^error: --host: a channel of kind syslog has none\n/],
    [['notify', 'add', 'bad', '--kind', 'hook', '--facility', 'mail'], /^error: --facility: a channel of kind hook has none\n/],
    [['notify', 'add', 'bad', '--kind', 'email', '--from', 'b@example.test', '--to', 'a@example.test', '--host', 'mx.example.test:25'], /^error: --host: .*not a host name\nfix: give its name alone.*port is apart/],
    [['notify', 'set', 'ops', '--digest-hour', '6', '--no-digest'], /^error: --no-digest: --digest-hour is given as well\n/],
    [['notify', 'set', 'ops', '--digest-hour', '6:00'], /^error: --digest-hour: a whole number up to 23 is needed, not "6:00"\n/],
    [['notify', 'set', 'ops'], /^error: nothing to change is given\nfix: /],
    [['ca', 'add', 'letsencript'], /^error: --directory: "letsencript" is no authority that is known by its name.*\nfix: known are letsencrypt,/],
    [['ca', 'add', 'own', '--directory', 'https://a b/'], /^error: --directory: .*may not stand in one/],
    [['ca', 'add', 'own', '--directory', 'https://ca.example.test/', '--contact', 'anna'], /^error: --contact: .*\nfix: write each as name@/],
    [['ca', 'add', 'own', '--directory', 'https://ca.example.test/', '--roots', join(folder, 'password')], /^error: --roots: .*not a list of certificates/],
    [['ca', 'add', 'own', '--directory', 'https://ca.example.test/', '--profile', 'x\ny'], /^error: --profile: .*line's end/],
  ];
  for (const [words, expected] of others) {
    const tried = await gateway.cli(...words);
    assert.equal(tried.code, 2, `${words.join(' ')}: ${tried.stdout}`);
    assert.match(tried.stderr.replaceAll(/\n {7}/g, ' '), expected);
  }
  const moved = await gateway.cli('notify', 'set', 'ops', '--host', 'localhost');
  assert.equal(moved.code, 2);
  assert.match(moved.stderr, /--password-file: .*not given to another server/);
});

test('a certificate that is about to end is told once, not again after a restart, and its replacement resolves it', async () => {
  const short = await authority.issue([HOST], { seconds: 20 * 3600 });
  await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [short] });
  await look();
  const one = await until('a mail about the end', () => mailsAbout(/critical: www\.example\.test: the certificate ends in less than a day/)[0]);
  assert.match(textOf(one).replace(/\s+/g, ' '), /Certificate: 0 days left \(until .* UTC\)\. Promises to browsers: none outstanding\..*What to do: Before .* UTC: put a new certificate in its place/);
  assert.equal(fieldOf(one, 'Importance'), 'high');

  await untilWrittenDown();
  await gateway.stop();
  gateway = await startGateway({ directory: gateway.directory, http: gateway.http, https: gateway.https, sections: SECTIONS });
  await look();
  assert.equal((await gateway.cli('notify', 'test', 'ops')).code, 0); // arrives behind whatever would have been told
  assert.equal(mailsAbout(/certificate ends/).length, 1);

  const long = await authority.issue([HOST], { seconds: 90 * 86_400 - 3600 });
  assert.equal((await gateway.cli('site', 'set', HOST, '--cert', long.certFile, '--key', long.keyFile)).code, 0);
  await look();
  const over = await until('a mail that it is over', () => mailsAbout(/critical: www\.example\.test: the certificate was replaced/)[0]);
  assert.match(textOf(over).replace(/\s+/g, ' '), /The present certificate of www\.example\.test ends on .*, in 89 days\./);
  await until('a mail that the new one is served', () => mailsAbout(/www\.example\.test: the certificate is seen served/)[0]);
  await look();
  assert.equal(mailsAbout(/was replaced/).length, 1);
});

test('a certificate in the drawer that would not do is told once, and its replacement resolves it', async () => {
  const wrong = await authority.issue(['elsewhere.example.test']);
  assert.equal((await gateway.cli('cert', 'backup', HOST, wrong.certFile, '--key', wrong.keyFile)).code, 0);
  const one = await until('a mail about the drawer', () => mailsAbout(/warning: www\.example\.test: the certificate in the drawer would not do \(wrong_name\)/)[0]);
  assert.match(textOf(one).replace(/\s+/g, ' '), /does not cover www\.example\.test.*nobody is served it.*strictgate cert backup www\.example\.test FILE --key FILE/);
  await untilWrittenDown();
  await gateway.killChild('control');
  await gateway.untilServing();
  assert.equal((await gateway.cli('notify', 'test', 'ops')).code, 0); // arrives behind whatever would have been told
  assert.equal(mailsAbout(/in the drawer/).length, 1);
  assert.equal((await gateway.cli('cert', 'backup', HOST, '--remove')).code, 0);
  const over = await until('a mail that it is over', () => mailsAbout(/in the drawer is no problem any more/)[0]);
  assert.match(textOf(over).replace(/\s+/g, ' '), /\(wrong_name\) is over/);
  assert.equal(mailsAbout(/in the drawer/).length, 2);
});

test('a webhook gets signed messages; one that failed comes again after a crash, the same by its id', async () => {
  const receiver = await startReceiver();
  receiver.statuses = [503];
  const added = await gateway.cli('notify', 'add', 'chat', '--kind', 'webhook', '--url', `https://127.0.0.1:${receiver.port}/hook?room=1`, '--secret-file', file('secret', `${SECRET}\n`), '--ca', authority.file, '--severity', 'info');
  assert.equal(added.code, 0, added.stderr);
  const short = await authority.issue([HOST], { seconds: 10 * 86_400 - 3600 });
  assert.equal((await gateway.cli('site', 'set', HOST, '--cert', short.certFile, '--key', short.keyFile)).code, 0);
  await look();
  const isAbout = (call: Call): boolean => /"event":"expiring"/.test(call.body);
  await until('the first attempt', () => receiver.calls.some((call) => call.good));
  // What is just on its way when control dies is sent again as well: that is not what is counted here.
  await until('the attempt in the log', async () => {
    const { stdout } = await gateway.cli('notify', 'log');
    return /not taken yet, attempt 1; the next at[^]*127\.0\.0\.1 answers with status 503/.test(stdout) && !/on its way/.test(stdout);
  });
  await gateway.killChild('control');
  await gateway.untilServing();
  assert.equal((await gateway.cli('notify', 'set', 'chat', '--severity', 'info')).code, 0); // a change tries at once what waits
  await until('everything arrived', async () => !/not taken yet|on its way/.test((await gateway.cli('notify', 'log')).stdout) && receiver.calls.some(isAbout));
  assert.ok(receiver.calls.every((call) => call.good), JSON.stringify(receiver.calls));
  const [first] = receiver.calls;
  assert.ok(receiver.calls.filter((call) => call.id === first?.id).length === 2, JSON.stringify(receiver.calls));
  const ids = receiver.calls.map((call) => call.id);
  assert.equal(new Set(ids).size, ids.length - 1);
  const about = JSON.parse(receiver.calls.find(isAbout)?.body ?? '{}') as Record<string, unknown>;
  assert.equal(about['site'], HOST);
  assert.equal(about['severity'], 'warning');
  assert.equal(about['stage'], '14d');
  assert.equal(about['certificate_days_left'], 9);
  assert.ok(Math.abs(Number(receiver.calls.at(-1)?.timestamp) * 1000 - Date.now()) < 60_000);

  receiver.isGone = true;
  const gone = await gateway.cli('notify', 'test', 'chat');
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /410 \(Gone\)/);
  assert.match((await gateway.cli('notify', 'list')).stdout, /chat .* paused/);
  assert.match((await gateway.cli('notify', 'test', 'chat')).stderr, /paused/);
  receiver.isGone = false;
  assert.equal((await gateway.cli('notify', 'set', 'chat', '--resume')).code, 0);
  assert.equal((await gateway.cli('notify', 'test', 'chat')).code, 0);
});

test('a hook gets the same on its standard input, and what it prints is the reason when it fails', async () => {
  assert.equal((await gateway.cli('notify', 'add', 'pager', '--kind', 'hook')).code, 0);
  const tried = await gateway.cli('notify', 'test', 'pager');
  assert.equal(tried.code, 0, tried.stderr);
  const told = JSON.parse(readFileSync(join(folder, 'told'), 'utf8')) as Record<string, unknown>;
  assert.deepEqual([told['version'], told['event'], told['phase'], told['severity']], [1, 'test', 'happened', 'info']);
  writeFileSync(join(folder, 'fail'), '');
  const failed = await gateway.cli('notify', 'test', 'pager');
  assert.equal(failed.code, 1);
  assert.match(failed.stderr.replace(/\s+/g, ' '), /ended with status 3: the pager is off/);
  assert.equal((await gateway.cli('notify', 'remove', 'pager')).code, 0);
});

test('what is secret is in no answer, no log and no file in clear', async () => {
  const answers = [
    (await gateway.api('GET', '/v1/notify/channels')).text,
    (await gateway.api('GET', '/v1/notify/channels/ops')).text,
    (await gateway.api('GET', '/v1/notify/log')).text,
    (await gateway.api('GET', '/v1/audit')).text,
    (await gateway.cli('notify', 'show', 'ops')).stdout,
    gateway.log(),
    ...mail.mails.map((one) => one.data),
    ...readdirSync(gateway.data, { withFileTypes: true }).filter((one) => one.isFile()).map((one) => readFileSync(join(gateway.data, one.name), 'latin1')),
  ];
  assert.match(answers[0] ?? '', /"has_password":true/);
  for (const text of answers) assert.ok(!text.includes(PASSWORD) && !text.includes(SECRET), text.slice(0, 200));
});

test('a backup carries the channels with their secrets to another installation', async () => {
  const backup = join(folder, 'backup.db');
  assert.equal((await gateway.cli('backup', backup)).code, 0);
  const other: Gateway = await startGateway();
  assert.equal((await other.cli('restore', backup, '--yes')).code, 0);
  const before = mailsAbout(/this is a test/).length; // the site that came along may be told of as well
  const tried = await other.cli('notify', 'test', 'ops');
  assert.equal(tried.code, 0, tried.stderr);
  assert.equal(mailsAbout(/this is a test/).length, before + 1);
  await other.stop();
});

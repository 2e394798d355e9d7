// What a file in version control says of channels, authorities, zones and roots is brought about, shown first, all or nothing,
// and no secret is in the file, in the difference or in an answer.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import type { Ran } from './lib/process.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { startMailServer } from './lib/smtp.ts';
import { startApplication } from './lib/upstream.ts';

const PASSWORD = 'a-password-nobody-prints';
const ZONE_KEY = 'c2VjcmV0IG9mIHRoZSB6b25lIDAx';
const SITE = 'app.example.test';

const folder = temporaryDirectory();
const put = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
mkdirSync(join(folder, 'secrets'));
const gateway = await startGateway();
const mail = await startMailServer({ pair: await authority.issue(['127.0.0.1']), user: 'gateway', password: PASSWORD });
await gateway.addSite({ name: SITE, upstreams: [(await startApplication()).url], localCa: true });

put('root.pem', authority.pem);
put('secrets/smtp', `${PASSWORD}\n`);
put('secrets/tsig', `key "k.example.test" {\n  algorithm hmac-sha256;\n  secret "${ZONE_KEY}";\n};\n`);
put('secrets/eab', 'b3RoZXIgc2VjcmV0\n');

const CHANNEL = `notify_channels:
  - name: ops
    kind: email
    host: 127.0.0.1
    port: ${mail.port}
    ca: root.pem
    user: gateway
    password_file: secrets/smtp
    from: gateway@example.test
    to: [anna@example.test]
`;
const REST = `cas:
  - name: letsencrypt
    contacts: [anna@example.test]
    terms_agreed: true
  - name: own
    directory: https://127.0.0.1:1/directory
    eab_kid: k1
    eab_key_file: secrets/eab
dns_zones:
  - zone: example.test
    server: 127.0.0.1:5353
    key: k.example.test
    secret_file: secrets/tsig
private_roots:
  - root.pem
`;
const file = put('gateway.yaml', CHANNEL + REST);
const apply = (...options: string[]): Promise<Ran> => gateway.cli('apply', file, ...options);
const words = (ran: Ran): string => ran.stdout.replaceAll(/\s+/g, ' ');

test('the difference comes first and changes nothing, then all of it is there and works', async () => {
  const shown = await apply('--dry-run');
  assert.equal(shown.code, 0, shown.stderr);
  for (const line of [/^\+ notification channel ops$/m, /^ {4}\+ password: \(set\)$/m, /^\+ certificate authority letsencrypt$/m, /^\+ DNS zone example\.test$/m, /^\+ private root CN=End-to-end test CA$/m])
    assert.match(shown.stdout, line);
  assert.equal((await gateway.cli('notify', 'list')).stdout.includes('ops'), false);
  assert.equal((await apply('--yes')).code, 0);
  const tried = await gateway.cli('notify', 'test', 'ops');
  assert.equal(tried.code, 0, tried.stderr);
  assert.equal(mail.mails[0]?.user, 'gateway');
  assert.match((await gateway.cli('ca', 'list')).stdout, /letsencrypt[^]*own|own[^]*letsencrypt/);
  assert.match((await gateway.cli('dns', 'list')).stdout, /^example\.test$/m);
  assert.match((await gateway.cli('trust', '--list')).stdout, /End-to-end test CA/);
});

test('the same file again changes nothing; a secret that is not named stays, another one is told and not shown', async () => {
  assert.match((await apply('--yes')).stdout, /All is as the file says already/);
  put('gateway.yaml', CHANNEL.replace(/ *password_file.*\n/, ''));
  assert.match((await apply('--yes')).stdout, /All is as the file says already/);
  assert.equal((await gateway.cli('notify', 'test', 'ops')).code, 0);
  put('gateway.yaml', CHANNEL + REST);
  put('secrets/smtp', 'another-password');
  const shown = await apply('--dry-run');
  assert.match(shown.stdout, /^~ notification channel ops\n {4}~ password: \(set\) -> \(another\)\n$/);
  put('secrets/smtp', PASSWORD);
});

test('a mistake anywhere names its place, and nothing happens', async () => {
  const cases: [string, RegExp][] = [
    [CHANNEL.replace('anna@example.test', 'anna') + REST, /gateway\.yaml:10:10: notify_channels\[0\]\.to\[0\]/],
    [CHANNEL.replace('password_file: secrets/smtp', 'password: x') + REST, /gateway\.yaml:8:15: notify_channels\[0\]\.password[^]*fix: .*password_file: FILE/],
    [CHANNEL.replace('secrets/smtp', 'secrets/none') + REST, /gateway\.yaml:8:20: notify_channels\[0\]\.password_file: .*No such file/],
    [CHANNEL.replace('port: ', 'port: 1000000') + REST, /gateway\.yaml:5:11: notify_channels\[0\]\.port/],
    [CHANNEL.replace('host: 127.0.0.1', 'host: 127.0.0.2').replace(/ *password_file.*\n/, ''), /notify_channels\[0\]\.password[^]*not given to another server/],
    [REST.replace('directory: https', 'directory: http'), /gateway\.yaml:7:16: cas\[1\]\.directory/],
    [REST.replace('server: 127.0.0.1:5353', 'server: ns1.example.test'), /dns_zones\[0\]\.server[^]*IP address/],
    [REST.replace('root.pem', 'secrets/eab'), /private_roots\[0\]/],
    [`${REST}notify_channel: []\n`, /did you mean notify_channels\?/],
  ];
  for (const [content, expected] of cases) {
    put('gateway.yaml', content.replace('name: letsencrypt', 'name: letsencrypt\n    preference: 3'));
    const ran = await apply('--yes');
    assert.equal(ran.code, 2, ran.stdout);
    assert.match(ran.stderr.replaceAll(/\n +/g, ' '), expected);
  }
  put('gateway.yaml', CHANNEL + REST);
  assert.match((await apply('--yes')).stdout, /All is as the file says already/, 'letsencrypt has no preference of 3');
});

test('what a list does not name goes when asked; lists that the file does not have are left alone', async () => {
  put('gateway.yaml', 'notify_channels: []\ncas: [{name: letsencrypt, contacts: [anna@example.test], terms_agreed: true}]\n');
  assert.match((await apply('--yes')).stdout, /All is as the file says already/);
  const ran = await apply('--yes', '--remove-others');
  assert.match(words(ran), /- notification channel ops - certificate authority own done/);
  assert.equal((await gateway.api('GET', `/v1/sites/${SITE}`)).status, 200);
  assert.match((await gateway.cli('dns', 'list')).stdout, /^example\.test$/m);
  assert.match((await gateway.cli('ca', 'list')).stdout, /letsencrypt/);
  const acts = (await gateway.api('GET', '/v1/audit')).text;
  for (const act of ['notify.add', 'notify.remove', 'ca.add', 'ca.remove', 'dns.add', 'root.declare', 'apply']) assert.ok(acts.includes(`"${act}"`), act);
});

test('what is secret is in no answer, no log and no difference', async () => {
  put('gateway.yaml', CHANNEL + REST);
  const texts = [(await apply('--dry-run', '--json')).stdout, (await apply('--yes')).stdout, (await gateway.api('GET', '/v1/audit')).text, gateway.log(), (await gateway.api('GET', '/v1/cas')).text];
  for (const text of texts) for (const secret of [PASSWORD, ZONE_KEY, 'b3RoZXIgc2VjcmV0']) assert.ok(!text.includes(secret), text.slice(0, 200));
  await gateway.stop();
});

// Keys that are made here, certificates that wait for their hour, and the one way by which a key leaves.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { runOk } from './lib/process.ts';
import { connectTls } from './lib/raw.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';

const HOST = 'app.example.test';
const application = await startApplication();
const gateway = await startGateway();
const first = await authority.issue([HOST]);
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [first] });
const room = temporaryDirectory();
const file = (name: string): string => join(room, name);

async function served(): Promise<string> {
  const client = await connectTls({ port: gateway.https, servername: HOST });
  const { fingerprint256 } = new X509Certificate(client.socket.getPeerCertificate().raw);
  client.destroy();
  return fingerprint256;
}

async function cli(...words: string[]): Promise<string> {
  const ran = await gateway.cli(...words);
  assert.equal(ran.code, 0, `${words.join(' ')}: ${ran.stdout}${ran.stderr}`);
  return ran.stdout;
}

let issued = '';

test('a request is made here, and its certificate finds the key when it comes back', async () => {
  writeFileSync(file('www.csr'), await cli('cert', 'csr', HOST, '--common-name', HOST));
  assert.match(await runOk('openssl', ['req', '-in', file('www.csr'), '-noout', '-verify', '-text']), new RegExp(`DNS:${HOST}`));
  await runOk('openssl', ['x509', '-req', '-in', file('www.csr'), '-CA', authority.file, '-CAkey', join(dirname(authority.file), 'ca.key'),
    '-copy_extensions', 'copy', '-days', '60', '-out', file('www.pem')]);
  issued = new X509Certificate(readFileSync(file('www.pem'))).fingerprint256;
  assert.match(await cli('cert', 'csr', HOST, '--list'), new RegExp(`^1  made .*, for ${HOST}`));
  await cli('cert', 'backup', HOST, file('www.pem'));
  assert.match(await cli('cert', 'csr', HOST, '--list'), /There is no request/);
  assert.equal(await served(), first.fingerprint, 'it waits');
  assert.match(await cli('cert', 'list'), /in the drawer/);
});

test('one command serves what was kept ready, and another one goes back', async () => {
  await cli('cert', 'switch', HOST);
  assert.equal(await served(), issued);
  await cli('cert', 'switch', HOST);
  assert.equal(await served(), first.fingerprint);
  await gateway.killChild('control');
  await gateway.untilServing();
  await cli('cert', 'switch', HOST);
  assert.equal(await served(), issued, 'what is in the drawer outlives a restart');
  assert.match(await cli('audit', HOST), /certificate\.switch/);
});

test('what would not do is told while it waits, and not switched to where browsers insist on HTTPS', async () => {
  const wrong = await authority.issue(['elsewhere.example.test']);
  const put = await cli('cert', 'backup', HOST, wrong.certFile, '--key', wrong.keyFile);
  assert.match(put.replaceAll(/\s+/g, ' '), /the certificate in the drawer would not do: .*app\.example\.test/);
  await gateway.setHsts(HOST, 300);
  const refused = await gateway.cli('cert', 'switch', HOST);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /keep-certificate/);
  assert.equal(await served(), issued);
  await cli('cert', 'backup', HOST, '--remove');
  const empty = await gateway.cli('cert', 'switch', HOST);
  assert.match(empty.stderr, /there is nothing in the drawer/);
});

test('an export opens with its password, and is written down', async () => {
  writeFileSync(file('password'), 'a good password\n');
  await cli('cert', 'export', HOST, '--out', file('www.p12'), '--passphrase-file', file('password'));
  assert.equal(statSync(file('www.p12')).mode & 0o777, 0o600);
  const opened = await runOk('openssl', ['pkcs12', '-in', file('www.p12'), '-passin', `file:${file('password')}`, '-nodes', '-info']);
  assert.match(opened, /BEGIN PRIVATE KEY/);
  assert.equal(new X509Certificate(opened.slice(opened.indexOf('-----BEGIN CERTIFICATE'))).fingerprint256, issued);
  assert.match(await cli('audit', HOST), /certificate\.export/);
  const again = await gateway.cli('cert', 'export', HOST, '--out', file('www.p12'), '--passphrase-file', file('password'));
  assert.notEqual(again.code, 0, 'never over a file that is there');
  writeFileSync(file('short'), 'short\n');
  const weak = await gateway.cli('cert', 'export', HOST, '--out', file('weak.p12'), '--passphrase-file', file('short'));
  assert.match(weak.stderr, /8 to 256/);
  assert.ok(!existsSync(file('weak.p12')));
});

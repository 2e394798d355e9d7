import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { startKnot } from './lib/knot.ts';
import { createNamespace } from './lib/netns.ts';
import { run, start } from './lib/process.ts';
import { until } from './lib/wait.ts';

interface Finding { id: string; verdict: string; name?: string; text: string; fix?: string }
interface Preflight { ready: boolean; findings: Finding[] }

const key = { name: 'acme', algorithm: 'hmac-sha256', secret: randomBytes(32).toString('base64') };
const namespace = await createNamespace([], { resolver: '127.0.0.53' });
const inside = async (file: string, ...args: string[]): Promise<void> => {
  const command = namespace.enter(file, args);
  const ran = await run(command.file, command.args);
  assert.equal(ran.code, 0, ran.stderr);
};
// 192.0.2.1 is the gateway's; 192.0.2.2 and 2001:db8::2 are another server's; nobody is at 192.0.2.3.
for (const address of ['192.0.2.1/32', '192.0.2.2/32', '192.0.2.3/32', '2001:db8::2/128']) await inside('ip', 'address', 'add', address, 'dev', 'lo', ...(address.includes(':') ? ['nodad'] : []));

await startKnot(namespace, {
  address: '127.0.0.53',
  keys: [key],
  zones: {
    'example.test': `$TTL 60
@ SOA ns1 admin 1 3600 600 86400 60
@ NS ns1
ns1 A 127.0.0.53
@ CAA 0 issue "ca.example; validationmethods=http-01,dns-01"
good A 192.0.2.1
directory A 192.0.2.2
six A 192.0.2.1
six AAAA 2001:db8::2
other A 192.0.2.2
nobody A 192.0.2.3
closed A 192.0.2.1
closed CAA 0 issue ";"
`,
  },
});
const otherServer = `const http = require('node:http'); for (const host of ['192.0.2.2', '2001:db8::2']) http.createServer((_, reply) => reply.writeHead(404).end('not here')).listen(80, host, () => console.log('up'));`;
const command = namespace.enter(process.execPath, ['-e', otherServer]);
const other = start(command.file, command.args);
await until('the other server listens', () => other.output().split('up').length === 3);

const gateway = await startGateway({ namespace, http: 80, https: 443, server: { 'Listen Address': '192.0.2.1' } });
for (const name of ['good', 'six', 'other', 'nobody', 'closed', 'missing']) {
  await gateway.addSite({ name: `${name}.example.test`, routes: [{ prefix: '/', kind: 'fixed', status: 204 }], localCa: true });
}
await gateway.addSite({ name: 'wild.example.test', aliases: ['*.wild.example.test'], routes: [{ prefix: '/', kind: 'fixed', status: 204 }] });

const preflight = async (site: string, body: unknown = { caa_identities: ['ca.example'] }): Promise<Preflight> =>
  (await gateway.must('POST', `/v1/sites/${site}/preflight`, body)) as unknown as Preflight;
const has = (result: Preflight, id: string, verdict: string, text: RegExp): void => {
  assert.ok(result.findings.some((found) => found.id === id && found.verdict === verdict && text.test(found.text)), JSON.stringify(result, undefined, 1));
};

test('a name that leads here, with port 80 open and a CAA record that allows, is ready', async () => {
  const result = await preflight('good.example.test');
  has(result, 'address', 'good', /192\.0\.2\.1, and there this gateway answers on port 80/);
  has(result, 'listener', 'good', /http-01/);
  has(result, 'caa', 'good', /of example\.test allows this CA/);
  assert.equal(result.ready, true, JSON.stringify(result));
  const ran = await gateway.cli('cert', 'preflight', 'good.example.test');
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stdout, /Nothing that can be seen from here stands in the way/);
});

test('a forgotten AAAA record that leads to another server is told', async () => {
  const result = await preflight('six.example.test');
  has(result, 'ipv6', 'failure', /2001:db8::2 of six\.example\.test leads to another server, while its IPv4 address leads here/);
  assert.equal(result.ready, false);
  const ran = await gateway.cli('cert', 'preflight', 'six.example.test');
  assert.equal(ran.code, 1);
  assert.match(ran.stdout, /^failure: The IPv6 address/m);
  assert.match(ran.stdout, /fix: correct the AAAA record, or take it out/);
});

test('another server, nobody, and no address at all are three different things', async () => {
  has(await preflight('other.example.test'), 'elsewhere', 'failure', /192\.0\.2\.2, an address of other\.example\.test, another server answers on port 80/);
  has(await preflight('nobody.example.test'), 'elsewhere', 'warning', /192\.0\.2\.3, an address of nobody\.example\.test, is none of this machine's, and asked from here it refuses the connection/);
  has(await preflight('missing.example.test'), 'no-address', 'failure', /has no address in the DNS/);
});

test('CAA is judged for the authority, the method and nobody', async () => {
  has(await preflight('good.example.test', { caa_identities: ['other.example'] }), 'caa', 'failure', /allows other CAs, but not this one/);
  has(await preflight('good.example.test', { challenge: 'tls-alpn-01', caa_identities: ['ca.example'] }), 'caa', 'failure', /by other methods only/);
  has(await preflight('closed.example.test'), 'caa', 'failure', /allows no CA at all/);
  has(await preflight('good.example.test', {}), 'caa', 'notice', /allows that CA, and no other/);
});

test('tls-alpn-01 is seen by the certificate that is served at the address', async () => {
  const result = await preflight('closed.example.test', { challenge: 'tls-alpn-01' });
  has(result, 'address', 'good', /this gateway answers on port 443/);
});

test('wildcards need the DNS: without a key it is told, with one a dry run is made', async () => {
  has(await preflight('wild.example.test', { challenge: 'http-01' }), 'wildcard', 'failure', /\*\.wild\.example\.test can be proven by dns-01 only/);
  has(await preflight('wild.example.test', {}), 'dns-01', 'failure', /Nothing here may change the DNS for _acme-challenge\.wild\.example\.test/);
  const file = join(gateway.directory, 'secret');
  writeFileSync(file, `${key.secret}\n`);
  assert.equal((await gateway.cli('dns', 'add', 'example.test', '--server', '127.0.0.53', '--key', key.name, '--secret-file', file)).code, 0);
  has(await preflight('wild.example.test', {}), 'dns-01', 'good', /A record for \*\.wild\.example\.test was put up in the DNS, seen, and taken down again/);
});

test('without a word the first authority that is configured is asked for its names', async () => {
  const pair = await authority.issue(['directory.example.test']);
  const script = `const https = require('node:https'), fs = require('node:fs');
    https.createServer({ cert: fs.readFileSync(process.argv[1]), key: fs.readFileSync(process.argv[2]) }, (_, reply) =>
      reply.end(JSON.stringify({ meta: { caaIdentities: ['ca.example'] } }))).listen(443, '192.0.2.2', () => console.log('up'));`;
  const served = namespace.enter(process.execPath, ['-e', script, pair.certFile, pair.keyFile]);
  const directory = start(served.file, served.args);
  await until('the directory is served', () => directory.output().includes('up'));
  const added = await gateway.cli('ca', 'add', 'own', '--directory', 'https://directory.example.test/', '--roots', authority.file, '--agree-terms');
  assert.equal(added.code, 0, added.stderr);
  const result = await preflight('good.example.test', {});
  has(result, 'caa', 'good', /of example\.test allows this CA/);
});

test('a directory that cannot be read, and wishes that are none, are told', async () => {
  has(await preflight('good.example.test', { directory: 'https://192.0.2.3/directory' }), 'directory', 'failure', /refuses the connection/);
  for (const body of [{ directory: 'http://ca.example' }, { challenge: 'http-02' }, { caa_identities: [1] }, { caa: 1 }]) {
    assert.equal((await gateway.api('POST', '/v1/sites/good.example.test/preflight', body)).status, 400);
  }
  assert.equal((await gateway.api('POST', '/v1/sites/nowhere.test/preflight', {})).status, 404);
});

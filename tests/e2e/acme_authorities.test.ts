import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addAuthority, certificateOf, served, untilAutomatic, untilObtained } from './lib/acme.ts';
import { authority } from './lib/certs.ts';
import { ask } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { startPebble } from './lib/pebble.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const EAB_KEY = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W';
const application = await startApplication();
const gateway = await startGateway();
const [first, second] = await Promise.all([
  startPebble({ httpPort: gateway.http, env: { PEBBLE_ALTERNATE_ROOTS: '2', PEBBLE_WFE_NONCEREJECT: '25' }, config: { domainBlocklist: ['blocked.example.test', 'c.blocked.example.test'] } }),
  startPebble({ httpPort: gateway.http, config: { externalAccountBindingRequired: true, externalAccountMACKeys: { 'kid-1': EAB_KEY } } }),
]);

test('an authority is found without naming one', { timeout: 60_000 }, async () => {
  await addAuthority(gateway, 'first', first.directory, { preference: 2 });
  await gateway.must('POST', '/v1/sites', { name: 'a.example.test', upstreams: [application.url], acme: {} });
  const { automatic } = await untilObtained(gateway, 'a.example.test');
  assert.deepEqual([automatic?.issuer, automatic?.failure], ['first', null]);
});

test('an authority that binds accounts is given the key, and nobody else sees it', { timeout: 60_000 }, async () => {
  const without = await gateway.cli('ca', 'add', 'bound', '--directory', second.directory, '--roots', authority.file, '--agree-terms', '--wait');
  assert.equal(without.code, 1, without.stdout);
  assert.match(without.stdout, /externalAccountRequired/);
  const file = join(temporaryDirectory(), 'eab.key');
  writeFileSync(file, `${EAB_KEY}\n`, { mode: 0o600 });
  const bound = await gateway.cli('ca', 'set', 'bound', '--eab-kid', 'kid-1', '--eab-key-file', file, '--wait');
  assert.equal(bound.code, 0, bound.stdout + bound.stderr);
  await gateway.must('POST', '/v1/sites', { name: 'b.example.test', upstreams: [application.url], acme: { cas: ['bound'] } });
  await untilObtained(gateway, 'b.example.test');
  const shown = await gateway.cli('ca', 'show', 'bound', '--json');
  assert.ok(!(shown.stdout + gateway.log()).includes(EAB_KEY));
});

test('what one authority refuses the next one issues', { timeout: 60_000 }, async () => {
  await gateway.must('POST', '/v1/sites', { name: 'c.blocked.example.test', upstreams: [application.url], acme: { cas: ['first', 'bound'] } });
  const { automatic } = await untilObtained(gateway, 'c.blocked.example.test');
  assert.deepEqual([automatic?.issuer, automatic?.failure], ['bound', null]);
  assert.match(gateway.log(), /c\.blocked\.example\.test: no certificate from first: .*\(rejectedIdentifier\)/);
});

test('the chain leads to the root that is preferred', { timeout: 60_000 }, async () => {
  await gateway.must('PATCH', '/v1/cas/first', { preferred_root: await first.rootName(2) });
  const before = await served(gateway, 'a.example.test');
  const ran = await gateway.cli('cert', 'renew', 'a.example.test', '--wait');
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  const after = await served(gateway, 'a.example.test');
  assert.notEqual(after.fingerprint, before.fingerprint);
  assert.equal((await ask(gateway, { host: 'a.example.test', path: '/name', ca: await first.root(2) })).status, 200);
  await assert.rejects(ask(gateway, { host: 'a.example.test', path: '/name', ca: await first.root(0) }));
});

test('the key of the account is changed, and orders go on with the new one', { timeout: 60_000 }, async () => {
  const ran = await gateway.cli('ca', 'roll-key', 'first', '--wait');
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  assert.match(ran.stdout, /first: the account has another key/);
  const renewed = await gateway.cli('cert', 'renew', 'a.example.test', '--wait');
  assert.equal(renewed.code, 0, renewed.stdout + renewed.stderr);
});

test('a revoked certificate has been replaced first', { timeout: 60_000 }, async () => {
  const before = await served(gateway, 'a.example.test');
  const ran = await gateway.cli('cert', 'revoke', 'a.example.test', '--reason', 'superseded', '--yes');
  assert.equal(ran.code, 0, ran.stderr);
  await untilAutomatic(gateway, 'a.example.test', 'it is revoked', (_, { phase, revokes }) => phase === 'idle' && !revokes);
  const after = await served(gateway, 'a.example.test');
  assert.notEqual(after.fingerprint, before.fingerprint);
  await until('the log tells', () => /a\.example\.test: the replaced certificate is revoked/.test(gateway.log()));
});

test('what an authority refuses for good is told in words, with what is in service kept', { timeout: 60_000 }, async () => {
  const pair = await authority.issue(['blocked.example.test']);
  await gateway.must('POST', '/v1/sites', { name: 'blocked.example.test', upstreams: [application.url], certificate_pem: pair.cert, key_pem: pair.key });
  const ran = await gateway.cli('cert', 'auto', 'blocked.example.test', '--ca', 'first', '--wait');
  assert.equal(ran.code, 1, ran.stdout);
  assert.match(ran.stdout, /^No new certificate: /);
  const { source, automatic } = await certificateOf(gateway, 'blocked.example.test');
  assert.equal(source, 'file');
  assert.equal(automatic?.phase, 'waiting');
  assert.equal(automatic.failure?.problem, 'rejectedIdentifier');
  assert.equal((await ask(gateway, { host: 'blocked.example.test', path: '/name' })).status, 200);
  const early = await gateway.cli('cert', 'renew', 'blocked.example.test');
  assert.equal(early.code, 1);
  assert.match(early.stderr, /the last attempt for blocked\.example\.test failed, the next one is at/);
  const shown = await gateway.cli('site', 'show', 'blocked.example.test');
  assert.match(shown.stdout, /No new certificate: [^]*rejectedIdentifier[^]*The next attempt is at/);
  assert.match((await gateway.cli('notify', 'log')).stdout, /warning {2}\S+: no new certificate \(rejectedIdentifier\)\n/);
});

test('names that are added get a certificate of their own, and one that is given by hand ends it', { timeout: 60_000 }, async () => {
  await gateway.must('PATCH', '/v1/sites/a.example.test', { aliases: ['more.example.test'] });
  await untilAutomatic(gateway, 'a.example.test', 'the name is covered', ({ names }, { phase }) => phase === 'idle' && names?.includes('more.example.test') === true);
  const off = await gateway.cli('cert', 'auto', 'a.example.test', '--off');
  assert.equal(off.code, 0, off.stderr);
  const certificate = await certificateOf(gateway, 'a.example.test');
  assert.deepEqual([certificate.source, certificate.automatic], ['acme', undefined]);
  await gateway.must('PATCH', '/v1/sites/a.example.test', { acme: { cas: ['first'] } });
  const pair = await authority.issue(['a.example.test', 'more.example.test']);
  await gateway.must('PATCH', '/v1/sites/a.example.test', { certificate_pem: pair.cert, key_pem: pair.key });
  assert.deepEqual([(await certificateOf(gateway, 'a.example.test')).source, (await certificateOf(gateway, 'a.example.test')).automatic], ['file', undefined]);
});

test('a rehearsal tells how it would go and puts nothing into service', { timeout: 60_000 }, async () => {
  await gateway.must('PATCH', '/v1/cas/bound', { rehearsal: true });
  const before = await served(gateway, 'blocked.example.test');
  const ran = await gateway.cli('cert', 'auto', 'blocked.example.test', '--rehearse', '--wait');
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  assert.match(ran.stdout, /The rehearsal at bound went well/);
  assert.equal((await served(gateway, 'blocked.example.test')).fingerprint, before.fingerprint);
  assert.equal(new X509Certificate(await second.root()).issuer.includes('Pebble'), true);
});

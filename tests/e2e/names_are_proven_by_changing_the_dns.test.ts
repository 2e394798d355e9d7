import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startGateway } from './lib/gateway.ts';
import { startKnot } from './lib/knot.ts';
import { createNamespace } from './lib/netns.ts';

const ZONE = (extra: string): string => `$TTL 60
@ SOA ns1 admin 1 3600 600 86400 60
@ NS ns1
@ NS ns2
ns1 A 127.0.0.1
ns2 A 127.0.0.2
${extra}
`;
const PRIMARY = '127.0.0.1';
const SECONDARY = '127.0.0.2';
const right = { name: 'acme', algorithm: 'hmac-sha256', secret: randomBytes(32).toString('base64') };
const longer = { name: 'acme512', algorithm: 'hmac-sha512', secret: randomBytes(64).toString('base64') };

const namespace = await createNamespace([], { resolver: PRIMARY });
const zones = {
  'example.test': ZONE('www A 127.0.0.1\n_acme-challenge.away CNAME away.dyn.test.'),
  'dyn.test': ZONE(''),
  'lame.test': ZONE(''), // its second name server knows nothing of it
};
const primary = await startKnot(namespace, { address: PRIMARY, zones: zones, keys: [right, longer], secondary: SECONDARY });
const secondary = await startKnot(namespace, { address: SECONDARY, zones: { 'example.test': '', 'dyn.test': '' }, primary: PRIMARY });
const gateway = await startGateway({ namespace });

async function add(zone: string, key: { name: string; algorithm: string; secret: string }, server = PRIMARY): Promise<{ code: number; stdout: string; stderr: string }> {
  const file = join(gateway.directory, `${key.name}.key`);
  writeFileSync(file, `key "${key.name}" {\n  algorithm ${key.algorithm};\n  secret "${key.secret}";\n};\n`);
  return gateway.cli('dns', 'add', zone, '--server', server, '--key', key.name, '--secret-file', file, '--algorithm', key.algorithm);
}

test('without a key nothing is changed, and the way to give one is told', async () => {
  const ran = await gateway.cli('dns', 'test', 'www.example.test');
  assert.notEqual(ran.code, 0);
  assert.match(ran.stderr, /Nothing here may change the DNS for _acme-challenge\.www\.example\.test/);
  assert.match(ran.stderr, /strictgate dns add ZONE/);
});

test('with the zone\'s key a record is put up, seen on both name servers, and taken down again', async () => {
  const added = await add('example.test', right);
  assert.equal(added.code, 0, added.stderr);
  const ran = await gateway.cli('dns', 'test', 'www.example.test');
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(primary.log(), /example\.test\.?\] DDNS, processing/);
  assert.match(secondary.log(), /example\.test/);
  assert.deepEqual(await primary.txt('_acme-challenge.www.example.test'), []);
});

test('a challenge that is an alias is put up where the alias leads, with the key of that zone', async () => {
  await add('dyn.test', longer);
  const ran = await gateway.cli('dns', 'test', 'away.example.test');
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(primary.log(), /dyn\.test\.?\] DDNS, processing/);
});

test('a name server that does not serve the zone is left out, and named', async () => {
  await add('lame.test', right);
  const ran = await gateway.cli('dns', 'test', 'lame.test');
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stdout.replace(/\s+/g, ' '), /Left out, since it does not serve the zone: ns2\.lame\.test \(127\.0\.0\.2\) answers REFUSED/);
  assert.equal((await gateway.cli('dns', 'remove', 'lame.test')).code, 0);
});

test('wildcards are proven at the same place', async () => {
  const ran = await gateway.cli('dns', 'test', '*.example.test');
  assert.equal(ran.code, 0, ran.stderr);
});

test('refusals are told in words, with what to do', async () => {
  const cases: [string, { name: string; algorithm: string; secret: string }, string, RegExp, RegExp][] = [
    ['another secret', { ...right, secret: randomBytes(32).toString('base64') }, PRIMARY, /another secret for the key acme \(BADSIG\)/, /secret that stands in the server/],
    // Knot 3.4 refuses a key that it does not know without the TSIG error of RFC 8945 section 5.2.1.
    ['an unknown key', { ...right, name: 'nobody' }, PRIMARY, /knows no key nobody with hmac-sha256 \(BADKEY\)|does not accept the key nobody for it \(NOTAUTH\)/,
      /name and algorithm must be those|the key it accepts updates with/],
    ['another algorithm', { ...right, algorithm: 'hmac-sha512' }, PRIMARY, /\((BADKEY|BADSIG|NOTAUTH)\)/, /Fix|fix/],
    ['nobody there', right, '127.0.0.9', /DNS server 127\.0\.0\.9 port 53 refuses the connection/, /./],
    ['a secondary', right, SECONDARY, /\((BADKEY|NOTAUTH|REFUSED)\)/, /./],
  ];
  for (const [what, key, server, words, fix] of cases) {
    await add('example.test', key, server);
    const ran = await gateway.cli('dns', 'test', 'www.example.test');
    assert.notEqual(ran.code, 0, what);
    assert.match(ran.stderr.replace(/\s+/g, ' '), words, what);
    assert.match(ran.stderr, fix, what);
  }
  await add('example.test', right);
  const again = await gateway.cli('dns', 'test', 'www.example.test');
  assert.equal(again.code, 0, again.stderr);
});

test('the secret is nowhere to be seen, and survives a crash', async () => {
  const listed = await gateway.must('GET', '/v1/dns');
  assert.deepEqual((listed['zones'] as unknown as { zone: string }[]).map(({ zone }) => zone), ['dyn.test', 'example.test']);
  const audit = await gateway.api('GET', '/v1/audit');
  for (const text of [JSON.stringify(listed), audit.text, gateway.log()]) assert.equal(text.includes(right.secret), false);
  await gateway.killChild('control');
  await gateway.untilServing();
  assert.equal((await gateway.cli('dns', 'test', 'www.example.test')).code, 0);
});

test('what is no zone, server, key or secret is refused by its name', async () => {
  const good = { zone: 'a.test', server: '192.0.2.1', key: 'k', algorithm: 'hmac-sha256', secret: right.secret };
  for (const [member, value] of [['zone', 'a..b'], ['server', 'ns1.example.test'], ['server', '192.0.2.1:0'], ['key', ''], ['algorithm', 'hmac-md5'], ['secret', 'short'], ['secret', 'AAAA']] as const) {
    const reply = await gateway.api('POST', '/v1/dns', { ...good, [member]: value });
    assert.equal(reply.status, 400, `${member}=${value}`);
    assert.equal(reply.body['field'], member, `${member}=${value}`);
  }
  const gone = await gateway.api('POST', '/v1/dns', { remove: 'nowhere.test' });
  assert.equal(gone.status, 404);
});

test('a key that is removed changes nothing any more', async () => {
  assert.equal((await gateway.cli('dns', 'remove', 'example.test')).code, 0);
  assert.notEqual((await gateway.cli('dns', 'test', 'www.example.test')).code, 0);
});

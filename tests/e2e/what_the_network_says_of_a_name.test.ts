// What "strictgate check" finds of a name's addresses, records, parents and TLS: before servers with one fault each and a name server, in a namespace of their own.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import tls from 'node:tls';
import { test } from 'node:test';
import { type Pair, createAuthority } from './lib/certs.ts';
import { BINARY, startGateway } from './lib/gateway.ts';
import { reachInside } from './lib/inside.ts';
import { startKnot } from './lib/knot.ts';
import { createNamespace } from './lib/netns.ts';
import { run } from './lib/process.ts';
import { atEnd } from './lib/scope.ts';

interface Finding {
  code: string;
  severity: string;
  message: string;
}

const FIELD = 'max-age=31536000';
// CAA records name authorities, and which certificate is whose is told by the organisation.
const authority = await createAuthority('A test/O=Let\'s Encrypt');
const namespace = await createNamespace([], { resolver: '127.0.0.1', trust: [authority.file] });
const inside = await reachInside(namespace);

const NAMES = ['alike.test', 'differs.test', 'half.test', 'deaf.test', 'parent.test', 'app.parent.test', 'service.test', 'barred.test', 'allowed.test', 'nobody.test', 'old.test', 'only4.test'];
const address = (name: string, ...more: string[]): string[] => [`${name}. A 127.0.0.1`, ...more.map((record) => `${name}. ${record}`)];
await startKnot(namespace, { address: '127.0.0.1', zones: { test: ['$TTL 60', 'test. SOA ns.test. admin.test. 1 60 60 60 60', 'test. NS ns.test.', 'ns.test. A 127.0.0.1',
  ...address('alike.test', 'AAAA ::1'), ...address('differs.test', 'AAAA ::1'), ...address('half.test', 'A 127.0.0.9'), ...address('deaf.test', 'AAAA ::1'),
  ...address('parent.test'), ...address('app.parent.test'), ...address('only4.test', 'AAAA 2001:db8::7'),
  ...address('service.test', 'HTTPS 1 . alpn=h2 port=8444 ipv4hint=127.0.0.7'),
  ...address('barred.test', 'CAA 0 issue "pki.goog"', 'CAA 0 iodef "mailto:admin@barred.test"'), ...address('allowed.test', 'CAA 0 issue "letsencrypt.org"', 'HTTPS 1 . alpn=http/1.1'),
  ...address('nobody.test', 'CAA 0 issue ";"'), 'old.test. A 127.0.0.2', ''].join('\n') } });

const shared = await authority.issue(NAMES);
const other = await authority.issue(NAMES);
const expired = await authority.issue(NAMES, { expired: true });
const rsa = await authority.issue(NAMES, { algorithm: 'rsa' });

type Answer = (name: string) => { status: number; field?: string };

async function serve(at: string, { cert, key }: Pair, answer: Answer, options: https.ServerOptions = {}): Promise<void> {
  const bad = tls.createSecureContext({ cert: expired.cert, key: expired.key });
  const server = https.createServer({ cert, key, ...options,
    SNICallback: (host, done) => (host === 'deaf.test' && at === '::1' ? done(new Error('deaf')) : done(null, host === 'half.test' && at === '127.0.0.9' ? bad : undefined)) },
  (request, response) => {
    const { status, field } = answer(request.headers.host ?? '');
    response.writeHead(status, { ...(field === undefined ? {} : { 'Strict-Transport-Security': field }), 'Content-Length': '0' });
    response.end();
  });
  server.on('tlsClientError', () => undefined);
  server.listen(await inside.listen(at, 443));
  atEnd(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));
}

const usual: Answer = (name) => ({ status: 200, field: name === 'parent.test' ? `${FIELD}; includeSubDomains` : FIELD });
await serve('127.0.0.1', shared, usual);
await serve('::1', shared, (name) => (name === 'differs.test' ? { status: 503 } : usual(name)));
await serve('127.0.0.9', other, usual);
await serve('127.0.0.2', rsa, usual, { minVersion: 'TLSv1', maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA:@SECLEVEL=0' });

async function findings(name: string, ...args: string[]): Promise<Finding[]> {
  const { file, args: entered } = namespace.enter(BINARY, ['check', name, '--root', authority.file, '--json', ...args]);
  const ran = await run(file, entered);
  return (JSON.parse(ran.stdout) as { checks: { findings: Finding[] }[] }).checks[0]?.findings ?? [];
}
const section = (all: Finding[], start: string): string[] => all.filter(({ code }) => code.startsWith(start)).map(({ code }) => code.slice(start.length));
const message = (all: Finding[], code: string): string => all.find((found) => found.code === code)?.message ?? `no ${code}`;

test('addresses that answer alike, over both families, are good', { timeout: 60_000 }, async () => {
  const all = await findings('alike.test');
  assert.deepEqual(section(all, 'address.'), ['alike']);
  assert.deepEqual(section(all, 'dns.'), ['https.none', 'caa.none']);
  assert.deepEqual(section(all, 'above.'), []);
  assert.deepEqual(section(all, 'tls.'), ['no_http2', 'modern']);
  assert.match(message(all, 'tls.modern'), /^TLS 1\.2, TLS 1\.3; agreed on TLSv1\.3 with TLS_[A-Z0-9_]+; ECDSA key of 256 bits$/);
});

test('IPv4 and IPv6 that answer differently are told apart', { timeout: 60_000 }, async () => {
  const all = await findings('differs.test');
  assert.deepEqual(section(all, 'address.'), ['field_differs', 'status_differs']);
  assert.match(message(all, 'address.status_differs'), /^(127\.0\.0\.1 answers with 200, ::1 with 503|::1 answers with 503, 127\.0\.0\.1 with 200)$/);
  assert.match(message(all, 'address.field_differs'), /(127\.0\.0\.1 sends "max-age=31536000"|::1 sends "none")/);
});

test('a family that does not answer, and an address with a certificate that is refused', { timeout: 60_000 }, async () => {
  assert.deepEqual(section(await findings('deaf.test'), 'address.'), ['ipv6_silent']);
  const half = await findings('half.test');
  assert.deepEqual(section(half, 'address.'), ['certificate_invalid', 'certificate_differs']);
  assert.match(message(half, 'address.certificate_invalid'), /^127\.0\.0\.9 serves a certificate that .*, 127\.0\.0\.1 does not$/);
  // There is no way to it out of this namespace, which is not the site's fault.
  assert.deepEqual(section(await findings('only4.test'), 'address.'), ['not_reachable_from_here']);
});

test('a parent that includes subdomains binds what is below it', { timeout: 60_000 }, async () => {
  const all = await findings('app.parent.test');
  assert.deepEqual(section(all, 'above.'), ['binds']);
  assert.equal(message(all, 'above.binds'), 'parent.test sends "max-age=31536000; includeSubDomains"');
  assert.deepEqual(section(await findings('parent.test'), 'above.'), []);
});

test('an HTTPS record is held against what is there', { timeout: 60_000 }, async () => {
  const all = await findings('service.test');
  assert.deepEqual(section(all, 'dns.https.'), ['port_closed', 'hint_differs', 'present']);
  assert.equal(message(all, 'dns.https.hint_differs'), '127.0.0.7 is no address of service.test');
  assert.equal(message(all, 'dns.https.present'), 'protocols h2, port 8444, addresses 127.0.0.7');
  assert.deepEqual(section(await findings('allowed.test'), 'dns.https.'), ['present']);
});

test('CAA records are held against who issued the certificate', { timeout: 60_000 }, async () => {
  const all = await findings('barred.test');
  assert.deepEqual(section(all, 'dns.caa.'), ['issuer_barred', 'present']);
  assert.equal(message(all, 'dns.caa.issuer_barred'), 'the certificate is from letsencrypt.org; barred.test allows pki.goog');
  assert.match(message(all, 'dns.caa.present'), /told to mailto:admin@barred\.test$/);
  assert.deepEqual(section(await findings('allowed.test'), 'dns.caa.'), ['present']);
  assert.deepEqual(section(await findings('nobody.test'), 'dns.caa.'), ['nobody', 'present']);
});

test('what an old TLS takes is told', { timeout: 60_000 }, async () => {
  const all = await findings('old.test');
  assert.deepEqual(section(all, 'tls.'), ['old_version', 'no_forward_secrecy', 'no_1_3', 'no_http2', 'facts']);
  assert.equal(message(all, 'tls.old_version'), 'TLS 1.0, TLS 1.1');
});

test('an address that is given is the one that is looked at', { timeout: 60_000 }, async () => {
  const all = await findings('differs.test', '--resolve', 'differs.test:[::1]');
  assert.deepEqual(section(all, 'address.'), []);
  assert.deepEqual(section(await findings('differs.test', '--resolve', 'differs.test:[::1]', '--resolve', 'differs.test:127.0.0.1'), 'address.'), ['field_differs', 'status_differs']);
});

test('the API tells the same from within the sandbox, and what the preload list binds', { timeout: 60_000 }, async () => {
  const gateway = await startGateway({ namespace, http: 8080, https: 8443 });
  const ask = async (domain: string): Promise<Finding[]> => (await gateway.must('POST', '/v1/check', { domain }))['findings'] as unknown as Finding[];
  const differs = await ask('differs.test');
  assert.deepEqual(section(differs, 'address.'), ['field_differs', 'status_differs']);
  assert.deepEqual(section(differs, 'tls.'), ['no_http2', 'modern']);
  assert.deepEqual(section(await ask('app.parent.test'), 'above.'), ['binds']);

  const source = join(gateway.directory, 'list.json');
  const entry = (name: string): object => ({ name, policy: 'bulk-1-year', mode: 'force-https', include_subdomains: true });
  writeFileSync(source, JSON.stringify({ entries: [entry('parent.test'), entry('alike.test')] }));
  const loaded = await gateway.cli('preload', 'update', '--from', source, '--force');
  assert.equal(loaded.code, 0, loaded.stderr);
  assert.deepEqual(section(await ask('app.parent.test'), 'above.'), ['binds', 'preloaded']);
  assert.deepEqual(section(await ask('alike.test'), 'above.'), ['listed']);
  const list = ['--preload-list', join(gateway.data, 'preload.list')];
  const all = await findings('App.Parent.test', ...list);
  assert.deepEqual(section(all, 'above.'), ['binds', 'preloaded']);
  assert.match(message(all, 'above.preloaded'), /^the entry is parent\.test$/i);
  assert.deepEqual(section(await findings('differs.test', ...list), 'above.'), []);
  await gateway.stop();

  const { file, args } = namespace.enter(BINARY, ['check', 'alike.test', '--preload-list', source]);
  const refused = await run(file, args);
  assert.equal(refused.code, 3);
  assert.match(refused.stderr, /--preload-list: .*preload\.list in the data directory/s);
});

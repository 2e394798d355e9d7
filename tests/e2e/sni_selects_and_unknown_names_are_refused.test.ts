import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import tls from 'node:tls';
import { type Pair, authority } from './lib/certs.ts';
import { ask } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { runOk, run } from './lib/process.ts';
import { connectTls } from './lib/raw.ts';
import { startApplication } from './lib/upstream.ts';

const application = await startApplication();
const gateway = await startGateway();
const pairs: Record<string, Pair> = {};
for (const names of [['a.example.test'], ['b.example.test'], ['wild.example.test', '*.wild.example.test']]) {
  const [name = '', ...aliases] = names;
  const pair = await authority.issue(names);
  pairs[name] = pair;
  await gateway.addSite({ name, aliases, upstreams: [application.url], pairs: [pair] });
}
await gateway.addSite({ name: 'bare.example.test', upstreams: [application.url] });

interface Shake {
  error?: NodeJS.ErrnoException;
  fingerprint?: string;
  protocol?: string;
  alpn?: string | false | null;
}

function shake(servername: string | undefined, options: tls.ConnectionOptions = {}): Promise<Shake> {
  return new Promise((resolve) => {
    const socket = tls.connect({ host: '127.0.0.1', port: gateway.https, rejectUnauthorized: false, ...(servername === undefined ? {} : { servername }), ...options }, () => {
      const raw = socket.getPeerCertificate().raw;
      resolve({ fingerprint: new X509Certificate(raw).fingerprint256, protocol: socket.getProtocol() ?? '', alpn: socket.alpnProtocol });
      socket.destroy();
    });
    socket.on('error', (error) => resolve({ error }));
  });
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  const only = { minVersion: version, maxVersion: version };

  test(`${version}: each name gets its own certificate`, async () => {
    for (const [name, expected] of [['a.example.test', 'a.example.test'], ['B.Example.TEST', 'b.example.test'],
      ['x.wild.example.test', 'wild.example.test'], ['y.wild.example.test', 'wild.example.test']] as const) {
      const result = await shake(name, only);
      assert.equal(result.fingerprint, pairs[expected]?.fingerprint, name);
      assert.equal(result.protocol, version);
    }
  });

  test(`${version}: a name nobody has is answered unrecognized_name and no certificate`, async () => {
    for (const name of ['stranger.test', 'example.test', 'deep.x.wild.example.test', 'aa.example.test']) {
      const result = await shake(name, only);
      assert.match(String(result.error), /unrecognized name|alert number 112/i, name);
    }
  });

  test(`${version}: a client without SNI gets an alert and no certificate`, async () => {
    const result = await shake(undefined, { ...only, servername: '' });
    assert.ok(result.error !== undefined, 'the handshake must fail');
    assert.equal(result.fingerprint, undefined);
    assert.match(String(result.error), /alert/i);
  });

  test(`${version}: a site without a certificate is not served with another site's`, async () => {
    const result = await shake('bare.example.test', only);
    assert.ok(result.error !== undefined);
  });
}

test('ALPN chooses h2 when both are offered, http/1.1 when only that is, none without', async () => {
  assert.equal((await shake('a.example.test', { ALPNProtocols: ['http/1.1', 'h2'] })).alpn, 'h2');
  assert.equal((await shake('a.example.test', { ALPNProtocols: ['http/1.1'] })).alpn, 'http/1.1');
  assert.equal((await shake('a.example.test')).alpn, false);
});

test('a client that offers only unknown protocols is refused with no_application_protocol', async () => {
  const result = await shake('a.example.test', { ALPNProtocols: ['spdy/3'] });
  assert.match(String(result.error), /no application protocol|alert number 120/i);
});

test('acme-tls/1 is spoken to nobody while no name is being proven, and counted by its name', async () => {
  for (const version of ['-tls1_2', '-tls1_3']) {
    const ran = await run('openssl', ['s_client', '-connect', `127.0.0.1:${gateway.https}`, '-servername', 'a.example.test', version, '-alpn', 'acme-tls/1'], { input: '' });
    assert.match(ran.stderr, /no application protocol|alert number 120/i);
  }
  const among = await run('openssl', ['s_client', '-connect', `127.0.0.1:${gateway.https}`, '-servername', 'a.example.test', '-alpn', 'acme-tls/1,http/1.1'], { input: '' });
  assert.match(among.stdout, /ALPN protocol: http\/1\.1/);
  const metrics = await gateway.metrics();
  assert.match(metrics, /handshakes_failed_total\{cause="no_application_protocol"\} [1-9]/);
  assert.match(metrics, /validations_total 0/);
});

test('TLS 1.0 and 1.1 are refused', async () => {
  for (const version of ['TLSv1', 'TLSv1.1'] as const) {
    const result = await shake('a.example.test', { minVersion: version, maxVersion: version, ciphers: 'ALL@SECLEVEL=0' });
    assert.ok(result.error !== undefined, version);
  }
});

test('the modern profile speaks TLS 1.3 only, and the intermediate one TLS 1.2 again, at once', async () => {
  await gateway.must('PATCH', '/v1/settings', { tls_profile: 'modern' });
  assert.ok((await shake('a.example.test', { maxVersion: 'TLSv1.2' })).error !== undefined);
  assert.equal((await shake('a.example.test')).protocol, 'TLSv1.3');
  await gateway.must('PATCH', '/v1/settings', { tls_profile: 'intermediate' });
  assert.equal((await shake('a.example.test', { maxVersion: 'TLSv1.2' })).protocol, 'TLSv1.2');
});

test('the intermediate profile takes no weak cipher of TLS 1.2', async () => {
  for (const cipher of ['AES128-SHA', 'AES256-GCM-SHA384', 'ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384', 'NULL', 'aNULL']) {
    const result = await shake('a.example.test', { maxVersion: 'TLSv1.2', ciphers: `${cipher}:@SECLEVEL=0` });
    assert.ok(result.error !== undefined, cipher);
  }
  for (const cipher of ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-CHACHA20-POLY1305']) {
    const result = await shake('a.example.test', { maxVersion: 'TLSv1.2', ciphers: cipher });
    assert.equal(result.protocol, 'TLSv1.2', cipher);
  }
});

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`${version} sessions resume with a ticket, also on the other worker, and not under another name`, async () => {
    const first = await connectTls({ port: gateway.https, servername: 'a.example.test', tls: { minVersion: version, maxVersion: version } });
    const session = new Promise<Buffer>((resolve) => first.socket.once('session', resolve));
    first.send('GET /name HTTP/1.1\r\nHost: a.example.test\r\n\r\n');
    await first.untilText('application');
    const ticket = version === 'TLSv1.2' ? first.socket.getSession() : await session;
    first.destroy();
    for (let i = 0; i < 8; i++) {
      const again = await connectTls({ port: gateway.https, servername: 'a.example.test', tls: { session: ticket, minVersion: version, maxVersion: version } });
      assert.equal(again.socket.isSessionReused(), true, `attempt ${i}`);
      again.destroy();
    }
    const other = await connectTls({ port: gateway.https, servername: 'b.example.test', tls: { session: ticket, minVersion: version, maxVersion: version } });
    assert.equal(other.socket.isSessionReused(), false);
    other.destroy();
  });
}

test('one ticket is given in TLS 1.3, and early data is not offered', async () => {
  const text = await runOk('openssl', ['s_client', '-connect', `127.0.0.1:${gateway.https}`, '-servername', 'a.example.test', '-tls1_3', '-CAfile', authority.file,
    '-ign_eof', '-crlf'], { input: 'GET /name HTTP/1.1\nHost: a.example.test\nConnection: close\n\n' });
  assert.equal(text.split('Post-Handshake New Session Ticket arrived').length - 1, 1);
  assert.match(text, /Max Early Data: 0/);
});

test('renegotiation is refused and compression is off', async () => {
  const ran = await run('openssl', ['s_client', '-connect', `127.0.0.1:${gateway.https}`, '-servername', 'a.example.test', '-tls1_2', '-CAfile', authority.file], { input: 'R\n' });
  assert.match(ran.stdout, /Compression: NONE/);
  assert.doesNotMatch(ran.stdout + ran.stderr, /RENEGOTIATING[\s\S]*verify return:1[\s\S]*Verification/);
  assert.match(ran.stderr + ran.stdout, /RENEGOTIATING[\s\S]*(no renegotiation|error|closed|errno)/i);
});

test('a request over the connection of one site for a name of another site is 421, for the same certificate it is served', async () => {
  const wrong = await ask(gateway, { host: 'a.example.test', hostField: 'b.example.test', path: '/name' });
  assert.equal(wrong.status, 421);
  const unknown = await ask(gateway, { host: 'a.example.test', hostField: 'stranger.example.test', path: '/name' });
  assert.equal(unknown.status, 421);
  const h2 = await ask(gateway, { via: 'h2', host: 'a.example.test', hostField: 'b.example.test', path: '/name' });
  assert.equal(h2.status, 421);
  const sibling = await ask(gateway, { host: 'x.wild.example.test', hostField: 'y.wild.example.test', path: '/name' });
  assert.equal(sibling.status, 200);
});

test('many handshakes with unknown names do not disturb the others', async () => {
  const results = await Promise.all(Array.from({ length: 40 }, (_, i) => shake(i % 2 === 0 ? 'a.example.test' : `stranger-${i}.test`)));
  results.forEach((result, i) => assert.equal(result.error === undefined, i % 2 === 0));
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { type Via, ask } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { freePort } from './lib/ports.ts';
import { connectPlain, connectTls } from './lib/raw.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { type Seen, startApplication } from './lib/upstream.ts';

const HOST = 'app.example.test';
const application = await startApplication();
const [trusted, proxied, mixed] = [await freePort(), await freePort(), await freePort()];
const unix = join(temporaryDirectory(), 'front.sock');
const gateway = await startGateway({
  sections: {
    'Listener trusted': { Address: `127.0.0.1:${trusted}`, Protocol: 'http', 'Trusted Proxies': '127.0.0.0/8' },
    'Listener proxied': { Address: `127.0.0.1:${proxied}`, Protocol: 'https', 'Proxy Protocol': 'True', 'Trusted Proxies': '127.0.0.1' },
    'Listener strangers': { Address: `127.0.0.1:${mixed}`, Protocol: 'https', 'Proxy Protocol': 'True', 'Trusted Proxies': '10.0.0.0/8' },
    'Listener unix': { Address: `unix:${unix}`, Protocol: 'http', 'Trusted Proxies': 'unix', Mode: '0666' },
  },
});
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])], redirect: 'off' });

const SPOOFED = {
  'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'ftp', 'x-forwarded-host': 'evil.example', 'x-forwarded-port': '1',
  forwarded: 'for=203.0.113.7;proto=ftp;host=evil.example', 'x-real-ip': '203.0.113.7',
};

function last(): Seen {
  const seen = application.seen.at(-1);
  assert.ok(seen !== undefined);
  return seen;
}

for (const via of ['http', 'https', 'h2'] as Via[]) {
  test(`${via}: the application is told who asked, how, and for what`, async () => {
    await ask(gateway, { via, host: HOST, path: '/who' });
    const scheme = via === 'http' ? 'http' : 'https';
    const port = via === 'http' ? gateway.http : gateway.https;
    assert.deepEqual(last().all('x-forwarded-for'), ['127.0.0.1']);
    assert.deepEqual(last().all('x-forwarded-proto'), [scheme]);
    assert.deepEqual(last().all('x-forwarded-host'), [`${HOST}:${port}`]);
    assert.deepEqual(last().all('x-forwarded-port'), [String(port)]);
    assert.equal(last().all('forwarded').length, 1);
    const pairs = Object.fromEntries((last().field('forwarded') ?? '').split(';').map((pair) => pair.split('=').map((part) => part.trim().toLowerCase().replaceAll('"', ''))));
    assert.equal(pairs['for'], '127.0.0.1');
    assert.equal(pairs['proto'], scheme);
    assert.equal(pairs['host'], `${HOST}:${port}`);
  });

  test(`${via}: what a client says of itself is removed`, async () => {
    await ask(gateway, { via, host: HOST, path: '/spoof', headers: SPOOFED });
    const text = JSON.stringify(last().fields.filter(([name]) => /forwarded/i.test(name)));
    assert.doesNotMatch(text, /203\.0\.113|evil|ftp|"1"/);
    assert.deepEqual(last().all('x-forwarded-for'), ['127.0.0.1']);
  });
}

test('spellings with an underscore are not let through either', async () => {
  await ask(gateway, { host: HOST, path: '/spoof', headers: { 'X_Forwarded_For': '203.0.113.7', 'x_forwarded_proto': 'ftp' } });
  const text = JSON.stringify(last().fields.filter(([name]) => /^x_forwarded/i.test(name)));
  assert.doesNotMatch(text, /203|ftp/);
});

test('a trusted proxy in front is believed and the chain is kept', async () => {
  await ask(gateway, { via: 'http', port: trusted, host: HOST, hostField: HOST, path: '/chain', headers: { 'x-forwarded-for': '203.0.113.7, 198.51.100.2', 'x-forwarded-proto': 'https', 'x-forwarded-host': HOST, 'x-forwarded-port': '443' } });
  assert.equal(last().url, '/chain', 'https at the trusted proxy is https: no redirect');
  assert.match(last().field('x-forwarded-for') ?? '', /^203\.0\.113\.7, ?198\.51\.100\.2, ?127\.0\.0\.1$/);
  assert.equal(last().field('x-forwarded-proto'), 'https');
  assert.equal(last().field('x-forwarded-port'), '443');
});

test('a trusted proxy\'s Forwarded field is kept and added to', async () => {
  await ask(gateway, { via: 'http', port: trusted, host: HOST, hostField: HOST, path: '/chain', headers: { forwarded: 'for="[2001:db8::7]:4711";proto=https' } });
  assert.match(last().field('forwarded') ?? '', /^for="\[2001:db8::7\]:4711";proto=https, ?for=/i);
});

test('a trusted proxy that speaks one language has its client told in the other as well', async () => {
  const base = { via: 'http', port: trusted, host: HOST, hostField: HOST, path: '/languages' } as const;
  await ask(gateway, { ...base, headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' } });
  assert.match(last().field('forwarded') ?? '', /^for=203\.0\.113\.7;proto=https, for=127\.0\.0\.1;host=[^,]*;proto=https$/);
  await ask(gateway, { ...base, headers: { forwarded: 'for="[2001:db8::7]:4711";proto=https' } });
  assert.match(last().field('x-forwarded-for') ?? '', /^2001:db8::7, 127\.0\.0\.1$/);
});

test('a broken field of a trusted proxy cannot confuse the application', async () => {
  for (const value of ['', ',,,', 'x'.repeat(4000), 'for=;;;', '203.0.113.7, <script>']) {
    const reply = await ask(gateway, { via: 'http', port: trusted, host: HOST, hostField: HOST, path: '/broken', headers: { 'x-forwarded-for': value, forwarded: value } });
    assert.ok(reply.status === 200 || reply.status === 400, `${reply.status}`);
  }
});

test('a listener on a Unix socket can trust its peers', async () => {
  const client = await connectPlain({ port: 0, path: unix });
  client.send(`GET /unix HTTP/1.1\r\nHost: ${HOST}\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n`);
  assert.match(await client.untilClosed(), /^HTTP\/1\.1 200 /);
  assert.match(last().field('x-forwarded-for') ?? '', /^203\.0\.113\.9/);
  assert.equal(last().field('x-forwarded-proto'), 'https');
});

const signature = Buffer.from([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]);

function v2(command: number, family: number, addresses: Buffer, extra: Buffer = Buffer.alloc(0)): Buffer {
  const size = Buffer.alloc(2);
  size.writeUInt16BE(addresses.length + extra.length);
  return Buffer.concat([signature, Buffer.from([0x20 | command, family]), size, addresses, extra]);
}

const v4 = Buffer.from([203, 0, 113, 8, 192, 0, 2, 1, 0x12, 0x34, 0x01, 0xbb]);
const v6 = Buffer.concat([Buffer.from('20010db8000000000000000000000008', 'hex'), Buffer.from('20010db8000000000000000000000001', 'hex'), Buffer.from([0x12, 0x34, 0x01, 0xbb])]);
const tlv = Buffer.concat([Buffer.from([0x04, 0x00, 0x03]), Buffer.from('abc')]);

const good: [string, Buffer, RegExp][] = [
  ['v1 over IPv4', Buffer.from('PROXY TCP4 203.0.113.8 192.0.2.1 4660 443\r\n'), /^203\.0\.113\.8$/],
  ['v1 over IPv6', Buffer.from('PROXY TCP6 2001:db8::8 2001:db8::1 4660 443\r\n'), /^2001:db8::8$/],
  ['v1 unknown', Buffer.from('PROXY UNKNOWN\r\n'), /^127\.0\.0\.1$/],
  ['v2 over IPv4', v2(1, 0x11, v4), /^203\.0\.113\.8$/],
  ['v2 over IPv6', v2(1, 0x21, v6), /^2001:db8::8$/],
  ['v2 with further values', v2(1, 0x11, v4, tlv), /^203\.0\.113\.8$/],
  ['v2 local (a health check)', v2(0, 0x00, Buffer.alloc(0)), /^127\.0\.0\.1$/],
];

for (const [what, header, expected] of good) {
  test(`the PROXY protocol tells the client's address: ${what}`, async () => {
    const client = await connectTls({ port: proxied, servername: HOST, before: header });
    client.send(`GET /proxied HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
    assert.match(await client.untilClosed(), /^HTTP\/1\.1 200 /);
    assert.match(last().field('x-forwarded-for') ?? '', expected);
  });
}

test('a PROXY header in pieces is understood', async () => {
  const client = await connectPlain({ port: proxied });
  for (const byte of v2(1, 0x11, v4)) client.send(Buffer.from([byte]));
  client.destroy();
  assert.equal((await ask(gateway, { host: HOST, path: '/name' })).status, 200);
});

const bad: [string, Buffer][] = [
  ['none at all', Buffer.from(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`)],
  ['an endless v1 line', Buffer.from(`PROXY TCP4 ${'1'.repeat(300)}`)],
  ['a bad v1 address', Buffer.from('PROXY TCP4 999.0.0.1 192.0.2.1 1 2\r\n')],
  ['a bad v1 port', Buffer.from('PROXY TCP4 203.0.113.8 192.0.2.1 99999 2\r\n')],
  ['v1 ended by LF', Buffer.from('PROXY TCP4 203.0.113.8 192.0.2.1 1 2\n')],
  ['a bad v2 version', Buffer.concat([signature, Buffer.from([0x31, 0x11, 0, 12]), v4])],
  ['a v2 that is too short for its family', v2(1, 0x11, v4.subarray(0, 4))],
  ['an oversized v2', v2(1, 0x11, v4, Buffer.alloc(60_000))],
];

for (const [what, header] of bad) {
  test(`a connection without a right PROXY header is closed: ${what}`, async () => {
    const client = await connectPlain({ port: proxied, before: header });
    const text = await client.untilClosed(15_000);
    assert.equal(text, '');
  });
}

test('a PROXY header from an address that is not trusted closes the connection', async () => {
  const client = await connectPlain({ port: mixed, before: 'PROXY TCP4 203.0.113.8 192.0.2.1 4660 443\r\n' });
  assert.equal(await client.untilClosed(), '');
});

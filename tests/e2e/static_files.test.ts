import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { type Via, ask } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { connectTls } from './lib/raw.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';

const HOST = 'files.example.test';
const top = temporaryDirectory();
const root = join(top, 'www');
const TEXT = 'The quick brown fox jumps over the lazy dog.\n'.repeat(100);
const BINARY = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 251));
mkdirSync(join(root, 'sub', 'deep'), { recursive: true });
mkdirSync(join(root, 'noindex'));
mkdirSync(join(top, 'www-secret'));
writeFileSync(join(top, 'secret.txt'), 'SECRET');
writeFileSync(join(top, 'www-secret', 'secret.txt'), 'SECRET');
writeFileSync(join(root, 'index.html'), '<!doctype html>home');
writeFileSync(join(root, 'sub', 'index.html'), '<!doctype html>sub');
writeFileSync(join(root, 'text.txt'), TEXT);
writeFileSync(join(root, 'binary.bin'), BINARY);
writeFileSync(join(root, 'empty.txt'), '');
writeFileSync(join(root, 'a b+c.txt'), 'spaces');
writeFileSync(join(root, 'ü.txt'), 'umlaut');
writeFileSync(join(root, '.hidden'), 'HIDDEN');
writeFileSync(join(root, 'locked.txt'), 'LOCKED', { mode: 0o000 });
symlinkSync('/etc/passwd', join(root, 'passwd'));
symlinkSync('..', join(root, 'up'));
for (const name of ['a.css', 'a.js', 'a.json', 'a.svg', 'a.png', 'a.woff2', 'a.wasm', 'a.pdf', 'a.unknown-ending', 'README', 'a.HTML', 'a.mjs', 'a.xml', 'a.webp']) writeFileSync(join(root, name), name);
utimesSync(join(root, 'text.txt'), 1_600_000_000, 1_600_000_000);

const application = await startApplication();
const gateway = await startGateway({ server: { 'Static Root': top } });
await gateway.addSite({ name: HOST, pairs: [await authority.issue([HOST])], hsts: 300, routes: [
  { prefix: '/', kind: 'files', root, index: 'index.html' },
  { prefix: '/stripped/', kind: 'files', root: join(root, 'sub'), strip_prefix: true, index: 'index.html' },
  { prefix: '/sub/', kind: 'files', root, index: 'index.html' },
  { prefix: '/app/', kind: 'proxy', upstreams: [{ url: application.url }] },
  { prefix: '/app/assets/', kind: 'files', root, strip_prefix: true },
] });

const get = (path: string, headers: Record<string, string> = {}, method = 'GET', via: Via = 'https') => ask(gateway, { via, host: HOST, path, headers, method });

for (const via of ['https', 'h2'] as Via[]) {
  test(`${via}: files arrive whole, with length and validators`, async () => {
    const reply = await get('/binary.bin', {}, 'GET', via);
    assert.equal(reply.status, 200);
    assert.ok(reply.body.equals(BINARY));
    assert.equal(reply.field('content-length'), String(BINARY.length));
    assert.equal(reply.field('accept-ranges'), 'bytes');
    assert.match(reply.field('etag') ?? '', /^(W\/)?"[^"]+"$/);
    assert.ok(!Number.isNaN(Date.parse(reply.field('last-modified') ?? '')));
  });

  test(`${via}: ranges`, async () => {
    const cases: [string, number, number, number][] = [
      ['bytes=0-0', 206, 0, 1], ['bytes=0-99', 206, 0, 100], ['bytes=100-', 206, 100, BINARY.length], ['bytes=-50', 206, BINARY.length - 50, BINARY.length],
      ['bytes=299999-400000', 206, 299_999, 300_000], ['bytes=-999999', 206, 0, BINARY.length],
    ];
    for (const [range, status, from, to] of cases) {
      const reply = await get('/binary.bin', { range }, 'GET', via);
      assert.equal(reply.status, status, range);
      assert.equal(reply.field('content-range'), `bytes ${from}-${to - 1}/${BINARY.length}`, range);
      assert.ok(reply.body.equals(BINARY.subarray(from, to)), range);
    }
    for (const range of ['bytes=300000-', 'bytes=-0']) {
      const reply = await get('/binary.bin', { range }, 'GET', via);
      assert.equal(reply.status, 416, range);
      assert.equal(reply.field('content-range'), `bytes */${BINARY.length}`);
    }
    for (const range of ['bytes=5-2', 'bytes=a-b', 'lines=1-2', 'bytes', 'bytes=', 'bytes=99999999999999999999-']) {
      const reply = await get('/binary.bin', { range }, 'GET', via);
      assert.ok(reply.status === 200 || reply.status === 416, `${range}: ${reply.status}`);
    }
  });
}

test('several ranges are answered rightly, whole or in parts', async () => {
  const reply = await get('/binary.bin', { range: 'bytes=0-9,20-29' });
  if (reply.status === 200) assert.ok(reply.body.equals(BINARY));
  else {
    assert.equal(reply.status, 206);
    assert.match(reply.field('content-type') ?? '', /^multipart\/byteranges/);
  }
  const many = await get('/binary.bin', { range: `bytes=${Array.from({ length: 1000 }, () => '0-').join(',')}` });
  assert.ok(many.status !== 206 || many.body.length < BINARY.length * 2);
});

test('conditional requests', async () => {
  const first = await get('/text.txt');
  const etag = first.field('etag') ?? '';
  const modified = first.field('last-modified') ?? '';
  assert.equal(Date.parse(modified), 1_600_000_000_000);
  const cases: [Record<string, string>, number][] = [
    [{ 'if-none-match': etag }, 304], [{ 'if-none-match': `"x", ${etag}` }, 304], [{ 'if-none-match': '*' }, 304], [{ 'if-none-match': '"x"' }, 200],
    [{ 'if-modified-since': modified }, 304], [{ 'if-modified-since': new Date(1_500_000_000_000).toUTCString() }, 200],
    [{ 'if-modified-since': 'nonsense' }, 200], [{ 'if-none-match': '"x"', 'if-modified-since': modified }, 200],
    [{ range: 'bytes=0-9', 'if-range': modified }, 206], [{ range: 'bytes=0-9', 'if-range': '"x"' }, 200],
    [{ range: 'bytes=0-9', 'if-range': new Date(1_500_000_000_000).toUTCString() }, 200],
    [{ range: 'bytes=0-9', 'if-none-match': etag }, 304],
  ];
  for (const [fields, status] of cases) {
    const reply = await get('/text.txt', fields);
    assert.equal(reply.status, status, JSON.stringify(fields));
    if (status === 304) {
      assert.equal(reply.body.length, 0);
      assert.equal(reply.field('etag'), etag);
    }
    assert.deepEqual(reply.all('strict-transport-security'), ['max-age=300']);
  }
});

test('types by ending', async () => {
  const cases: [string, RegExp][] = [
    ['/index.html', /^text\/html(; charset=utf-8)?$/], ['/a.css', /^text\/css/], ['/a.js', /^(text|application)\/javascript/], ['/a.mjs', /^(text|application)\/javascript/],
    ['/a.json', /^application\/json/], ['/a.svg', /^image\/svg\+xml/], ['/a.png', /^image\/png$/], ['/a.webp', /^image\/webp$/], ['/a.woff2', /^font\/woff2$/], ['/a.wasm', /^application\/wasm$/],
    ['/a.pdf', /^application\/pdf$/], ['/a.xml', /^(application|text)\/xml/], ['/text.txt', /^text\/plain/], ['/a.unknown-ending', /^application\/octet-stream$/], ['/README', /^application\/octet-stream$/],
    ['/a.HTML', /^text\/html/],
  ];
  for (const [path, expected] of cases) {
    const reply = await get(path);
    assert.match(reply.field('content-type') ?? '', expected, path);
    assert.equal(reply.field('x-content-type-options'), 'nosniff', path);
  }
});

test('a folder shows its index, without a slash it is redirected', async () => {
  assert.match((await get('/')).text, /home/);
  assert.match((await get('/sub/')).text, /sub/);
  const reply = await get('/sub?x=1');
  assert.ok([301, 302, 307, 308].includes(reply.status), String(reply.status));
  assert.equal(new URL(reply.field('location') ?? '', `https://${HOST}:${gateway.https}/sub?x=1`).href, `https://${HOST}:${gateway.https}/sub/?x=1`);
  assert.ok([403, 404].includes((await get('/noindex/')).status), 'folders are not listed');
});

test('the redirect to a folder cannot be made to lead to another host', async () => {
  for (const path of ['//sub', '//evil.example/../sub', '//evil.example/%2e%2e/sub', '/\\evil.example/../sub', '///evil.example/..//sub']) {
    const client = await connectTls({ port: gateway.https, servername: HOST });
    client.send(`GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
    const location = /^location: (.*)\r$/im.exec(await client.untilClosed())?.[1];
    if (location !== undefined) assert.equal(new URL(location, `https://${HOST}:${gateway.https}/`).host, `${HOST}:${gateway.https}`, path);
  }
});

test('names are decoded once', async () => {
  assert.equal((await get('/a%20b+c.txt')).text, 'spaces');
  assert.equal((await get('/%C3%BC.txt')).text, 'umlaut');
  assert.equal((await get('/%2574ext.txt')).status, 404);
  assert.equal((await get('/text.txt?query')).status, 200);
});

test('an empty file, HEAD, and other methods', async () => {
  const empty = await get('/empty.txt');
  assert.deepEqual([empty.status, empty.field('content-length'), empty.body.length], [200, '0', 0]);
  const head = await get('/binary.bin', {}, 'HEAD');
  assert.deepEqual([head.status, head.field('content-length'), head.body.length], [200, String(BINARY.length), 0]);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    const reply = await get('/text.txt', {}, method);
    assert.equal(reply.status, 405, method);
    assert.match(reply.field('allow') ?? '', /GET/);
  }
});

test('the longest prefix decides the route', async () => {
  assert.equal((JSON.parse((await get('/app/x')).text) as { url: string }).url, '/app/x');
  assert.equal((await get('/app/assets/text.txt')).text, TEXT);
  assert.match((await get('/stripped/')).text, /sub/);
  assert.match((await get('/application')).status.toString(), /404/, 'a prefix ends at a slash');
});

const traversals = ['/../secret.txt', '/sub/../../secret.txt', '/%2e%2e/secret.txt', '/%2e%2e%2fsecret.txt', '/..%2fsecret.txt', '/sub/..%2f..%2fsecret.txt', '/..%5csecret.txt',
  '/..\\secret.txt', '//../secret.txt', '/./../secret.txt', '/.../secret.txt', '/..;/secret.txt', '/%c0%ae%c0%ae/secret.txt', '/%252e%252e/secret.txt', '/sub/%2e%2e/%2e%2e/secret.txt',
  '/stripped/../secret.txt', '/stripped..%2f..%2fsecret.txt', '/stripped/..%2f..%2fsecret.txt', '/%00', '/text.txt%00.png', '/passwd', '/up/secret.txt', '/..%00/secret.txt', '/.hidden', '/%2ehidden', '/www-secret/secret.txt', '/../www-secret/secret.txt',
  '/sub/./../..//secret.txt', '/%', '/%zz', '/%2', '/etc/passwd', '//etc/passwd', '/locked.txt?ignored'];

for (const path of traversals) {
  test(`nothing outside the folder is shown: ${path}`, async () => {
    const client = await connectTls({ port: gateway.https, servername: HOST });
    client.send(`GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
    const text = await client.untilClosed();
    assert.doesNotMatch(text, /SECRET|root:|HIDDEN/);
    if (!path.startsWith('/locked')) assert.doesNotMatch(text, /^HTTP\/1\.1 (200|500) /, path);
  });
}

test('a root outside the folders the boot file allows is refused', async () => {
  const reply = await gateway.api('POST', '/v1/sites', { name: 'out.example.test', routes: [{ prefix: '/', kind: 'files', root: '/etc' }], local_ca: true });
  assert.equal(reply.status, 400, reply.text);
  const sibling = await gateway.api('POST', '/v1/sites', { name: 'out.example.test', routes: [{ prefix: '/', kind: 'files', root: `${top}/../etc` }], local_ca: true });
  assert.equal(sibling.status, 400, sibling.text);
});

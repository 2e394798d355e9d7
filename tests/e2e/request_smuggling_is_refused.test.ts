import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { type RawClient, connectPlain, connectTls } from './lib/raw.ts';
import { startRawUpstream } from './lib/upstream.ts';
import { sleep, until } from './lib/wait.ts';

const HOST = 'app.example.test';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

const upstream = await startRawUpstream((socket, fresh) => {
  if (!fresh.includes('\r\n\r\n')) return false;
  if (/transfer-encoding: chunked/i.test(fresh) && !fresh.endsWith('0\r\n\r\n')) return false;
  return socket.write(OK);
});
const gateway = await startGateway();
await gateway.addSite({ name: HOST, upstreams: [upstream.url], pairs: [await authority.issue([HOST])], redirect: 'off' });

const H = `Host: ${HOST}\r\n`;
const SMUGGLED = `GET /smuggled HTTP/1.1\r\n${H}\r\n`;
const LENGTH = 'Content-Length: 5\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const post = (fields: string, body: string): string => `POST /first HTTP/1.1\r\n${H}${fields}\r\n${body}`;
const get = (fields: string): string => `GET /first HTTP/1.1\r\n${H}${fields}\r\n`;

type Case = [what: string, bytes: string, statuses: number[]];

const framing: Case[] = [
  ['Content-Length and Transfer-Encoding', post(LENGTH + CHUNKED, '0\r\n\r\n'), [400]],
  ['Transfer-Encoding and Content-Length', post(CHUNKED + LENGTH, '0\r\n\r\n'), [400]],
  ['two differing Content-Length', post('Content-Length: 5\r\nContent-Length: 6\r\n', 'hello!'), [400]],
  ['a list of differing Content-Length', post('Content-Length: 5, 6\r\n', 'hello!'), [400]],
  ['the same Content-Length twice', post(LENGTH + LENGTH, 'hello'), [400]],
  ['a list of one Content-Length', post('Content-Length: 5, 5\r\n', 'hello'), [400]],
  ['a negative Content-Length', post('Content-Length: -1\r\n', ''), [400]],
  ['a signed Content-Length', post('Content-Length: +5\r\n', 'hello'), [400]],
  ['a hexadecimal Content-Length', post('Content-Length: 0x5\r\n', 'hello'), [400]],
  ['a Content-Length with a space in it', post('Content-Length: 5 0\r\n', 'hello'), [400]],
  ['an empty Content-Length', post('Content-Length: \r\n', ''), [400]],
  ['a Content-Length beyond 64 bits', post('Content-Length: 18446744073709551621\r\n', 'hello'), [400]],
  ['a Content-Length with a comma alone', post('Content-Length: ,\r\n', ''), [400]],
  ['an unknown coding', post('Transfer-Encoding: gzip\r\n', ''), [400, 501]],
  ['a coding before chunked', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'), [400, 501]],
  ['chunked twice', post('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n'), [400]],
  ['chunked twice in two fields', post(CHUNKED + CHUNKED, '0\r\n\r\n'), [400]],
  ['chunked not last', post('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'), [400, 501]],
  ['identity', post('Transfer-Encoding: identity\r\n' + LENGTH, 'hello'), [400, 501]],
  ['xchunked', post('Transfer-Encoding: xchunked\r\n' + LENGTH, 'hello'), [400, 501]],
  ['chunked in quotes', post('Transfer-Encoding: "chunked"\r\n', '0\r\n\r\n'), [400, 501]],
  ['chunked with a parameter', post('Transfer-Encoding: chunked;x=y\r\n', '0\r\n\r\n'), [400, 501]],
  ['chunked after a vertical tab', post('Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n'), [400, 501]],
  ['an empty Transfer-Encoding', post('Transfer-Encoding: \r\n' + LENGTH, 'hello'), [400, 501]],
  ['Transfer-Encoding before its colon a space', post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n'), [400]],
  ['Transfer-Encoding before its colon a tab', post('Transfer-Encoding\t: chunked\r\n', '0\r\n\r\n'), [400]],
  ['Content-Length before its colon a space', post('Content-Length : 5\r\n', 'hello'), [400]],
  ['Transfer-Encoding folded', post('Transfer-Encoding:\r\n chunked\r\n', '0\r\n\r\n'), [400]],
  ['Transfer-Encoding in HTTP/1.0', `POST / HTTP/1.0\r\n${H}${CHUNKED}\r\n0\r\n\r\n`, [400]],
  ['Transfer-Encoding in a GET with a length', get(LENGTH + CHUNKED), [400]],
];

const heads: Case[] = [
  ['a folded field', get('X-Folded: a\r\n b\r\n'), [400]],
  ['a fold on the first field', `GET / HTTP/1.1\r\n ${H}\r\n`, [400]],
  ['bare LF at the line ends', `GET / HTTP/1.1\nHost: ${HOST}\n\n`, [400]],
  ['bare LF after a field', `GET / HTTP/1.1\r\nHost: ${HOST}\nX: y\r\n\r\n`, [400]],
  ['bare LF as the empty line', `GET / HTTP/1.1\r\n${H}\n`, [400]],
  ['bare CR in a value', get('X: a\rTransfer-Encoding: chunked\r\n'), [400]],
  ['bare CR as a line end', `GET / HTTP/1.1\rHost: ${HOST}\r\r`, [400]],
  ['NUL in a value', get('X: a\0b\r\n'), [400]],
  ['a control character in a value', get('X: a\x01b\r\n'), [400]],
  ['DEL in a value', get('X: a\x7fb\r\n'), [400]],
  ['NUL in a name', get('X\0: a\r\n'), [400]],
  ['no name', get(': value\r\n'), [400]],
  ['no colon', get('NoColon\r\n'), [400]],
  ['a space in a name', get('X Y: z\r\n'), [400]],
  ['a bracket in a name', get('X(Y): z\r\n'), [400]],
  ['a byte beyond ASCII in a name', get('X\xe9: z\r\n'), [400]],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', [400]],
  ['two Host', `GET / HTTP/1.1\r\n${H}Host: other.example.test\r\n\r\n`, [400]],
  ['the same Host twice', `GET / HTTP/1.1\r\n${H}${H}\r\n`, [400]],
  ['a Host with a path', `GET / HTTP/1.1\r\nHost: ${HOST}/x\r\n\r\n`, [400]],
  ['a Host with a user', `GET / HTTP/1.1\r\nHost: user@${HOST}\r\n\r\n`, [400]],
  ['a Host with a space', `GET / HTTP/1.1\r\nHost: ${HOST} x\r\n\r\n`, [400]],
  ['a Host with a bad port', `GET / HTTP/1.1\r\nHost: ${HOST}:99999\r\n\r\n`, [400]],
  ['a list of hosts', `GET / HTTP/1.1\r\nHost: ${HOST}, other.example.test\r\n\r\n`, [400]],
  ['two spaces in the request line', `GET  / HTTP/1.1\r\n${H}\r\n`, [400]],
  ['a tab in the request line', `GET\t/\tHTTP/1.1\r\n${H}\r\n`, [400]],
  ['a space at its end', `GET / HTTP/1.1 \r\n${H}\r\n`, [400]],
  ['a space in the target', `GET /a b HTTP/1.1\r\n${H}\r\n`, [400]],
  ['a control character in the target', `GET /a\x01b HTTP/1.1\r\n${H}\r\n`, [400]],
  ['a fragment in the target', `GET /a#b HTTP/1.1\r\n${H}\r\n`, [400]],
  ['no target', `GET HTTP/1.1\r\n${H}\r\n`, [400]],
  ['no version', `GET /\r\n${H}\r\n`, [400]],
  ['a target without a slash', `GET a HTTP/1.1\r\n${H}\r\n`, [400]],
  ['an asterisk for GET', `GET * HTTP/1.1\r\n${H}\r\n`, [400]],
  ['an empty method', ` / HTTP/1.1\r\n${H}\r\n`, [400]],
  ['a bad method', `G(T / HTTP/1.1\r\n${H}\r\n`, [400]],
  ['HTTP/1.2', `GET / HTTP/1.2\r\n${H}\r\n`, [505]],
  ['HTTP/0.9 with a version', `GET / HTTP/0.9\r\n${H}\r\n`, [505]],
  ['HTTP/2.0 in the request line', `GET / HTTP/2.0\r\n${H}\r\n`, [505]],
  ['HTTP/1.01', `GET / HTTP/1.01\r\n${H}\r\n`, [400, 505]],
  ['http/1.1 in small letters', `GET / http/1.1\r\n${H}\r\n`, [400]],
  ['HTTP/1,1', `GET / HTTP/1,1\r\n${H}\r\n`, [400]],
  ['another scheme in the target', `GET ftp://${HOST}/ HTTP/1.1\r\n${H}\r\n`, [400]],
  ['a user in the target', `GET http://user@${HOST}/ HTTP/1.1\r\n${H}\r\n`, [400]],
  ['CONNECT', `CONNECT ${HOST}:22 HTTP/1.1\r\nHost: ${HOST}:22\r\n\r\n`, [400, 405, 501]],
  ['a head too large', get(`X: ${'y'.repeat(200_000)}\r\n`), [431]],
  ['too many fields', get(Array.from({ length: 300 }, (_, i) => `X-${i}: y\r\n`).join('')), [431]],
  ['a target too long', `GET /${'y'.repeat(60_000)} HTTP/1.1\r\n${H}\r\n`, [414, 431]],
  ['an unknown expectation', post('Expect: something\r\n' + LENGTH, 'hello'), [417]],
  ['the HTTP/2 preface without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400, 505]],
];

const bodies: [string, string][] = [
  ['a chunk size with a sign', '+5\r\nhello\r\n0\r\n\r\n'],
  ['a chunk size with 0x', '0x5\r\nhello\r\n0\r\n\r\n'],
  ['a chunk size with a leading space', ' 5\r\nhello\r\n0\r\n\r\n'],
  ['a chunk size with a trailing space', '5 \r\nhello\r\n0\r\n\r\n'],
  ['no chunk size', '\r\nhello\r\n0\r\n\r\n'],
  ['a chunk size beyond 64 bits', 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n'],
  ['a chunk line ended by LF', '5\nhello\r\n0\r\n\r\n'],
  ['a chunk ended by LF', '5\r\nhello\n0\r\n\r\n'],
  ['a chunk longer than its size', '5\r\nhello!\r\n0\r\n\r\n'],
  ['a chunk shorter than its size', '5\r\nhell\r\n0\r\n\r\n'],
  ['an extension with a bare CR', '5;a\rb\r\nhello\r\n0\r\n\r\n'],
  ['an extension with LF in it', '5;a\nb\r\nhello\r\n0\r\n\r\n'],
  ['an endless extension', `5;${'a'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`],
  ['a last chunk ended by LF', '5\r\nhello\r\n0\n\r\n'],
  ['a bad trailer', '5\r\nhello\r\n0\r\nBad Trailer: x\r\n\r\n'],
  ['a folded trailer', '5\r\nhello\r\n0\r\nX: a\r\n b\r\n\r\n'],
];

async function refused(client: RawClient, bytes: string, statuses: number[]): Promise<void> {
  client.send(bytes + SMUGGLED);
  const text = await client.untilClosed();
  const found = /^HTTP\/1\.1 (\d{3}) /.exec(text);
  assert.ok(found !== null, `no response but ${JSON.stringify(text.slice(0, 200))}`);
  assert.ok(statuses.includes(Number(found[1])), `status ${found[1]}, expected ${statuses.join(' or ')}`);
  assert.equal(text.match(/^HTTP\/1\.1 /gm)?.length, 1, 'only one response');
  assert.match(text, /^connection: close\r$/im);
}

for (const [what, bytes, statuses] of [...framing, ...heads]) {
  test(`refused over TLS and plain, unseen by the application: ${what}`, async () => {
    const before = upstream.received.length;
    const client = await connectTls({ port: gateway.https, servername: HOST });
    await refused(client, bytes, statuses);
    await refused(await connectPlain({ port: gateway.http }), bytes, statuses);
    assert.equal(upstream.received.length, before);
  });
}

for (const [what, body] of bodies) {
  test(`content that breaks the coding ends the exchange and is not passed on: ${what}`, async () => {
    const before = upstream.text().length;
    const client = await connectTls({ port: gateway.https, servername: HOST });
    client.send(post(CHUNKED, body) + SMUGGLED);
    const text = await client.untilClosed();
    assert.ok(text === '' || /^HTTP\/1\.1 (400|413) /.test(text), JSON.stringify(text.slice(0, 100)));
    assert.ok((text.match(/^HTTP\/1\.1 /gm)?.length ?? 0) <= 1);
    await sleep(20);
    const passed = upstream.text().slice(before);
    assert.ok(!passed.includes('/smuggled'), passed);
    assert.ok(!passed.endsWith('0\r\n\r\n'), `the content must not look complete: ${JSON.stringify(passed)}`);
  });
}

// What is right, however it is written, is forwarded in the one way the gateway writes.
const same: [string, string, RegExp][] = [
  ['names in any case', get('x-LOUD: Yes\r\n'), /^x-loud: Yes\r$/im],
  ['white space around the value', get('X-Space: \t value \t\r\n'), /^X-Space: value\r$/im],
  ['no space after the colon', get('X-Tight:value\r\n'), /^X-Tight: value\r$/im],
  ['an empty line before the request', `\r\n${get('X-A: b\r\n')}`, /^X-A: b\r$/im],
  ['leading zeros in Content-Length', post('Content-Length: 0005\r\n', 'hello'), /^content-length: 5\r$/im],
  ['chunks in odd sizes with extensions', post(CHUNKED, '2;a=b\r\nhe\r\n003\r\nllo\r\n0\r\n\r\n'), /^transfer-encoding: chunked\r$/im],
  ['Chunked in capitals', post('Transfer-Encoding: CHUNKED\r\n', '5\r\nhello\r\n0\r\n\r\n'), /^transfer-encoding: chunked\r$/im],
  ['a target in absolute form', `GET http://${HOST}/first?x HTTP/1.1\r\n${H}\r\n`, /^GET \/first\?x HTTP\/1\.1\r$/m],
  ['bytes beyond ASCII in a value', get('X-Name: \xe9t\xe9\r\n'), /^X-Name: \xe9t\xe9\r$/im],
];

for (const [what, bytes, expected] of same) {
  test(`forwarded as the gateway writes it: ${what}`, async () => {
    const before = upstream.text().length;
    const client = await connectTls({ port: gateway.https, servername: HOST });
    client.send(bytes);
    assert.match(await client.untilText('ok'), /^HTTP\/1\.1 200 /);
    client.destroy();
    const passed = upstream.text().slice(before);
    assert.match(passed, expected);
    assert.equal(passed.match(/^(GET|POST) \/first/gm)?.length, 1);
    assert.equal(passed.match(/^host: /gim)?.length, 1);
    assert.ok(!/;a=b|0005|CHUNKED|http:\/\/app/.test(passed.replace(/^x-forwarded.*$|^forwarded.*$/gim, '')), passed);
    assert.ok(passed.split('\r\n').every((line) => !/[\r\n]/.test(line)));
  });
}

test('a Host that differs from the target in absolute form does not reach the application', async () => {
  const before = upstream.text().length;
  const client = await connectPlain({ port: gateway.http });
  client.send(`GET http://${HOST}/absolute HTTP/1.1\r\nHost: other.example.test\r\n\r\n`);
  const text = await client.untilText('\r\n\r\n');
  client.destroy();
  const passed = upstream.text().slice(before);
  if (/^HTTP\/1\.1 200 /.test(text)) assert.match(passed, new RegExp(`^host: ${HOST}\r$`, 'im'));
  assert.ok(!passed.includes('other.example.test'));
});

test('what follows a chunk of the largest size there is stays its content', async () => {
  const before = upstream.text().length;
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(post(CHUNKED, `7fffffffffffffff\r\n${SMUGGLED}\r\n0\r\n\r\n${SMUGGLED}`));
  const hosts = (): number | undefined => upstream.text().slice(before).match(/^host: /gim)?.length;
  await until('all of it has come', () => hosts() === 1 + 2);
  await sleep(300);
  assert.equal(client.text(), '');
  client.destroy();
  await sleep(50);
  assert.doesNotMatch(upstream.text().slice(before), /(^|[^\n])\r\n0\r\n\r\n$/);
  assert.equal(hosts(), 1 + 2);
});

test('content nobody asked for on a GET does not become a request', async () => {
  const before = upstream.text().length;
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(`GET /first HTTP/1.1\r\n${H}Content-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`);
  await client.untilText('ok');
  await sleep(200);
  assert.equal(client.text().match(/^HTTP\/1\.1 /gm)?.length, 1);
  client.destroy();
  const passed = upstream.text().slice(before);
  assert.equal(passed.match(/^content-length: \d+\r$/gim)?.length, 1);
});

test('an upgrade to h2c is not passed on', async () => {
  const before = upstream.text().length;
  const client = await connectPlain({ port: gateway.http });
  client.send(get('Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n'));
  assert.match(await client.untilText('ok'), /^HTTP\/1\.1 200 /);
  client.destroy();
  assert.doesNotMatch(upstream.text().slice(before), /h2c|http2-settings/i);
});

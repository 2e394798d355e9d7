import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { ask } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { type RawClient, connectTls, splitResponses } from './lib/raw.ts';
import { startApplication, startRawUpstream } from './lib/upstream.ts';
import { sleep } from './lib/wait.ts';

const HOST = 'app.example.test';
const RAW = 'raw.example.test';
const application = await startApplication();
let canned = 'HTTP/1.1 204 No Content\r\n\r\n'; // for the look at the site
let closeAfter = false;
const raw = await startRawUpstream((socket, soFar) => {
  if (!soFar.endsWith('\r\n\r\n')) return;
  socket.write(Buffer.from(canned, 'latin1'));
  if (closeAfter) socket.end();
});
const gateway = await startGateway();
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])] });
await gateway.addSite({ name: RAW, upstreams: [raw.url], pairs: [await authority.issue([RAW])] });

const connect = (host = HOST): Promise<RawClient> => connectTls({ port: gateway.https, servername: host });
const get = (path: string, fields = '', version = '1.1', method = 'GET', host = HOST): string => `${method} ${path} HTTP/${version}\r\nHost: ${host}\r\n${fields}\r\n`;

async function fromRaw(response: string, close = false, method = 'GET'): Promise<string> {
  canned = response;
  closeAfter = close;
  const client = await connect(RAW);
  client.send(get('/', 'Connection: close\r\n', '1.1', method, RAW));
  return client.untilClosed();
}

test('a connection is kept for the next request', async () => {
  const client = await connect();
  for (let i = 0; i < 5; i++) {
    client.send(get(`/name?${i}`));
    await client.untilText(new RegExp(`(application[^]*){${i + 1}}`));
  }
  assert.equal(splitResponses(client.text()).length, 5);
  client.destroy();
});

test('Connection: close is honoured and answered', async () => {
  const client = await connect();
  client.send(get('/name', 'Connection: close\r\n'));
  assert.match(await client.untilClosed(), /^connection: close\r$/im);
});

test('pipelined requests are answered in order, whatever they cost', async () => {
  const client = await connect();
  client.send(get('/wait/300') + get('/name') + get('/chunked/10') + get('/status/204') + get('/name', '', '1.1', 'HEAD') + get('/wait/1', 'Connection: close\r\n'));
  const replies = splitResponses(await client.untilClosed(), [false, false, false, false, true]);
  assert.deepEqual(replies.map((one) => one.status), [200, 200, 200, 204, 200, 200]);
  assert.deepEqual(replies.map((one) => one.body.slice(0, 10)), ['waited 300', 'applicatio', 'strictgate', '', '', 'waited 1']);
});

test('two hundred pipelined requests in one write are all answered', async () => {
  const client = await connect();
  client.send(get('/name').repeat(199) + get('/name', 'Connection: close\r\n'));
  assert.equal(splitResponses(await client.untilClosed(15_000)).length, 200);
});

test('a head that drips in byte by byte is understood', async () => {
  const client = await connect();
  for (const byte of get('/name', 'X-Drip: yes\r\n')) {
    client.send(byte);
    await sleep(1);
  }
  assert.match(await client.untilText('application'), /^HTTP\/1\.1 200 /);
  client.destroy();
});

test('chunked content arrives whole, chunk boundaries anywhere', async () => {
  const client = await connect();
  const bytes = `POST /upload HTTP/1.1\r\nHost: ${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;name=value\r\n world\r\n0\r\n\r\n`;
  for (let i = 0; i < bytes.length; i += 7) {
    client.send(bytes.slice(i, i + 7));
    await sleep(2);
  }
  await client.untilText('"size":11');
  client.destroy();
});

test('trailers of a request reach the application, but not those that frame or route', async () => {
  const client = await connect();
  client.send(`POST /upload HTTP/1.1\r\nHost: ${HOST}\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 42\r\nContent-Length: 3\r\nHost: evil\r\n\r\n`);
  await client.untilText('"size":5');
  client.destroy();
  const trailers = application.seen.at(-1)?.trailers.map(([name, value]) => `${name.toLowerCase()}: ${value}`);
  assert.deepEqual(trailers, ['x-sum: 42']);
});

test('trailers of a response reach the client', async () => {
  const reply = await ask(gateway, { host: HOST, path: '/trailers', headers: { te: 'trailers' } });
  assert.equal(reply.text, 'first last');
  assert.equal(reply.trailers['x-checksum'], 'abc');
});

test('Expect: 100-continue is answered before the content is sent', async () => {
  const client = await connect();
  client.send(`POST /upload HTTP/1.1\r\nHost: ${HOST}\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n`);
  assert.match(await client.untilText('\r\n\r\n'), /^HTTP\/1\.1 100 /);
  client.send('hello');
  assert.match(await client.untilText('"size":5'), /HTTP\/1\.1 200 /);
  client.destroy();
});

test('Expect: 100-continue with a length that is too large is answered 413 without asking for it', async () => {
  await gateway.limits({ body_size_max: 1_000_000 });
  const client = await connect();
  client.send(`POST /upload HTTP/1.1\r\nHost: ${HOST}\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n`);
  assert.match(await client.untilText('\r\n\r\n'), /^HTTP\/1\.1 413 /);
  client.destroy();
  await gateway.limits({ body_size_max: 0 });
});

test('HEAD has the length and no content', async () => {
  const client = await connect();
  client.send(get('/bytes/1000', '', '1.1', 'HEAD') + get('/name', 'Connection: close\r\n'));
  const [head, next] = splitResponses(await client.untilClosed(), [true]);
  assert.match(head?.head ?? '', /^content-length: 1000$/im);
  assert.equal(next?.body, 'application');
});

for (const status of [204, 304]) {
  test(`${status} has no content and keeps the connection`, async () => {
    const client = await connect();
    client.send(get(`/status/${status}?etag=%22x%22`) + get('/name', 'Connection: close\r\n'));
    const replies = splitResponses(await client.untilClosed());
    assert.deepEqual(replies.map((one) => one.status), [status, 200]);
    assert.doesNotMatch(replies[0]?.head ?? '', /transfer-encoding/i);
  });
}

test('1xx responses are passed on', async () => {
  const reply = await ask(gateway, { host: HOST, path: '/informational/103' });
  assert.deepEqual([reply.informational, reply.status, reply.text], [[103], 200, 'final']);
});

test('an HTTP/1.0 client gets no chunks, no 1xx, and a closed connection', async () => {
  for (const path of ['/chunked/5000', '/informational/103', '/bytes/100']) {
    const client = await connect();
    client.send(get(path, '', '1.0'));
    const text = await client.untilClosed();
    assert.match(text, /^HTTP\/1\.[01] 200 /, path);
    assert.doesNotMatch(text, /transfer-encoding/i);
    if (path === '/chunked/5000') assert.equal(text.slice(text.indexOf('\r\n\r\n') + 4).length, 5000);
  }
});

test('an HTTP/1.0 client may ask to keep the connection', async () => {
  const client = await connect();
  client.send(get('/bytes/10', 'Connection: keep-alive\r\n', '1.0'));
  const text = await client.untilText('strictgate');
  if (/^connection: keep-alive\r$/im.test(text)) {
    client.send(get('/bytes/10', '', '1.0'));
    await client.untilText(/strictgate[^]*strictgate/);
  }
  client.destroy();
});

test('hop-by-hop fields, and those Connection names, are not passed on in either direction', async () => {
  await ask(gateway, { host: HOST, path: '/hop', headers: { connection: 'close, x-private', 'x-private': '1', 'keep-alive': 'timeout=5', 'proxy-connection': 'keep-alive', te: 'gzip', 'x-public': '2' } });
  const seen = application.seen.at(-1);
  for (const name of ['x-private', 'keep-alive', 'proxy-connection', 'te', 'upgrade']) assert.equal(seen?.field(name), undefined, name);
  assert.equal(seen?.field('x-public'), '2');
  const text = await fromRaw('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive, X-Private\r\nX-Private: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: x\r\nX-Public: 2\r\n\r\nok');
  assert.doesNotMatch(text, /x-private|keep-alive|proxy-connection/i);
  assert.match(text, /^x-public: 2\r$/im);
});

test('a response without a length that ends with its connection arrives whole and is not taken for complete when cut', async () => {
  const text = await fromRaw(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n${'z'.repeat(3000)}`, true);
  assert.equal(text.match(/z/g)?.length, 3000);
  const old = await fromRaw(`HTTP/1.0 200 OK\r\n\r\n${'z'.repeat(300)}`, true);
  assert.equal(old.match(/z/g)?.length, 300);
});

test('a response cut short is seen as cut short by the client', async () => {
  for (const path of ['/die-mid']) await assert.rejects(ask(gateway, { host: HOST, path }), /aborted|hang up|ECONNRESET|socket/i);
  const chunks = await fromRaw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n', true);
  assert.ok(!chunks.endsWith('0\r\n\r\n'), 'no last chunk may be invented');
});

const broken: [string, string][] = [
  ['no status line', 'hello world, this is no HTTP\r\n\r\n'],
  ['a bad status', 'HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n'],
  ['letters in the status', 'HTTP/1.1 2xx OK\r\nContent-Length: 0\r\n\r\n'],
  ['a folded field', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n'],
  ['white space before the colon', 'HTTP/1.1 200 OK\r\nX : a\r\nContent-Length: 0\r\n\r\n'],
  ['two differing lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ['length and chunked', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['an unknown coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nab'],
  ['a control character in a field', 'HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n'],
  ['a head too large', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(300_000)}\r\nContent-Length: 0\r\n\r\n`],
  ['an upgrade nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'],
  ['HTTP/2.0', 'HTTP/2.0 200 OK\r\n\r\n'],
  ['nothing', ''],
];

for (const [what, response] of broken) {
  test(`an application that breaks the grammar is a 502: ${what}`, async () => {
    assert.match(await fromRaw(response, true), /^HTTP\/1\.1 502 /);
  });
}

test('bytes an application sends after its response do not become another response', async () => {
  canned = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\nX-Poison: yes\r\n\r\npoison';
  closeAfter = false;
  const client = await connect(RAW);
  client.send(get('/', '', '1.1', 'GET', RAW));
  await client.untilText('ok');
  await sleep(100);
  client.send(get('/', 'Connection: close\r\n', '1.1', 'GET', RAW));
  const text = await client.untilClosed();
  assert.doesNotMatch(text, /poison/i);
});

test('a response to HEAD with content after it does not poison the pooled connection', async () => {
  canned = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison';
  closeAfter = false;
  const client = await connect(RAW);
  client.send(get('/', '', '1.1', 'HEAD', RAW));
  await client.untilText('\r\n\r\n');
  await sleep(100);
  canned = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nclean';
  client.send(get('/', 'Connection: close\r\n', '1.1', 'GET', RAW));
  const text = await client.untilClosed();
  assert.match(text, /clean$/);
  assert.doesNotMatch(text, /poison/);
});

test('fields of a response are passed on as they are, several of one name too', async () => {
  const text = await fromRaw('HTTP/1.1 200 Very Good\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2; Path=/\r\nX-Empty:\r\nServer: model\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n');
  assert.deepEqual(text.match(/^set-cookie: .*$/gim)?.map((line) => line.trim().toLowerCase()), ['set-cookie: a=1', 'set-cookie: b=2; path=/']);
  assert.match(text, /^x-empty:\s*\r$/im);
  assert.equal(text.match(/^date: /gim)?.length, 1);
  assert.equal(text.match(/^server: /gim)?.length ?? 1, 1);
});

test('Secure is put on the application\'s cookies over HTTPS only when asked for', async () => {
  canned = 'HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2; secure; HttpOnly\r\nContent-Length: 0\r\n\r\n';
  assert.doesNotMatch(await fromRaw(canned), /a=1; Path=\/; Secure/i);
  await gateway.must('PATCH', `/v1/sites/${RAW}`, { secure_cookies: true });
  const text = await fromRaw(canned);
  assert.match(text, /^set-cookie: a=1; Path=\/; Secure\r$/im);
  assert.match(text, /^set-cookie: b=2; secure; HttpOnly\r$/im);
});

test('a Location of the site itself over http is rewritten to https when asked for, others never', async () => {
  const answer = (to: string): string => `HTTP/1.1 302 Found\r\nLocation: ${to}\r\nContent-Length: 0\r\n\r\n`;
  const location = async (to: string): Promise<string> => /^location: (.*)\r$/im.exec(await fromRaw(answer(to)))?.[1] ?? '';
  await gateway.must('PATCH', `/v1/sites/${RAW}`, { rewrite_location: false });
  assert.equal(await location(`http://${RAW}/x`), `http://${RAW}/x`);
  await gateway.must('PATCH', `/v1/sites/${RAW}`, { rewrite_location: true });
  assert.equal(await location(`http://${RAW}/x?y#z`), `https://${RAW}:${gateway.https}/x?y#z`);
  assert.equal(await location(`http://${RAW}:${gateway.https}/x`), `https://${RAW}:${gateway.https}/x`);
  assert.equal(await location('http://elsewhere.test/x'), 'http://elsewhere.test/x');
  assert.equal(await location(`http://${RAW}.evil.test/x`), `http://${RAW}.evil.test/x`);
  assert.equal(await location('/relative'), '/relative');
  assert.equal(await location(`https://${RAW}/x`), `https://${RAW}/x`);
});

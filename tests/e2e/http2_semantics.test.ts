import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import type http from 'node:http';
import type http2 from 'node:http2';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { ask, openSession } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { FRAME, connectH2, headers, requestFields } from './lib/h2.ts';
import { startApplication, startCannedUpstream, startUpstream } from './lib/upstream.ts';
import { sleep, until } from './lib/wait.ts';

const HOST = 'app.example.test';
const application = await startApplication();
const cut = await startCannedUpstream('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n', true);
// Answered when the test says so.
const held: http.ServerResponse[] = [];
const holding = await startUpstream((_request, response) => held.push(response));
const gateway = await startGateway();
await gateway.addSite({
  name: HOST, pairs: [await authority.issue([HOST])],
  routes: [{ prefix: '/', kind: 'proxy', upstreams: [{ url: application.url }] }, { prefix: '/cut/', kind: 'proxy', upstreams: [{ url: cut.url }] },
    { prefix: '/held/', kind: 'proxy', upstreams: [{ url: holding.url }] }],
});

async function withSession<T>(work: (session: http2.ClientHttp2Session) => Promise<T>): Promise<T> {
  const session = await openSession(gateway, HOST);
  try {
    return await work(session);
  } finally {
    session.destroy();
  }
}

test('a hundred streams at once on one connection are all answered', async () => {
  await withSession(async (session) => {
    const replies = await Promise.all(Array.from({ length: 100 }, (_, i) => ask(gateway, { via: 'h2', host: HOST, session, path: `/n/${i}` })));
    replies.forEach((reply, i) => assert.equal((JSON.parse(reply.text) as { url: string }).url, `/n/${i}`));
  });
});

test('a slow answer does not hold up the others', async () => {
  await withSession(async (session) => {
    const slow = ask(gateway, { via: 'h2', host: HOST, session, path: '/held/' });
    const answer = await until('the slow one is at the application', () => held.pop());
    await Promise.all(Array.from({ length: 10 }, () => ask(gateway, { via: 'h2', host: HOST, session, path: '/name' })));
    answer.end('at last');
    assert.equal((await slow).text, 'at last');
  });
});

test('a large answer does not hold up the others', async () => {
  await withSession(async (session) => {
    const stuck = session.request({ ':path': '/bytes/50000000', ':authority': HOST });
    stuck.on('error', () => {});
    await new Promise((resolve) => stuck.once('response', resolve));
    const reply = await ask(gateway, { via: 'h2', host: HOST, session, path: '/name' });
    assert.equal(reply.text, 'application');
    stuck.close(8);
  });
});

test('content of an upload arrives whole, with and without a length', async () => {
  const body = randomBytes(3_000_000);
  const sha256 = createHash('sha256').update(body).digest('hex');
  for (const fields of [{}, { 'content-length': String(body.length) }] as Record<string, string>[]) {
    const reply = await ask(gateway, { via: 'h2', host: HOST, path: '/upload', method: 'POST', body, headers: fields });
    assert.equal((JSON.parse(reply.text) as { sha256: string }).sha256, sha256);
    assert.equal(application.seen.at(-1)?.field('transfer-encoding'), fields['content-length'] === undefined ? 'chunked' : undefined);
  }
});

test('content that differs from its Content-Length is an error and not passed on as complete', async () => {
  for (const length of ['3', '100']) {
    const result = await ask(gateway, { via: 'h2', host: HOST, path: '/mismatch', method: 'POST', body: 'hello', headers: { 'content-length': length } })
      .then((reply) => String(reply.status), String);
    assert.match(result, /^400$|reset|closed/i, length);
  }
  await sleep(100);
  assert.ok(application.seen.filter((one) => one.url === '/mismatch').every((one) => one.sha256 === ''));
});

test('HEAD, 204 and 304 have no content', async () => {
  const head = await ask(gateway, { via: 'h2', host: HOST, path: '/bytes/1000', method: 'HEAD' });
  assert.deepEqual([head.status, head.field('content-length'), head.body.length], [200, '1000', 0]);
  for (const status of [204, 304]) {
    const reply = await ask(gateway, { via: 'h2', host: HOST, path: `/status/${status}` });
    assert.deepEqual([reply.status, reply.body.length], [status, 0]);
  }
});

test('trailers go both ways', async () => {
  const reply = await ask(gateway, { via: 'h2', host: HOST, path: '/trailers', headers: { te: 'trailers' } });
  assert.equal(reply.text, 'first last');
  assert.equal(reply.trailers['x-checksum'], 'abc');
  await withSession(async (session) => {
    const stream = session.request({ ':method': 'POST', ':path': '/upload', ':authority': HOST }, { endStream: false, waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '42' }));
    stream.end('hello');
    stream.resume();
    await new Promise((resolve) => stream.once('close', resolve));
  });
  assert.deepEqual(application.seen.at(-1)?.trailers.map(([name, value]) => [name.toLowerCase(), value]), [['x-sum', '42']]);
});

test('1xx responses are passed on', async () => {
  const reply = await ask(gateway, { via: 'h2', host: HOST, path: '/informational/103' });
  assert.deepEqual([reply.informational, reply.status, reply.text], [[103], 200, 'final']);
});

test('fields of the connection do not appear in HTTP/2, names are in small letters', async () => {
  const reply = await ask(gateway, { via: 'h2', host: HOST, path: '/status/200?Keep-Alive=timeout%3D5&X-Upper=Yes&Connection=x-gone&X-Gone=1&Proxy-Connection=x' });
  for (const name of ['keep-alive', 'connection', 'x-gone', 'proxy-connection', 'transfer-encoding', 'upgrade']) assert.equal(reply.field(name), undefined, name);
  assert.ok(reply.fields.every(([name]) => name === name.toLowerCase()));
  assert.equal(reply.field('x-upper'), 'Yes');
});

test('cookies split over fields arrive at the application as one', async () => {
  await ask(gateway, { via: 'h2', host: HOST, path: '/cookies', headers: { cookie: ['a=1', 'b=2', 'c=3'] } });
  assert.deepEqual(application.seen.at(-1)?.all('cookie'), ['a=1; b=2; c=3']);
});

test('a response cut short is a stream error, not an end', async () => {
  await assert.rejects(ask(gateway, { via: 'h2', host: HOST, path: '/die-mid' }), /reset|closed/i);
  await assert.rejects(ask(gateway, { via: 'h2', host: HOST, path: '/cut/' }), /reset|closed/i);
  assert.equal((await ask(gateway, { via: 'h2', host: HOST, path: '/name' })).status, 200);
});

test('a stream the client cancels is cancelled at the application, and the connection goes on', async () => {
  await withSession(async (session) => {
    const before = application.connections();
    for (let i = 0; i < 5; i++) {
      const stream = session.request({ ':path': '/hang', ':authority': HOST });
      stream.on('error', () => {});
      await until('it is at the application', () => application.seen.filter(({ url }) => url === '/hang').length > i);
      stream.close(8);
    }
    await until('the hanging requests are given up', () => application.connections() <= before + 1);
    assert.equal((await ask(gateway, { via: 'h2', host: HOST, session, path: '/name' })).status, 200);
  });
});

const malformed: [string, [string, string][]][] = [
  ['no :path', [[':method', 'GET'], [':scheme', 'https'], [':authority', HOST]]],
  ['an empty :path', [[':method', 'GET'], [':scheme', 'https'], [':path', ''], [':authority', HOST]]],
  ['no :method', [[':scheme', 'https'], [':path', '/'], [':authority', HOST]]],
  ['no :scheme', [[':method', 'GET'], [':path', '/'], [':authority', HOST]]],
  ['two :path', [...requestFields(HOST), [':path', '/b']]],
  ['an unknown pseudo field', [...requestFields(HOST), [':unknown', 'x']]],
  ['a pseudo field after a field', [[':method', 'GET'], [':scheme', 'https'], ['x', 'y'], [':path', '/'], [':authority', HOST]]],
  ['a response\'s pseudo field', [...requestFields(HOST), [':status', '200']]],
  ['Connection', [...requestFields(HOST), ['connection', 'close']]],
  ['Transfer-Encoding', [...requestFields(HOST, '/', 'POST'), ['transfer-encoding', 'chunked']]],
  ['Upgrade', [...requestFields(HOST), ['upgrade', 'websocket']]],
  ['Keep-Alive', [...requestFields(HOST), ['keep-alive', 'timeout=5']]],
  ['TE other than trailers', [...requestFields(HOST), ['te', 'gzip']]],
  ['a name in capitals', [...requestFields(HOST), ['X-Upper', 'x']]],
  ['a name with a space', [...requestFields(HOST), ['x y', 'x']]],
  ['a name with a colon', [...requestFields(HOST), ['x:y', 'x']]],
  ['CR LF in a value', [...requestFields(HOST), ['x', 'a\r\nsmuggled: yes']]],
  ['NUL in a value', [...requestFields(HOST), ['x', 'a\0b']]],
  ['CR LF in the path', requestFields(HOST, '/ HTTP/1.1\r\nX: y')],
  ['a space in the path', requestFields(HOST, '/a b')],
  ['a path without a slash', requestFields(HOST, 'a')],
  ['CR LF in the method', requestFields(HOST, '/', 'GET / HTTP/1.1\r\nX: y')],
  ['a space in the method', requestFields(HOST, '/', 'GE T')],
  ['a path in the authority', requestFields(`${HOST}/x`)],
  ['a user in the authority', requestFields(`user@${HOST}`)],
  ['CR LF in the authority', requestFields(`${HOST}\r\nX: y`)],
  ['a Host that differs', [...requestFields(HOST), ['host', 'other.example.test']]],
  ['two Content-Length', [...requestFields(HOST, '/', 'POST'), ['content-length', '1'], ['content-length', '2']]],
  ['a bad Content-Length', [...requestFields(HOST, '/', 'POST'), ['content-length', 'x']]],
];

for (const [what, fields] of malformed) {
  test(`a malformed request never reaches the application: ${what}`, async () => {
    const before = application.seen.length;
    const client = await connectH2(gateway.https, HOST);
    client.send(headers(1, fields));
    await until('an answer', () => client.closed() || client.frames().some((one) =>
      one.type === FRAME.reset || one.type === FRAME.goaway || (one.type === FRAME.headers && one.stream === 1)));
    await sleep(30);
    assert.equal(application.seen.length, before);
    client.destroy();
    assert.equal((await ask(gateway, { via: 'h2', host: HOST, path: '/name' })).status, 200);
  });
}

test('an ordinary CONNECT is refused', async () => {
  const client = await connectH2(gateway.https, HOST);
  client.send(headers(1, [[':method', 'CONNECT'], [':authority', `${HOST}:22`]], false));
  await until('a refusal', () => client.frames().some((one) => one.stream === 1 && (one.type === FRAME.reset || one.type === FRAME.headers)));
  client.destroy();
});

test('the limit of streams is announced and kept to', async () => {
  await withSession(async (session) => {
    const max = session.remoteSettings.maxConcurrentStreams ?? 0;
    assert.ok(max >= 100 && max <= 1000, String(max));
    assert.equal(session.remoteSettings.enableConnectProtocol, true);
    assert.equal(session.remoteSettings.enablePush !== true || true, true);
  });
});

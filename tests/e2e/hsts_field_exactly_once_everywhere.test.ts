import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { type Ask, type Reply, type Via, ask, hstsOf } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { freePort } from './lib/ports.ts';
import { connectTls } from './lib/raw.ts';
import { startApplication, startCannedUpstream } from './lib/upstream.ts';
import { startWebSocketApplication } from './lib/websocket.ts';

const HOST = 'app.example.test';
const FIELD = ['max-age=300'];
const SECURE: Via[] = ['https', 'h2'];

const application = await startApplication();
const webSockets = await startWebSocketApplication();
const broken = await startCannedUpstream('this is not HTTP\r\n\r\n', true);
const gateway = await startGateway({ server: { 'Static Root': '/usr/share' } });
await gateway.addSite({
  name: HOST,
  aliases: ['alias.example.test'],
  pairs: [await authority.issue([HOST, 'alias.example.test'])],
  hsts: 300,
  routes: [
    { prefix: '/', kind: 'proxy', upstreams: [{ url: application.url }] },
    { prefix: '/hang/', kind: 'proxy', upstreams: [{ url: application.url }], first_byte_timeout_ms: 500 },
    { prefix: '/socket/', kind: 'proxy', upstreams: [{ url: webSockets.url }] },
    { prefix: '/broken/', kind: 'proxy', upstreams: [{ url: broken.url }] },
    { prefix: '/dead/', kind: 'proxy', upstreams: [{ url: `http://127.0.0.1:${await freePort()}` }] },
    { prefix: '/fixed/', kind: 'fixed', status: 503, body: 'closed', content_type: 'text/plain' },
    { prefix: '/files/', kind: 'files', root: '/usr/share/common-licenses', strip_prefix: true },
  ],
  settings: { canonical: true },
});
await gateway.addSite({ name: 'other.example.test', upstreams: [application.url], pairs: [await authority.issue(['other.example.test'])] });
await gateway.limits({ body_size_max: 100_000 });

const answers: [string, Omit<Ask, 'host'>, number][] = [
  ['a page', { path: '/page' }, 200],
  ['HEAD', { path: '/page', method: 'HEAD' }, 200],
  ...[201, 204, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 410, 418, 429, 500, 501, 502, 503, 504, 599].map(
    (status): [string, Omit<Ask, 'host'>, number] => [`the application's ${status}`, { path: `/status/${status}?location=/x` }, status]),
  ['a chunked response', { path: '/chunked/1000' }, 200],
  ['a response with trailers', { path: '/trailers' }, 200],
  ['a POST', { path: '/form', method: 'POST', body: 'x' }, 200],
  ['OPTIONS', { path: '/', method: 'OPTIONS' }, 200],
  ['the redirect to the canonical name', { path: '/', hostField: 'alias.example.test' }, 0],
  ['our 413', { path: '/big', method: 'POST', body: Buffer.alloc(200_000) }, 413],
  ['our 431', { path: '/', headers: { 'x-big': 'x'.repeat(45_000) } }, 431],
  ['our 502 for a dead application', { path: '/dead/' }, 502],
  ['our 502 for an application that breaks the protocol', { path: '/broken/' }, 502],
  ['our 502 for an application that hangs up', { path: '/die' }, 502],
  ['our 504', { path: '/hang/' }, 504],
  ['a fixed response', { path: '/fixed/' }, 503],
  ['a file', { path: '/files/Apache-2.0' }, 200],
  ['a file that is not there', { path: '/files/nothing' }, 404],
  ['a refused method on a file', { path: '/files/Apache-2.0', method: 'POST', body: 'x' }, 405],
  ['a range that is not there', { path: '/files/Apache-2.0', headers: { range: 'bytes=99999999-' } }, 416],
  ['an unknown ACME token', { path: '/.well-known/acme-challenge/none' }, 0],
];

for (const via of SECURE) {
  for (const [what, question, status] of answers) {
    test(`${via}: ${what} carries it exactly once`, async () => {
      const reply = await ask(gateway, { via, host: HOST, ...question });
      if (status !== 0) assert.equal(reply.status, status);
      assert.deepEqual(hstsOf(reply), FIELD);
    });
  }

  test(`${via}: a refused upgrade carries it`, async () => {
    const reply = await ask(gateway, via === 'https'
      ? { via, host: HOST, path: '/refused', headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13' } }
      : { via, host: HOST, path: '/status/403' });
    assert.deepEqual(hstsOf(reply), FIELD);
  });

  test(`${via}: the field is not on 1xx responses but on the final one`, async () => {
    const reply = await ask(gateway, { via, host: HOST, path: '/informational/103' });
    assert.deepEqual([reply.status, reply.informational], [200, [103]]);
    assert.deepEqual(hstsOf(reply), FIELD);
  });

  test(`${via}: the application's own field is removed, ours is sent, once`, async () => {
    const before = await gateway.metric('strictgate_site_hsts_removed_total', { site: HOST });
    for (const value of ['max-age=31536000; includeSubDomains; preload', 'max-age=0', 'nonsense']) {
      const reply = await ask(gateway, { via, host: HOST, path: `/status/200?Strict-Transport-Security=${encodeURIComponent(value)}` });
      assert.deepEqual(hstsOf(reply), FIELD);
    }
    const two = await ask(gateway, { via, host: HOST, path: '/status/404?strict-transport-security=max-age%3D1&STRICT-TRANSPORT-SECURITY=max-age%3D2' });
    assert.deepEqual(hstsOf(two), FIELD);
    assert.equal((await gateway.metric('strictgate_site_hsts_removed_total', { site: HOST })) - before, 5);
  });

  test(`${via}: a site that has none sends none, not even the application's`, async () => {
    const reply = await ask(gateway, { via, host: 'other.example.test', path: '/status/200?Strict-Transport-Security=max-age%3D63072000' });
    assert.deepEqual(hstsOf(reply), []);
  });

  test(`${via}: a request for another name over this connection carries no field of a site it is not for`, async () => {
    const reply = await ask(gateway, { via, host: HOST, hostField: 'other.example.test' });
    assert.equal(reply.status, 421);
    assert.ok(hstsOf(reply).length <= 1);
  });
}

const badHeads: [string, string, number][] = [
  ['400 for a broken request line', 'GET\r\n\r\n', 400],
  ['400 for two Host fields', `GET / HTTP/1.1\r\nHost: ${HOST}\r\nHost: ${HOST}\r\n\r\n`, 400],
  ['400 for white space before the colon', `GET / HTTP/1.1\r\nHost : ${HOST}\r\n\r\n`, 400],
  ['505', `GET / HTTP/1.7\r\nHost: ${HOST}\r\n\r\n`, 505],
  ['501', `POST / HTTP/1.1\r\nHost: ${HOST}\r\nTransfer-Encoding: gzip, chunked\r\n\r\n`, 501],
  ['417', `POST / HTTP/1.1\r\nHost: ${HOST}\r\nExpect: miracles\r\nContent-Length: 1\r\n\r\nx`, 417],
  ['414', `GET /${'x'.repeat(40_000)} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 414],
  ['431', `GET / HTTP/1.1\r\nHost: ${HOST}\r\n${Array.from({ length: 200 }, (_, i) => `x-${i}: y\r\n`).join('')}\r\n`, 431],
  ['CONNECT', `CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}:443\r\n\r\n`, 0],
];

for (const [what, bytes, status] of badHeads) {
  test(`the gateway's own answer carries it exactly once: ${what}`, async () => {
    const client = await connectTls({ port: gateway.https, servername: HOST });
    client.send(bytes);
    const text = await client.untilText('\r\n\r\n');
    if (status !== 0) assert.match(text, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.deepEqual(text.toLowerCase().match(/^strict-transport-security:.*$/gm), ['strict-transport-security: max-age=300']);
    client.destroy();
  });
}

test('the refusal of a WebSocket carries it', async () => {
  const fields = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13' };
  const reply = await ask(gateway, { host: HOST, path: '/socket/', headers: { ...fields, 'sec-websocket-key': 'short' } });
  assert.deepEqual(hstsOf(reply), FIELD);
  assert.equal(reply.status === 101, false);
  const refused = await ask(gateway, { host: HOST, path: '/dead/', headers: fields });
  assert.deepEqual([refused.status, ...hstsOf(refused)], [502, ...FIELD]);
});

test('plain HTTP never carries it', async () => {
  const questions: Omit<Ask, 'host'>[] = [{ path: '/' }, { path: '/.well-known/acme-challenge/none' }, { path: '/', method: 'POST', body: 'x' },
    { path: '/', headers: { 'x-big': 'x'.repeat(70_000) } }];
  for (const question of questions) assert.deepEqual(hstsOf(await ask(gateway, { via: 'http', host: HOST, ...question })), []);
  await gateway.must('PATCH', `/v1/sites/${HOST}`, { redirect: 'off', override: { guards: ['keep-redirect'], reason: 'a test', confirm: HOST } });
  for (const path of ['/page', '/status/404', '/status/200?Strict-Transport-Security=max-age%3D5', '/dead/', '/fixed/']) {
    assert.deepEqual(hstsOf(await ask(gateway, { via: 'http', host: HOST, path })), [], path);
  }
  await gateway.must('PATCH', `/v1/sites/${HOST}`, { redirect: 'temporary' });
});

test('changes of the promise take effect at once, on open connections too', async () => {
  const all = async (): Promise<Reply[]> => Promise.all(SECURE.map((via) => ask(gateway, { via, host: HOST, path: '/page' })));
  for (const [maxAge, subdomains, expected] of [[86_400, false, 'max-age=86400'], [604_800, true, 'max-age=604800; includeSubDomains'], [0, false, 'max-age=0'], [300, false, 'max-age=300']] as const) {
    await gateway.setHsts(HOST, maxAge, subdomains);
    for (const reply of await all()) assert.deepEqual(hstsOf(reply), [expected]);
    const site = await gateway.must('GET', `/v1/sites/${HOST}`);
    const { wish, field } = site['hsts'] as unknown as { wish: { max_age: number; include_subdomains: boolean }; field: string };
    assert.deepEqual([wish.max_age, wish.include_subdomains, field], [maxAge, subdomains, expected]);
  }
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(`GET /name HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  assert.match(await client.untilText('application'), /strict-transport-security: max-age=300\r\n/i);
  await gateway.must('PUT', `/v1/sites/${HOST}/hsts`, { mode: 'off' });
  client.send(`GET /status/404 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  const text = await client.untilText('status 404');
  assert.deepEqual(text.match(/strict-transport-security: .*$/gim), ['Strict-Transport-Security: max-age=300', 'Strict-Transport-Security: max-age=0']);
  client.destroy();
  for (const reply of await all()) assert.deepEqual(hstsOf(reply), ['max-age=0'], 'browsers are bound: leaving the field out would take nothing back');
});

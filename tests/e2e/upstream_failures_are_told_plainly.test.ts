import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { authority, createAuthority } from './lib/certs.ts';
import { type Reply, ask } from './lib/client.ts';
import { type RouteInput, startGateway } from './lib/gateway.ts';
import { freePort } from './lib/ports.ts';
import { startApplication, startCannedUpstream, startRawUpstream, startUpstream } from './lib/upstream.ts';
import { sleep, until } from './lib/wait.ts';

const application = await startApplication();
const gateway = await startGateway();
let count = 0;

async function site(route: Partial<RouteInput>, settings?: Record<string, unknown>): Promise<string> {
  const name = `s${++count}.example.test`;
  await gateway.addSite({ name, pairs: [await authority.issue([name])], routes: [{ prefix: '/', kind: 'proxy', ...route }], settings });
  return name;
}

function isOurPage(reply: Reply, status: number): void {
  assert.equal(reply.status, status);
  assert.match(reply.field('content-type') ?? '', /^text\/html/);
  assert.equal(reply.field('cache-control'), 'no-store');
  assert.match(reply.text, new RegExp(String(status)));
  assert.match(reply.text.replaceAll(/<[^>]*>/g, ' '), /\b(application|site|server|service)\b/i);
  assert.doesNotMatch(reply.text, /127\.0\.0\.1|errno|ECONN/, 'no inside information');
}

test('an application that does not listen is a 502 with a page in plain words', async () => {
  const host = await site({ upstreams: [{ url: `http://127.0.0.1:${await freePort()}` }] });
  for (const via of ['https', 'h2'] as const) isOurPage(await ask(gateway, { via, host }), 502);
});

test('a Unix socket that is not there is a 502', async () => {
  const host = await site({ upstreams: [{ url: 'unix:/nonexistent/application.sock' }] });
  isOurPage(await ask(gateway, { host }), 502);
});

test('an application that closes before it answers is a 502', async () => {
  const host = await site({ upstreams: [{ url: application.url }] });
  isOurPage(await ask(gateway, { host, path: '/die' }), 502);
  isOurPage(await ask(gateway, { host, path: '/die', method: 'POST', body: 'x' }), 502);
});

test('an application that takes too long is a 504, in time', async () => {
  const host = await site({ upstreams: [{ url: application.url }], first_byte_timeout_ms: 400 });
  for (const via of ['https', 'h2'] as const) {
    const began = Date.now();
    isOurPage(await ask(gateway, { via, host, path: '/hang' }), 504);
    const took = Date.now() - began;
    assert.ok(took >= 350, `${took} ms`);
  }
  const patient = await site({ upstreams: [{ url: application.url }], first_byte_timeout_ms: 30_000 });
  assert.equal((await ask(gateway, { host: patient, path: '/wait/500' })).status, 200);
});

test('an application that falls silent within its answer is cut off', async () => {
  const silent = await startRawUpstream((socket, soFar) => {
    if (soFar.endsWith('\r\n\r\n')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart');
  });
  const host = await site({ upstreams: [{ url: silent.url }], idle_timeout_ms: 500 });
  await assert.rejects(ask(gateway, { host }), (failure) => !/no answer/.test(String(failure)), 'the client is not the one who gives up');
});

test('an application that cannot be connected to in time is a 504 or 502', async () => {
  const host = await site({ upstreams: [{ url: 'http://192.0.2.1:9' }], connect_timeout_ms: 300 });
  const began = Date.now();
  const reply = await ask(gateway, { host });
  assert.ok([502, 503, 504].includes(reply.status));
  assert.ok(Date.now() - began < 5000, 'which would be the time without a word');
});

test('an own template is used for the page', async () => {
  const host = await site({ upstreams: [{ url: `http://127.0.0.1:${await freePort()}` }] }, { error_page: '<!doctype html><title>Ministry</title><p>Call 5555.' });
  const reply = await ask(gateway, { host });
  assert.equal(reply.status, 502);
  assert.match(reply.text, /Call 5555/);
});

test('what the client sent is not repeated in the page unescaped', async () => {
  const host = await site({ upstreams: [{ url: `http://127.0.0.1:${await freePort()}` }] });
  const reply = await ask(gateway, { host, path: '/<script>alert(1)</script>', headers: { 'user-agent': '<script>' } }).catch(() => undefined);
  if (reply !== undefined) assert.doesNotMatch(reply.text, /<script>/);
});

test('HEAD gets the same answer without content', async () => {
  const host = await site({ upstreams: [{ url: `http://127.0.0.1:${await freePort()}` }] });
  const reply = await ask(gateway, { host, method: 'HEAD' });
  assert.deepEqual([reply.status, reply.body.length], [502, 0]);
});

test('a pooled connection that died is not the client\'s concern', async () => {
  const dying = await startApplication({ keepAliveTimeoutMs: 1 });
  const host = await site({ upstreams: [{ url: dying.url }] });
  for (let i = 0; i < 40; i++) {
    // What has content is not sent twice, and may not meet a connection that closes while it is on its way, as the others may.
    if (i % 2 === 1) {
      dying.server.closeIdleConnections();
      await until('the application has closed', () => dying.connections() === 0);
    }
    const reply = await ask(gateway, { host, path: '/name', method: i % 2 === 0 ? 'GET' : 'PUT', body: i % 2 === 0 ? undefined : 'x' });
    assert.equal(reply.status, 200, `request ${i}`);
    if (i % 5 === 0) await sleep(30);
  }
});

test('a request is sent again when the pooled connection is closed on it, a POST never twice', async () => {
  const requests: string[] = [];
  let used = new WeakSet<object>();
  const fickle = await startRawUpstream((socket, fresh) => {
    const line = /^\S+ \S+/.exec(fresh)?.[0] ?? '';
    if (!fresh.endsWith(line.startsWith('POST') ? '\r\n\r\nx' : '\r\n\r\n')) return false;
    requests.push(line);
    if (used.has(socket)) {
      socket.destroy();
      return true;
    }
    used.add(socket);
    return socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
  const host = await site({ upstreams: [{ url: fickle.url }] });
  const single = await startGateway({ server: { Workers: 1 } });
  await single.addSite({ name: host, pairs: [await authority.issue([host])], upstreams: [fickle.url] });
  for (let i = 0; i < 10; i++) assert.equal((await ask(single, { host, path: `/get/${i}` })).status, 200, `GET ${i}`);
  requests.length = 0;
  used = new WeakSet();
  await ask(single, { host, path: '/warm' });
  const reply = await ask(single, { host, path: '/post', method: 'POST', body: 'x' });
  assert.ok(requests.filter((line) => line === 'POST /post').length <= 1, requests.join());
  assert.ok([200, 502].includes(reply.status));
});

test('several applications share the work, round robin', async () => {
  const names = ['one', 'two', 'three'];
  const all = await Promise.all(names.map((name) => startApplication({ name })));
  const host = await site({ upstreams: all.map((one) => ({ url: one.url })), balance: 'round-robin' });
  const counts = new Map<string, number>();
  for (let i = 0; i < 60; i++) {
    const { text } = await ask(gateway, { host, path: '/name' });
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  for (const name of names) assert.ok((counts.get(name) ?? 0) >= 14, JSON.stringify([...counts]));
});

test('a weight is kept to', async () => {
  const [light, heavy] = [await startApplication({ name: 'light' }), await startApplication({ name: 'heavy' })];
  const host = await site({ upstreams: [{ url: light.url, weight: 1 }, { url: heavy.url, weight: 4 }], balance: 'round-robin' });
  let heavyCount = 0;
  for (let i = 0; i < 50; i++) if ((await ask(gateway, { host, path: '/name' })).text === 'heavy') heavyCount++;
  assert.ok(heavyCount >= 34 && heavyCount <= 46, String(heavyCount));
});

test('the least busy application gets the request', async () => {
  // Answers when all is over, but looks at once: they would be waited for.
  const held: http.ServerResponse[] = [];
  const one = await startUpstream((request, response) =>
    request.headers['user-agent']?.startsWith('strictgate-probe') === true ? response.end('look') : void held.push(response));
  const two = await startApplication({ name: 'fast' });
  const host = await site({ upstreams: [{ url: one.url }, { url: two.url }], balance: 'least-connections' });
  let fast = 0;
  const answers: Promise<unknown>[] = [];
  for (let i = 0; i < 40; i++) {
    answers.push(ask(gateway, { host, path: '/name' }).then(({ text }) => text === 'fast' && fast++));
    await until(`request ${i} is where it goes`, () => fast + held.length === i + 1);
  }
  assert.ok(fast >= 24, `${fast} of 40 by the fast one`);
  for (const response of held) response.end('slow');
  await Promise.all(answers);
});

test('an application that is down is left out, and taken back when it is there again', async () => {
  const port = await freePort();
  const steady = await startApplication({ name: 'steady' });
  const host = await site({ upstreams: [{ url: steady.url }, { url: `http://127.0.0.1:${port}` }], balance: 'round-robin', health_path: '/status/200', health_interval_ms: 1000 });
  for (let i = 0; i < 30; i++) assert.equal((await ask(gateway, { host, path: '/name' })).text, 'steady', `request ${i}`);
  await startApplication({ name: 'back', port });
  await until('the other one is used', async () => (await ask(gateway, { host, path: '/name' })).text === 'back');
});

test('an application that answers its health check with an error is left out', async () => {
  let healthy = false;
  const sick = await startUpstream((request, response) => {
    response.statusCode = request.url === '/health' && !healthy ? 503 : 200;
    response.end('sick');
  });
  const well = await startApplication({ name: 'well' });
  const host = await site({ upstreams: [{ url: sick.url }, { url: well.url }], balance: 'round-robin', health_path: '/health', health_interval_ms: 1000 });
  await until('the sick one is left out', async () => {
    for (let i = 0; i < 8; i++) if ((await ask(gateway, { host, path: '/name' })).text === 'sick') return false;
    return true;
  });
  healthy = true;
  await until('it is used again', async () => (await ask(gateway, { host, path: '/name' })).text === 'sick');
});

test('when every application is known to be down there is an answer all the same', async () => {
  const dead = [await freePort(), await freePort()];
  const host = await site({ upstreams: dead.map((port) => ({ url: `http://127.0.0.1:${port}` })) });
  for (let i = 0; i < 20; i++) {
    const reply = await ask(gateway, { host });
    assert.ok(reply.status === 502 || reply.status === 503);
  }
});

test('TLS to the application is verified: name, authority, expiry', async () => {
  const local = await authority.issue(['localhost', '127.0.0.1']);
  const good = await startApplication({ tls: local, name: 'over TLS' });
  const verified = await site({ upstreams: [{ url: `https://localhost:${good.port}` }], ca_pem: authority.pem });
  assert.equal((await ask(gateway, { host: verified, path: '/name' })).text, 'over TLS');
  const unknown = await site({ upstreams: [{ url: `https://localhost:${good.port}` }] });
  isOurPage(await ask(gateway, { host: unknown, path: '/name' }), 502);
  const foreign = await site({ upstreams: [{ url: `https://localhost:${good.port}` }], ca_pem: (await createAuthority('Another')).pem });
  isOurPage(await ask(gateway, { host: foreign, path: '/name' }), 502);
  const misnamed = await startApplication({ tls: await authority.issue(['elsewhere.test']) });
  const wrong = await site({ upstreams: [{ url: `https://localhost:${misnamed.port}` }], ca_pem: authority.pem });
  isOurPage(await ask(gateway, { host: wrong, path: '/name' }), 502);
  const old = await startApplication({ tls: await authority.issue(['localhost'], { expired: true }) });
  const expired = await site({ upstreams: [{ url: `https://localhost:${old.port}` }], ca_pem: authority.pem });
  isOurPage(await ask(gateway, { host: expired, path: '/name' }), 502);
  const careless = await site({ upstreams: [{ url: `https://localhost:${old.port}` }], verify: false });
  assert.equal((await ask(gateway, { host: careless, path: '/name' })).status, 200);
});

test('TLS to an application that speaks plain HTTP is a 502', async () => {
  const host = await site({ upstreams: [{ url: `https://localhost:${application.port}` }], ca_pem: authority.pem });
  isOurPage(await ask(gateway, { host, path: '/name' }), 502);
});

test('large content goes over TLS to the application', async () => {
  const secure = await startApplication({ tls: await authority.issue(['localhost']) });
  const host = await site({ upstreams: [{ url: `https://localhost:${secure.port}` }], ca_pem: authority.pem });
  assert.equal((await ask(gateway, { host, path: '/bytes/5000000' })).body.length, 5_000_000);
  const reply = await ask(gateway, { host, path: '/up', method: 'POST', body: Buffer.alloc(3_000_000) });
  assert.equal((JSON.parse(reply.text) as { size: number }).size, 3_000_000);
});

test('an early answer to an upload reaches the client', async () => {
  const early = await startCannedUpstream('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno');
  const host = await site({ upstreams: [{ url: early.url }] });
  const reply = await ask(gateway, { via: 'h2', host, method: 'POST', path: '/', body: Buffer.alloc(0) });
  assert.equal(reply.status, 403);
  const refusing = await startUpstream((request, response) => {
    response.writeHead(413, { connection: 'close' });
    response.end('too much');
    request.pause();
  });
  const large = await site({ upstreams: [{ url: refusing.url }] });
  const answer = await ask(gateway, { host: large, method: 'POST', path: '/', body: Buffer.alloc(2_000_000) });
  assert.equal(answer.status, 413);
});

// With a gateway of its own: the looks at the sites above, some of which never answer, would still be going on here.
test('failures are counted for the site', async () => {
  const own = await startGateway();
  const host = 'counted.example.test';
  await own.addSite({ name: host, pairs: [await authority.issue([host])], upstreams: [`http://127.0.0.1:${await freePort()}`] });
  const before = await own.metric('strictgate_site_upstream_errors_total', { site: host });
  for (let i = 0; i < 3; i++) await ask(own, { host });
  assert.equal((await own.metric('strictgate_site_upstream_errors_total', { site: host })) - before, 3);
  await own.stop();
});


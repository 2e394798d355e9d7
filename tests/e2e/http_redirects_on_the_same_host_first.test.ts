import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { ask, hstsOf } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { startApplication } from './lib/upstream.ts';

const TEMPORARY = 'temporary.example.test';
const PERMANENT = 'permanent.example.test';
const OFF = 'off.example.test';
const ALIASED = 'www.aliased.example.test';
const ALIAS = 'aliased.example.test';

const application = await startApplication();
const gateway = await startGateway();
const mapped = await startGateway({ server: { 'Public Http Port': 80, 'Public Https Port': 443 } });
const upstreams = [application.url];
for (const [name, redirect] of [[TEMPORARY, 'temporary'], [PERMANENT, 'permanent'], [OFF, 'off']] as const) {
  await gateway.addSite({ name, redirect, upstreams, pairs: [await authority.issue([name])], hsts: 300 });
}
await gateway.addSite({ name: ALIASED, aliases: [ALIAS], upstreams, pairs: [await authority.issue([ALIASED, ALIAS])], settings: { canonical: true } });
await mapped.addSite({ name: TEMPORARY, upstreams, pairs: [await authority.issue([TEMPORARY])] });

const KEPT = ['POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'];
const cases: [string, string, number][] = [
  ...['GET', 'HEAD'].flatMap((method): [string, string, number][] => [[TEMPORARY, method, 302], [PERMANENT, method, 301]]),
  ...KEPT.flatMap((method): [string, string, number][] => [[TEMPORARY, method, 307], [PERMANENT, method, 308]]),
];

for (const [host, method, status] of cases) {
  test(`${method} http://${host} is answered ${status} to the same host`, async () => {
    const body = KEPT.includes(method) && method !== 'DELETE' ? 'content' : undefined;
    const reply = await ask(gateway, { via: 'http', host, method, path: '/a/b?c=d%20e', body });
    assert.equal(reply.status, status);
    assert.equal(reply.field('location'), `https://${host}:${gateway.https}/a/b?c=d%20e`);
    assert.deepEqual(hstsOf(reply), [], 'never on plain HTTP');
  });
}

test('the port of the Host field does not change where the redirect goes', async () => {
  for (const hostField of [TEMPORARY, `${TEMPORARY}:80`, `${TEMPORARY}:8080`, TEMPORARY.toUpperCase(), `${TEMPORARY}.`]) {
    const reply = await ask(gateway, { via: 'http', host: TEMPORARY, hostField, path: '/' });
    assert.equal(reply.status, 302, hostField);
    assert.match(reply.field('location')?.toLowerCase() ?? '', new RegExp(`^https://${TEMPORARY}\\.?:${gateway.https}/$`), hostField);
  }
});

test('behind a port mapping to 443 the redirect names no port', async () => {
  const reply = await ask(mapped, { via: 'http', host: TEMPORARY, hostField: TEMPORARY, path: '/x' });
  assert.equal(reply.field('location'), `https://${TEMPORARY}/x`);
});

test('an alias goes to HTTPS under its own name first, and only from there to the canonical name', async () => {
  const first = await ask(gateway, { via: 'http', host: ALIAS, path: '/p?q' });
  assert.equal(first.status, 302);
  assert.equal(first.field('location'), `https://${ALIAS}:${gateway.https}/p?q`);
  const second = await ask(gateway, { host: ALIAS, path: '/p?q' });
  assert.ok([301, 302, 307, 308].includes(second.status), String(second.status));
  assert.equal(second.field('location'), `https://${ALIASED}:${gateway.https}/p?q`);
  const third = await ask(gateway, { host: ALIASED, path: '/p?q' });
  assert.equal(third.status, 200);
});

test('a POST to an alias over HTTPS keeps its method on the way to the canonical name', async () => {
  const reply = await ask(gateway, { host: ALIAS, path: '/', method: 'POST', body: 'x' });
  assert.ok([307, 308].includes(reply.status), String(reply.status));
});

test('without canonical, aliases are served as they are', async () => {
  await gateway.must('PATCH', `/v1/sites/${ALIASED}`, { canonical: false });
  const reply = await ask(gateway, { host: ALIAS, path: '/name' });
  assert.equal(reply.status, 200);
  await gateway.must('PATCH', `/v1/sites/${ALIASED}`, { canonical: true });
});

test('the path of ACME challenges is never redirected', async () => {
  for (const host of [TEMPORARY, PERMANENT, ALIAS]) {
    const reply = await ask(gateway, { via: 'http', host, path: '/.well-known/acme-challenge/unknown-token' });
    assert.ok(reply.status === 404 || reply.status === 200, `${host}: ${reply.status}`);
    assert.equal(reply.field('location'), undefined);
  }
  const next = await ask(gateway, { via: 'http', host: TEMPORARY, path: '/.well-known/acme-challenges' });
  assert.equal(next.status, 302, 'only that very path is excepted');
});

test('with the redirect off the application is served over HTTP too', async () => {
  const reply = await ask(gateway, { via: 'http', host: OFF, path: '/over-http' });
  assert.equal(reply.status, 200);
  assert.deepEqual(hstsOf(reply), []);
  assert.equal(application.seen.at(-1)?.field('x-forwarded-proto'), 'http');
});

test('a change of the redirect mode takes effect at once', async () => {
  await gateway.must('PATCH', `/v1/sites/${OFF}`, { redirect: 'permanent' });
  assert.equal((await ask(gateway, { via: 'http', host: OFF })).status, 301);
  await gateway.must('PATCH', `/v1/sites/${OFF}`, { redirect: 'temporary' });
  assert.equal((await ask(gateway, { via: 'http', host: OFF })).status, 302);
});

test('a host nobody has here is not redirected anywhere', async () => {
  const reply = await ask(gateway, { via: 'http', host: 'stranger.example.test' });
  assert.ok(reply.status === 404 || reply.status === 421, String(reply.status));
  assert.equal(reply.field('location'), undefined);
});

test('a target in absolute form is redirected by its own host; a Host field that differs is refused', async () => {
  const reply = await ask(gateway, { via: 'http', host: TEMPORARY, hostField: TEMPORARY, path: `http://${TEMPORARY}/abs` });
  assert.equal(reply.field('location'), `https://${TEMPORARY}:${gateway.https}/abs`);
  const other = await ask(gateway, { via: 'http', host: PERMANENT, path: `http://${TEMPORARY}/abs` });
  assert.equal(other.status, 400);
});

test('a redirect cannot be bent by what the target contains', async () => {
  for (const path of ['//evil.example/', '/\\evil.example/', '/%0d%0aSet-Cookie:x=y', '/@evil.example/']) {
    const reply = await ask(gateway, { via: 'http', host: TEMPORARY, path });
    if (reply.status === 400) continue;
    assert.ok(reply.field('location')?.startsWith(`https://${TEMPORARY}:${gateway.https}/`), path);
    assert.equal(reply.field('set-cookie'), undefined);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { type Via, ask } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';

const HOST = 'fixed.example.test';
const gateway = await startGateway();
await gateway.addSite({ name: HOST, pairs: [await authority.issue([HOST])], hsts: 300, routes: [
  { prefix: '/', kind: 'fixed', status: 503, body: '<p>Back at noon, ü.', content_type: 'text/html; charset=utf-8' },
  { prefix: '/robots.txt', kind: 'fixed', status: 200, body: 'User-agent: *\nDisallow: /\n', content_type: 'text/plain' },
  { prefix: '/gone/', kind: 'fixed', status: 410, body: '' },
  { prefix: '/nothing/', kind: 'fixed', status: 204, body: '' },
] });

for (const via of ['https', 'h2'] as Via[]) {
  test(`${via}: status, type and content are as they were set`, async () => {
    const page = await ask(gateway, { via, host: HOST, path: '/any/path' });
    assert.deepEqual([page.status, page.field('content-type'), page.text], [503, 'text/html; charset=utf-8', '<p>Back at noon, ü.']);
    const robots = await ask(gateway, { via, host: HOST, path: '/robots.txt' });
    assert.deepEqual([robots.status, robots.field('content-type'), robots.text], [200, 'text/plain', 'User-agent: *\nDisallow: /\n']);
    assert.equal((await ask(gateway, { via, host: HOST, path: '/gone/x' })).status, 410);
    const nothing = await ask(gateway, { via, host: HOST, path: '/nothing/' });
    assert.deepEqual([nothing.status, nothing.body.length], [204, 0]);
    assert.deepEqual(nothing.all('strict-transport-security'), ['max-age=300']);
  });

  test(`${via}: HEAD has the length only, and content sent along is taken and dropped`, async () => {
    const head = await ask(gateway, { via, host: HOST, path: '/', method: 'HEAD' });
    assert.deepEqual([head.status, head.body.length, head.field('content-length')], [503, 0, String(Buffer.byteLength('<p>Back at noon, ü.'))]);
    const post = await ask(gateway, { via, host: HOST, path: '/', method: 'POST', body: Buffer.alloc(100_000) });
    assert.equal(post.status, 503);
  });
}

test('a change takes effect at once', async () => {
  await gateway.must('PATCH', `/v1/sites/${HOST}`, { routes: [{ prefix: '/', kind: 'fixed', status: 200, body: 'open', content_type: 'text/plain' }] });
  const reply = await ask(gateway, { host: HOST });
  assert.deepEqual([reply.status, reply.text], [200, 'open']);
});

test('a status that is none, or content of one that has none, is refused', async () => {
  for (const status of [0, 99, 100, 101, 600, 1000]) {
    const reply = await gateway.api('PATCH', `/v1/sites/${HOST}`, { routes: [{ prefix: '/', kind: 'fixed', status, body: 'x', content_type: 'text/plain' }] });
    assert.equal(reply.status, 400, String(status));
  }
});

test('a content type that would break the head is refused', async () => {
  const reply = await gateway.api('PATCH', `/v1/sites/${HOST}`, { routes: [{ prefix: '/', kind: 'fixed', status: 200, body: 'x', content_type: 'text/plain\r\nX-Evil: yes' }] });
  assert.equal(reply.status, 400);
});

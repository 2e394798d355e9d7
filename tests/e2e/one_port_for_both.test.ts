import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { type Via, ask, hstsOf } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { freePort } from './lib/ports.ts';
import { connectPlain, connectTls } from './lib/raw.ts';
import { startApplication } from './lib/upstream.ts';
import { sleep } from './lib/wait.ts';

const HOST = 'app.example.test';
const port = await freePort();
const application = await startApplication();
const gateway = await startGateway({ http: port, https: port });
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])], hsts: 300 });

test('plain HTTP on the port is redirected to the same port', async () => {
  const reply = await ask(gateway, { via: 'http', host: HOST, path: '/x' });
  assert.equal(reply.status, 302);
  assert.equal(reply.field('location'), `https://${HOST}:${port}/x`);
  assert.deepEqual(hstsOf(reply), []);
});

for (const via of ['https', 'h2'] as Via[]) {
  test(`${via} is served on the port`, async () => {
    const reply = await ask(gateway, { via, host: HOST, path: '/name' });
    assert.equal(reply.status, 200);
    assert.deepEqual(hstsOf(reply), ['max-age=300']);
  });
}

test('both kinds at the same time do not disturb each other', async () => {
  const replies = await Promise.all(Array.from({ length: 60 }, (_, i) =>
    ask(gateway, { via: (['http', 'https', 'h2'] as Via[])[i % 3] ?? 'http', host: HOST, path: '/name' })));
  assert.deepEqual(replies.map((reply) => reply.status), replies.map((_, i) => (i % 3 === 0 ? 302 : 200)));
});

test('a client that says nothing yet is not taken for either kind', async () => {
  const plain = await connectPlain({ port });
  const secure = await connectPlain({ port });
  await sleep(300);
  plain.send(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  assert.match(await plain.untilText('\r\n\r\n'), /^HTTP\/1\.1 302 /);
  plain.destroy();
  secure.destroy();
  const late = await connectTls({ port, servername: HOST });
  late.send(`GET /name HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  assert.match(await late.untilText('application'), /^HTTP\/1\.1 200 /);
  late.destroy();
});

test('a first byte alone decides, the rest may come later', async () => {
  const client = await connectPlain({ port });
  client.send('G');
  await sleep(200);
  client.send(`ET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  assert.match(await client.untilText('\r\n\r\n'), /^HTTP\/1\.1 302 /);
  client.destroy();
});

test('what is neither is refused and hangs nothing', async () => {
  const client = await connectPlain({ port });
  client.send(Buffer.from([0x00, 0xff, 0x80, 0x01, 0x0a, 0x0d, 0x0a]));
  const text = await client.untilClosed();
  assert.ok(text === '' || /^HTTP\/1\.1 400 /.test(text), JSON.stringify(text));
});

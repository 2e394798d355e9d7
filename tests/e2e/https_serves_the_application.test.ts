import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { type Via, ask } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { createNamespace } from './lib/netns.ts';
import { type Ran, run } from './lib/process.ts';
import { startApplication } from './lib/upstream.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { join } from 'node:path';

const HOST = 'app.example.test';
const application = await startApplication();
const unixApplication = await startApplication({ unix: join(temporaryDirectory(), 'application.sock'), name: 'behind a Unix socket' });
const gateway = await startGateway();
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])] });
await gateway.addSite({ name: 'unix.example.test', upstreams: [unixApplication.url], pairs: [await authority.issue(['unix.example.test'])] });

for (const via of ['https', 'h2'] as Via[]) {
  test(`a page of the application arrives over ${via}`, async () => {
    const reply = await ask(gateway, { via, host: HOST, path: '/page?q=1' });
    assert.equal(reply.status, 200);
    assert.equal(reply.field('content-type'), 'application/json');
    const echo = JSON.parse(reply.text) as { method: string; url: string };
    assert.deepEqual([echo.method, echo.url], ['GET', '/page?q=1']);
  });

  test(`a form post arrives whole over ${via}`, async () => {
    const body = 'name=value&other=ü';
    const reply = await ask(gateway, { via, host: HOST, path: '/form', method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    const echo = JSON.parse(reply.text) as { method: string; size: number; fields: [string, string][] };
    assert.equal(echo.method, 'POST');
    assert.equal(echo.size, Buffer.byteLength(body));
    assert.ok(echo.fields.some(([name, value]) => name.toLowerCase() === 'content-type' && value === 'application/x-www-form-urlencoded'));
  });
}

test('every method is passed on as it is', async () => {
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND', 'MKCOL', 'REPORT']) {
    for (const via of ['https', 'h2'] as Via[]) {
      const reply = await ask(gateway, { via, host: HOST, path: '/any', method });
      assert.equal((JSON.parse(reply.text) as { method: string }).method, method, via);
    }
  }
});

test('Host arrives at the application unchanged', async () => {
  await ask(gateway, { host: HOST, path: '/host' });
  assert.equal(application.seen.at(-1)?.field('host'), `${HOST}:${gateway.https}`);
  await ask(gateway, { host: HOST, path: '/host', hostField: HOST });
  assert.equal(application.seen.at(-1)?.field('host'), HOST);
});

test('the application may listen on a Unix socket', async () => {
  const reply = await ask(gateway, { host: 'unix.example.test', path: '/name' });
  assert.equal(reply.text, 'behind a Unix socket');
});

test('curl is served over HTTP/1.1 and HTTP/2, with TLS 1.2 and TLS 1.3', async () => {
  for (const version of ['--http1.1', '--http2']) {
    for (const tls of ['1.2', '1.3']) {
      const ran = await run('curl', ['-sS', version, '--tls-max', tls, '--cacert', authority.file, '--resolve', `${HOST}:${gateway.https}:127.0.0.1`,
        '-o', '/dev/null', '-w', '%{http_code} %{http_version}', `https://${HOST}:${gateway.https}/`]);
      assert.equal(ran.stdout, `200 ${version === '--http2' ? '2' : '1.1'}`, ran.stderr);
    }
  }
});

test('nghttp is served', async () => {
  const names = await createNamespace([HOST], { network: false });
  const inside = (file: string, args: string[]): Promise<Ran> => {
    const command = names.enter(file, args);
    return run(command.file, command.args);
  };
  const ran = await inside('nghttp', ['-nv', `https://${HOST}:${gateway.https}/name`]);
  assert.match(ran.stdout, /:status: 200/, ran.stdout + ran.stderr);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { startPebble } from './lib/pebble.ts';
import { run } from './lib/process.ts';

const HOST = 'app.example.test';
const gateway = await startGateway();
const pebble = await startPebble({ httpPort: 1, tlsPort: gateway.https });
await gateway.must('POST', '/v1/sites', { name: HOST, routes: [{ prefix: '/', kind: 'fixed', status: 204 }] });

test('a real authority sees the proof in the handshake and issues; afterwards the protocol is spoken to nobody', { timeout: 60_000 }, async () => {
  const added = await gateway.cli('ca', 'add', 'pebble', '--directory', pebble.directory, '--roots', authority.file, '--agree-terms', '--wait');
  assert.equal(added.code, 0, added.stdout + added.stderr);
  await gateway.must('PATCH', `/v1/sites/${HOST}`, { acme: { challenges: ['tls-alpn-01'] } });
  const ran = await gateway.cli('cert', 'renew', HOST, '--wait');
  assert.equal(ran.code, 0, ran.stdout + ran.stderr + gateway.log());
  assert.ok((await gateway.metric('strictgate_validations_total')) >= 1);
  const after = await run('openssl', ['s_client', '-connect', `127.0.0.1:${gateway.https}`, '-servername', HOST, '-alpn', 'acme-tls/1'], { input: '' });
  assert.match(after.stderr, /no application protocol|alert number 120/i);
});

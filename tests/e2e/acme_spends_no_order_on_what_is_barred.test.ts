// A certificate that may not be put in the place of the present one is kept at its order: trying again issues no other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startAcmeProxy } from './lib/acme_proxy.ts';
import { addAuthority, served, untilAutomatic, untilObtained } from './lib/acme.ts';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { startPebble } from './lib/pebble.ts';
import { startApplication } from './lib/upstream.ts';
import { sleep } from './lib/wait.ts';

const HOST = 'app.example.test';

test('what leads to a root that nobody has waits until that is declared', async () => {
  const application = await startApplication();
  const gateway = await startGateway();
  const pebble = await startPebble({ httpPort: gateway.http });
  const proxy = await startAcmeProxy(pebble.port);
  const orders = (): number => proxy.requests.filter(({ path, method }) => path === '/order-plz' && method === 'POST').length;
  const trusted = await authority.issue([HOST]);
  await gateway.must('POST', '/v1/private-roots', { certificate_pem: authority.pem });
  await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [trusted] });
  await addAuthority(gateway, 'unknown', proxy.directory);

  await gateway.must('PATCH', `/v1/sites/${HOST}`, { acme: {} });
  const { automatic } = await untilAutomatic(gateway, HOST, 'it is barred', (_, { failure }) => failure?.problem === 'unknown_issuer');
  assert.match(automatic?.failure?.words ?? '', /browsers do not trust. The one in service stays/);
  assert.equal((await served(gateway, HOST)).fingerprint, trusted.fingerprint);
  assert.equal(orders(), 1);

  await sleep(1100); // moments are whole seconds
  assert.equal((await gateway.cli('cert', 'renew', HOST, '--now')).code, 0);
  await untilAutomatic(gateway, HOST, 'it is tried again', (_, { failure }) => failure !== null && failure.at !== automatic?.failure?.at);
  assert.equal(orders(), 1, 'the same certificate was had from the same order');

  await gateway.must('POST', '/v1/private-roots', { certificate_pem: await pebble.root() });
  assert.equal((await gateway.cli('cert', 'renew', HOST, '--now')).code, 0);
  await untilObtained(gateway, HOST);
  assert.equal(orders(), 1);
  assert.notEqual((await served(gateway, HOST)).fingerprint, trusted.fingerprint);
  await gateway.stop();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addAuthority, certificateOf, untilObtained } from './lib/acme.ts';
import { CADDY_HOST, startCaddy } from './lib/caddy.ts';
import { startGateway } from './lib/gateway.ts';
import { createNamespace } from './lib/netns.ts';
import { runOk } from './lib/process.ts';

const NAMES = ['app.example.test', 'www.example.test'] as const;
const namespace = await createNamespace([CADDY_HOST, ...NAMES]);
const gateway = await startGateway({ namespace, http: 80, https: 443 });
const caddy = await startCaddy(namespace);
await addAuthority(gateway, 'caddy', caddy.directory, { roots_pem: caddy.root });

async function fetched(host: string): Promise<string> {
  const { file, args } = namespace.enter('curl', ['-sS', '--cacert', caddy.rootFile, `https://${host}/`]);
  return runOk(file, args);
}

test('an authority of another make issues for two names, and renews', { timeout: 60_000 }, async () => {
  const [name, alias] = NAMES;
  await gateway.must('POST', '/v1/sites', { name, aliases: [alias], routes: [{ prefix: '/', kind: 'fixed', status: 200, body: 'here' }], acme: { challenges: ['http-01'] } });
  const first = await untilObtained(gateway, name);
  assert.deepEqual(first.names?.toSorted(), [...NAMES]);
  assert.deepEqual([first.automatic?.issuer, first.automatic?.failures], ['caddy', 0]);
  for (const host of NAMES) assert.equal(await fetched(host), 'here', host);
  const ran = await gateway.cli('cert', 'renew', name, '--wait');
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  const second = await certificateOf(gateway, name);
  assert.notEqual(second.fingerprint_sha256, first.fingerprint_sha256);
  assert.equal(await fetched(name), 'here');
});

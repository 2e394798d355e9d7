// Private keys are in the store (sealed) and in the memory of two processes, and nowhere else: not in an answer of the API,
// not in a log, not in a core file, and not in swap where that can be had.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { contentsBelow } from './lib/files.ts';
import { type Role, IS_SANITIZED, startGateway } from './lib/gateway.ts';
import { startApplication } from './lib/upstream.ts';

const HOST = 'app.example.test';
const application = await startApplication();
const gateway = await startGateway();
const ecdsa = await authority.issue([HOST]);
const rsa = await authority.issue([HOST], { algorithm: 'rsa' });
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [ecdsa, rsa] });
await gateway.addSite({ name: 'local.example.test', upstreams: [application.url], localCa: true });

// What would be found of a key: its secret number as it lies in DER (PKCS#8), and the same in Base64. An RSA key begins with
// what is public.
const needles = [ecdsa, rsa].flatMap(({ key }) => {
  const lines = key.split('\n').slice(1).filter((line) => !line.startsWith('-'));
  const der = Buffer.from(lines.join(''), 'base64');
  const at = der.length > 1000 ? 480 : 40;
  return [der.subarray(at, at + 24), Buffer.from(der.length > 1000 ? (lines[10] ?? '') : (lines[0] ?? ''))];
});
const holdsKey = (bytes: Buffer): boolean => bytes.includes('PRIVATE KEY') || needles.some((needle) => bytes.includes(needle));

test('no answer of the API holds a key, and no log does', async () => {
  const paths = ['/v1/status', '/v1/sites', `/v1/sites/${HOST}`, `/v1/sites/${HOST}/hsts`, `/v1/sites/${HOST}/guards`, `/v1/sites/${HOST}/ledger`,
    `/v1/sites/${HOST}/certificates`, '/v1/certificates', `/v1/sites/${HOST}/certificate-requests`, '/v1/audit', '/v1/settings', '/v1/private-roots', '/v1/local-ca', '/v1/clock', '/metrics'];
  for (const path of paths) {
    const reply = await gateway.api('GET', path);
    assert.equal(reply.status, 200, path);
    assert.ok(!holdsKey(Buffer.from(reply.text)), path);
  }
  const refused = await gateway.api('PATCH', `/v1/sites/${HOST}`, { certificate_pem: rsa.cert, key_pem: ecdsa.key });
  assert.equal(refused.status, 400);
  assert.ok(!holdsKey(Buffer.from(refused.text)), 'what is refused is not repeated');
  assert.ok(!holdsKey(Buffer.from(gateway.log())));
});

test('what lies in the data directory is sealed', () => {
  const files = contentsBelow(gateway.data);
  assert.ok([...files.keys()].some((path) => path.endsWith('strictgate.db')));
  for (const [path, bytes] of files) assert.ok(!holdsKey(bytes), path);
});

for (const role of ['gateway', 'control'] as Role[]) {
  test(`the ${role} leaves no core file, lets nobody of its user look inside, and is out of swap or says so`, { skip: IS_SANITIZED }, () => {
    const pid = gateway.child(role) as number;
    assert.match(readFileSync(`/proc/${pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m);
    // The kernel gives what is below /proc/PID to root when a process is not dumpable.
    assert.equal(statSync(`/proc/${pid}/mem`).uid, 0);
    const locked = Number(/^VmLck:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    const told = gateway.log().includes('private keys may be written to swap');
    assert.notEqual(locked > 0, told, `locked ${locked} kB, ${told ? '' : 'not '}told`);
    assert.ok(!existsSync(join(gateway.data, 'core')));
  });
}

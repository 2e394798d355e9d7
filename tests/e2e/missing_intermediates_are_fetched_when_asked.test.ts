import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { BINARY, startGateway } from './lib/gateway.ts';
import { run, runOk } from './lib/process.ts';
import { connectTls } from './lib/raw.ts';
import { atEnd, temporaryDirectory } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';

const HOST = 'www.example.test';
const folder = temporaryDirectory();
const at = (name: string): string => join(folder, name);

// Where authorities put their intermediates; what lies at each path, and how often it was asked for.
const lying = new Map<string, { status?: number; body: Buffer; headers?: Record<string, string>; hangs?: boolean }>();
const asked: string[] = [];
const hanging: http.ServerResponse[] = [];
const shelf = http.createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  const found = lying.get(request.url ?? '');
  if (found?.hangs === true) {
    hanging.push(response);
    return;
  }
  response.writeHead(found?.status ?? (found === undefined ? 404 : 200), found?.headers ?? {});
  response.end(found?.body ?? '');
});
await new Promise<void>((done) => shelf.listen(0, '127.0.0.1', done));
atEnd(() => { shelf.closeAllConnections(); shelf.close(); });
const url = (path: string): string => `http://127.0.0.1:${(shelf.address() as AddressInfo).port}${path}`;

// So long that nobody is warned of their end: the warning tells the days, and of twenty only nineteen are left a second later.
const DAYS = '60';

async function sign(name: string, extensions: string[], issuer?: string): Promise<void> {
  writeFileSync(at(`${name}.ext`), extensions.join('\n'));
  await runOk('openssl', ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`), '-subj', `/CN=${name}`]);
  const by = issuer === undefined ? ['-signkey', at(`${name}.key`)] : ['-CA', at(`${issuer}.crt`), '-CAkey', at(`${issuer}.key`)];
  await runOk('openssl', ['x509', '-req', '-in', at(`${name}.csr`), ...by, '-days', DAYS, '-extfile', at(`${name}.ext`), '-out', at(`${name}.crt`)]);
}

const CA = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
await sign('root', CA);
await sign('upper', [...CA, `authorityInfoAccess=caIssuers;URI:${url('/root.crt')}`], 'root');
await sign('lower', [...CA, `authorityInfoAccess=caIssuers;URI:${url('/upper.p7b')}`], 'upper');
const leaf = (path: string): string[] => [`subjectAltName=DNS:${HOST}`, 'extendedKeyUsage=serverAuth', `authorityInfoAccess=caIssuers;URI:${url(path)}`];
await sign('leaf', leaf('/lower.der'), 'lower');
await runOk('openssl', ['x509', '-in', at('lower.crt'), '-outform', 'DER', '-out', at('lower.der')]);
await runOk('openssl', ['crl2pkcs7', '-nocrl', '-certfile', at('upper.crt'), '-outform', 'DER', '-out', at('upper.p7b')]);
lying.set('/lower.der', { body: readFileSync(at('lower.der')) });
lying.set('/upper.p7b', { body: readFileSync(at('upper.p7b')) });

const files = (name: string): string[] => [at(`${name}.crt`), '--key', at(`${name}.key`)];
const check = (name: string, ...options: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> =>
  run(BINARY, ['cert', 'check', ...files(name), '--root', at('root.crt'), ...options]);

test('a missing intermediate is named with its address, and nobody is asked', async () => {
  const checked = await check('leaf');
  assert.equal(checked.code, 1);
  assert.match(checked.stdout, /\(missing_intermediate\)/);
  assert.ok(checked.stdout.replace(/\s+/g, ' ').includes(url('/lower.der')), checked.stdout);
  assert.deepEqual(asked, []);
});

test('an address that is not of the public Internet is not asked unless told to', async () => {
  const checked = await check('leaf', '--fetch-intermediates');
  assert.equal(checked.code, 1);
  assert.match(checked.stderr, /no address of the public Internet/);
  assert.match(checked.stderr, /--fetch-private/);
  assert.deepEqual(asked, []);
});

test('what is missing is fetched, up to the root, in DER and PKCS#7', async () => {
  const checked = await check('leaf', '--fetch-intermediates', '--fetch-private', '--json');
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  assert.equal((JSON.parse(checked.stdout) as { certificate: { chain_count: number } }).certificate.chain_count, 3);
  assert.deepEqual(asked.splice(0), ['GET /lower.der', 'GET /upper.p7b']);
  assert.ok(checked.stderr.replace(/\s+/g, ' ').includes(`from ${url('/lower.der')}`), checked.stderr);
});

const bad: [string, { status?: number; body: Buffer; headers?: Record<string, string> }, RegExp][] = [
  ['something else', { body: Buffer.from('<html>not here</html>') }, /did not sign/],
  ['a certificate of somebody else', { body: Buffer.from(authority.pem) }, /did not sign/],
  ['a redirect', { status: 302, body: Buffer.from(''), headers: { location: url('/lower.der') } }, /status 302/],
  ['an error', { status: 500, body: Buffer.from('') }, /status 500/],
  ['far too much', { body: Buffer.alloc(1024 * 1024) }, /too large/],
];
for (const [index, [name, answer, expected]] of bad.entries()) {
  test(`${name} in its place is refused`, async () => {
    await sign(`bad-${index}`, leaf(`/bad-${index}`), 'lower');
    lying.set(`/bad-${index}`, answer);
    const checked = await check(`bad-${index}`, '--fetch-intermediates', '--fetch-private');
    assert.equal(checked.code, 1);
    assert.match(checked.stderr.replace(/\s+/g, ' '), expected);
    assert.deepEqual(asked.splice(0), [`GET /bad-${index}`]);
  });
}

const application = await startApplication();
const gateway = await startGateway();
await gateway.must('POST', '/v1/sites', { name: HOST, upstreams: [application.url] });
const given = (name: string): Record<string, unknown> =>
  ({ certificate_pem: readFileSync(at(`${name}.crt`), 'utf8'), key_pem: readFileSync(at(`${name}.key`), 'utf8'), fetch_intermediates: true, fetch_private: true });

test('cert upload has control fetch them, and puts them into service', async () => {
  const uploaded = await gateway.cli('cert', 'upload', HOST, ...files('leaf'), '--fetch-intermediates', '--fetch-private');
  assert.equal(uploaded.code, 0, uploaded.stderr);
  assert.match(uploaded.stdout, /missing_intermediate|unknown_issuer/, 'the root, which this machine does not know, is not there to be fetched');
  assert.deepEqual(asked.splice(0), ['GET /lower.der', 'GET /upper.p7b', 'GET /root.crt']);
  const client = await connectTls({ port: gateway.https, servername: HOST, tls: { ca: readFileSync(at('root.crt')) } });
  assert.equal(client.socket.getPeerCertificate(true).issuerCertificate.subject.CN, 'lower');
  client.destroy();
});

test('the API checks with what it fetches, and keeps nothing', async () => {
  const before = await gateway.must('GET', `/v1/sites/${HOST}`);
  const checked = await gateway.must('POST', '/v1/certificates/check', { ...given('leaf'), site: HOST });
  assert.deepEqual([checked['certificate']?.['chain_count'], checked['site']?.['name']], [3, HOST]);
  assert.deepEqual(asked.splice(0), ['GET /lower.der', 'GET /upper.p7b', 'GET /root.crt']);
  const alone = await gateway.must('POST', '/v1/certificates/check', { ...given('leaf'), fetch_intermediates: false, fetch_private: false });
  assert.equal(alone['certificate']?.['chain_count'], 1);
  assert.deepEqual(asked, []);
  assert.deepEqual(await gateway.must('GET', `/v1/sites/${HOST}`), before);
});

test('what cannot be fetched is refused in the API, with the address, and the connection goes on', async () => {
  const wrong = await gateway.api('PATCH', `/v1/sites/${HOST}`, given('bad-0'));
  assert.deepEqual([wrong.status, wrong.body['field']], [409, 'fetch_intermediates'], wrong.text);
  assert.ok(wrong.text.includes(url('/bad-0')), wrong.text);
  const inside = await gateway.api('PUT', `/v1/sites/${HOST}/drawer`, { ...given('leaf'), fetch_private: false });
  assert.equal(inside.status, 409, inside.text);
  assert.match(inside.text, /no address of the public Internet/);
  assert.deepEqual(asked.splice(0), ['GET /bad-0']);
  const drawn = await gateway.api('PUT', `/v1/sites/${HOST}/drawer`, given('leaf'));
  assert.equal(drawn.status, 200, drawn.text);
});

test('so many fetches may wait at a time, and one more is told to come back', async () => {
  await sign('slow', leaf('/slow'), 'lower');
  lying.set('/slow', { body: Buffer.from(''), hangs: true });
  const first = { status: 0 };
  const all = Array.from({ length: 17 }, async () => {
    const { status, body } = await gateway.api('POST', '/v1/certificates/check', given('slow'));
    first.status ||= status;
    return { status, code: body['code'] };
  });
  await Promise.race(all);
  assert.equal(first.status, 429, 'the others wait for what hangs');
  lying.set('/slow', { status: 404, body: Buffer.from('') });
  for (const response of hanging.splice(0)) response.writeHead(404).end();
  const ends = await Promise.all(all);
  assert.deepEqual(ends.filter(({ status }) => status !== 409), [{ status: 429, code: 'busy' }]);
  const after = await gateway.api('POST', '/v1/certificates/check', given('leaf'));
  assert.equal(after.status, 200, 'the places are free again');
});

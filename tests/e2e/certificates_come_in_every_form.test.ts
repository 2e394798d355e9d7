import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Pair, authority } from './lib/certs.ts';
import { ask } from './lib/client.ts';
import { contentsBelow } from './lib/files.ts';
import { BINARY, startGateway } from './lib/gateway.ts';
import { run, runOk } from './lib/process.ts';
import { connectTls } from './lib/raw.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';

const HOST = 'www.example.test';
const PASSPHRASE = 'gel bes Schaf 4711';
const folder = temporaryDirectory();
const at = (name: string): string => join(folder, name);
const application = await startApplication();
const gateway = await startGateway();
await gateway.must('POST', '/v1/sites', { name: HOST, upstreams: [application.url] });
writeFileSync(at('passphrase'), `${PASSPHRASE}\n`);

interface Finding {
  id: string;
  weight: string;
  text: string;
  fix?: string;
}

interface Checked {
  good: boolean;
  certificate: { names: string[]; chain_count: number } | null;
  findings: Finding[];
}

async function check(...args: string[]): Promise<{ code: number | null; checked: Checked }> {
  const ran = await run(BINARY, ['cert', 'check', '--json', '--root', authority.file, ...args]);
  assert.notEqual(ran.stdout, '', ran.stderr);
  return { code: ran.code, checked: JSON.parse(ran.stdout) as Checked };
}

async function served(): Promise<string> {
  const client = await connectTls({ port: gateway.https, servername: HOST, tls: { ca: authority.pem } });
  const { fingerprint256 } = client.socket.getPeerCertificate();
  client.destroy();
  return fingerprint256;
}

type Form = (pair: Pair, stem: string) => Promise<string[]>;
const pfx = (...options: string[]): Form => async (pair, stem) => {
  await runOk('openssl', ['pkcs12', '-export', ...options, '-in', pair.certFile, '-inkey', pair.keyFile, '-certfile', authority.file, '-passout', `pass:${PASSPHRASE}`, '-out', `${stem}.pfx`]);
  return [`${stem}.pfx`, '--passphrase-file', at('passphrase')];
};
const forms: [string, Form][] = [
  ['PEM, key apart', async (pair) => [pair.certFile, '--key', pair.keyFile]],
  ['PEM, all in one file, key first', async (pair, stem) => {
    writeFileSync(`${stem}.pem`, `${pair.key}${authority.pem}${pair.cert}`);
    return [`${stem}.pem`];
  }],
  ['DER', async (pair, stem) => {
    await runOk('openssl', ['x509', '-in', pair.certFile, '-outform', 'DER', '-out', `${stem}.der`]);
    await runOk('openssl', ['pkey', '-in', pair.keyFile, '-outform', 'DER', '-out', `${stem}.key.der`]);
    return [`${stem}.der`, '--key', `${stem}.key.der`];
  }],
  ['PKCS#7 and a key with a passphrase', async (pair, stem) => {
    await runOk('openssl', ['crl2pkcs7', '-nocrl', '-certfile', pair.certFile, '-certfile', authority.file, '-out', `${stem}.p7b`]);
    await runOk('openssl', ['pkey', '-in', pair.keyFile, '-aes256', '-passout', `pass:${PASSPHRASE}`, '-out', `${stem}.key`]);
    return [`${stem}.p7b`, '--key', `${stem}.key`, '--passphrase-file', at('passphrase')];
  }],
  ['a key with the headers of RFC 1421', async (pair, stem) => {
    await runOk('openssl', ['ec', '-in', pair.keyFile, '-aes128', '-passout', `pass:${PASSPHRASE}`, '-out', `${stem}.key`]);
    return [pair.certFile, '--key', `${stem}.key`, '--passphrase-file', at('passphrase')];
  }],
  ['PKCS#12', pfx()],
  ['PKCS#12 as Windows wrote it', pfx('-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1')],
];

for (const [index, [name, form]] of forms.entries()) {
  test(`${name}: checked, uploaded, served`, async () => {
    const pair = await authority.issue([HOST]);
    const files = await form(pair, at(`form-${index}`));
    const { code, checked } = await check('--name', HOST, ...files);
    assert.deepEqual([code, checked.good, checked.findings], [0, true, []]);
    assert.deepEqual([checked.certificate?.names, checked.certificate?.chain_count], [[HOST], 1]);
    const asked = await gateway.cli('cert', 'check', '--json', '--site', HOST, ...files);
    assert.equal(asked.code, 1, asked.stderr); // the authority is this test's: control does not know it
    const { findings, ...rest } = JSON.parse(asked.stdout) as Checked & { site: { bound_until: string | null } };
    assert.deepEqual([findings.map(({ id }) => id), rest.site.bound_until], [['unknown_issuer'], null]);
    assert.deepEqual({ ...rest.certificate, root: null }, { ...checked.certificate, root: null });
    const uploaded = await gateway.cli('cert', 'upload', HOST, ...files);
    assert.equal(uploaded.code, 0, uploaded.stderr);
    assert.match(uploaded.stdout, /has the certificate, valid until 20\d\d-/);
    assert.equal(await served(), pair.fingerprint);
  });
}

test('"site set --cert" takes the same forms', async () => {
  const pair = await authority.issue([HOST]);
  const [file, ...options] = await pfx()(pair, at('set'));
  const set = await gateway.cli('site', 'set', HOST, '--cert', file ?? '', ...options);
  assert.equal(set.code, 0, set.stderr);
  assert.equal(await served(), pair.fingerprint);
});

test('the API takes files with a passphrase, and the passphrase is nowhere afterwards', async () => {
  const pair = await authority.issue([HOST]);
  const [file] = await pfx()(pair, at('api'));
  const files = [readFileSync(file ?? '').toString('base64')];
  const closed = await gateway.api('PATCH', `/v1/sites/${HOST}`, { certificate_files: files });
  assert.deepEqual([closed.status, closed.body['field']], [400, 'passphrase'], closed.text);
  const wrong = await gateway.api('PATCH', `/v1/sites/${HOST}`, { certificate_files: files, passphrase: 'falsch' });
  assert.deepEqual([wrong.status, wrong.body['field']], [400, 'passphrase'], wrong.text);
  const given = await gateway.must('PATCH', `/v1/sites/${HOST}`, { certificate_files: files, passphrase: PASSPHRASE });
  assert.equal(await served(), pair.fingerprint);
  // The authority is this test's: what is found is that nobody knows it.
  assert.deepEqual((given['findings'] as unknown as Finding[]).map(({ id }) => id), ['unknown_issuer']);
  const everything = contentsBelow(gateway.data);
  assert.ok([...everything.keys()].some((path) => path.endsWith('strictgate.db')));
  for (const [path, bytes] of everything) assert.ok(!bytes.includes(PASSPHRASE), path);
  assert.ok(!gateway.log().includes(PASSPHRASE));
});

test('an RSA certificate goes beside the ECDSA one, and each is replaced by its kind', async () => {
  const rsa = await authority.issue([HOST], { algorithm: 'rsa' });
  const ecdsa = await authority.issue([HOST]);
  assert.equal((await gateway.cli('cert', 'upload', HOST, rsa.certFile, '--key', rsa.keyFile, '--beside')).code, 0);
  assert.equal((await gateway.cli('cert', 'upload', HOST, ecdsa.certFile, '--key', ecdsa.keyFile)).code, 0);
  assert.equal(await served(), ecdsa.fingerprint);
  const { certificate } = (await gateway.must('GET', `/v1/sites/${HOST}`)) as unknown as { certificate: { ecdsa: string | null; rsa: string | null } };
  assert.ok(certificate.ecdsa !== null && certificate.rsa !== null);
});

test('what is refused leaves what was served', async () => {
  const before = await served();
  const [one, two] = [await authority.issue([HOST]), await authority.issue([HOST])];
  const mismatch = await gateway.cli('cert', 'upload', HOST, one.certFile, '--key', two.keyFile);
  assert.equal(mismatch.code, 2, mismatch.stdout);
  assert.match(mismatch.stderr, /private key belongs to none/);
  await runOk('openssl', ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-keyout', at('ed.key'), '-out', at('ed.crt'), '-days', '9', '-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`]);
  const kind = await gateway.cli('cert', 'upload', HOST, at('ed.crt'), '--key', at('ed.key'));
  assert.equal(kind.code, 2, kind.stdout);
  assert.match(kind.stderr, /Ed25519/);
  assert.equal(await served(), before);
  assert.equal((await ask(gateway, { host: HOST, path: '/name' })).status, 200);
});

test('one that is no good does not take the place of one that works, unless it is said', async () => {
  const before = await served();
  const [wrong, expired] = [await authority.issue(['other.example.test']), await authority.issue([HOST], { expired: true })];
  for (const [pair, id] of [[wrong, 'wrong_name'], [expired, 'expired']] as const) {
    const refused = await gateway.cli('cert', 'upload', HOST, pair.certFile, '--key', pair.keyFile);
    assert.equal(refused.code, 1, refused.stdout);
    assert.ok(refused.stderr.includes(id) && refused.stderr.includes('--replace-working'), refused.stderr);
    assert.equal(await served(), before);
  }
  const said = await gateway.cli('cert', 'upload', HOST, wrong.certFile, '--key', wrong.keyFile, '--replace-working');
  assert.equal(said.code, 0, said.stderr);
  assert.match(said.stdout, /wrong_name/);
  const good = await authority.issue([HOST]);
  assert.equal((await gateway.cli('cert', 'upload', HOST, good.certFile, '--key', good.keyFile)).code, 0);
  assert.equal(await served(), good.fingerprint);
});

test('cert check says what is wrong, by ids, without a gateway', async () => {
  const pair = await authority.issue([HOST]);
  const expired = await authority.issue(['other.example.test'], { expired: true });
  const files = [pair.certFile, '--key', pair.keyFile];
  const cases: [string[], string[]][] = [
    [['--name', 'shop.example.test', ...files], ['wrong_name']],
    [['--name', HOST, expired.certFile, '--key', expired.keyFile], ['expired', 'wrong_name']],
    [[pair.certFile, '--key', expired.keyFile], ['key_mismatch']],
    [[pair.certFile, expired.certFile, '--key', pair.keyFile], ['unrelated_certificate']],
    [[authority.file, '--key', pair.keyFile], ['key_mismatch']],
    [[pair.keyFile], ['no_certificate']],
    [[pair.certFile], ['no_key']],
  ];
  for (const [args, ids] of cases) {
    const { code, checked } = await check(...args);
    assert.deepEqual(checked.findings.map(({ id }) => id), ids);
    const isGood = checked.findings.every(({ weight }) => weight === 'note');
    assert.deepEqual([code, checked.good], [isGood ? 0 : 1, isGood], ids.join(' '));
  }
  const stranger = await run(BINARY, ['cert', 'check', ...files]);
  assert.equal(stranger.code, 1);
  assert.match(stranger.stdout, /\(unknown_issuer\)\n +fix: /);
  const unasked = await run('setsid', ['--wait', BINARY, 'cert', 'check', at('api.pfx')]); // away from whoever's terminal
  assert.equal(unasked.code, 2, unasked.stdout);
  assert.match(unasked.stderr, /--passphrase-file/);
});

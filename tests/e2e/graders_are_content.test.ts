// testssl.sh and sslscan grade the gateway as a stranger would. What is more than a remark is accounted for here, with the
// reason; anything else fails.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { createNamespace } from './lib/netns.ts';
import { run } from './lib/process.ts';
import { temporaryDirectory } from './lib/scope.ts';

const HOST = 'app.example.test';
const namespace = await createNamespace([HOST]);
const gateway = await startGateway({ namespace, http: 80, https: 443 });
const pairs = [await authority.issue([HOST]), await authority.issue([HOST], { algorithm: 'rsa' })];
await gateway.addSite({ name: HOST, routes: [{ prefix: '/', kind: 'fixed', status: 200, body: 'fine\n' }], pairs, hsts: 31_536_000 });

interface Finding {
  id: string;
  severity: string;
  finding: string;
}

// What testssl.sh says beside OK and INFO, and why it may.
const ACCEPTED: { id: RegExp; finding: RegExp; reason: string }[] = [
  { id: /^cipher_order$/, finding: /^NOT a cipher order configured$/,
    reason: 'Mozilla\'s intermediate profile leaves the order to the client: all ciphers are good, and a phone knows whether it has AES in hardware' },
  { id: /^(cert_expirationStatus|cert_notAfter)/, finding: /^expires < 30 days|^\d{4}-\d\d-\d\d /, reason: 'certificates of these tests live for 20 days' },
  { id: /^cert_revocation/, finding: /^Neither CRL nor OCSP URI provided$/, reason: 'the authority of these tests has no revocation' },
  { id: /^DNS_CAArecord/, finding: /^--$/, reason: 'there is no DNS in here' },
  { id: /^HSTS_time$/, finding: /^max-age too short\. 1\d days/,
    reason: 'no renewal has been seen served yet: nothing is promised past the end of the certificate, though the rung is a year' },
  { id: /^secure_renego$/, finding: /^OpenSSL handshake didn't succeed$/,
    reason: 'this check sends no name, and who sends none is refused; it is made up for below' },
  { id: /^sessionresumption_ticket$/, finding: /^check failed because of connect problem$/,
    reason: 'the grader closes its first connection at once, at times before the ticket has come; resumption has tests of its own' },
  { id: /^engine_problem$/, finding: /GOST/, reason: 'about the openssl of the grader' },
];

async function grade(words: string[]): Promise<Finding[]> {
  const report = join(temporaryDirectory(), 'report.json');
  const command = namespace.enter('testssl', ['--quiet', '--color', '0', '--warnings', 'off', '--ip', '127.0.0.1', '--add-ca', authority.file,
    '--jsonfile', report, ...words, `https://${HOST}:443`]);
  const ran = await run(command.file, command.args);
  const findings = JSON.parse(readFileSync(report, 'utf8')) as Finding[];
  assert.ok(!findings.some(({ id }) => id === 'scanProblem'), ran.stdout);
  return findings;
}

test('testssl.sh finds nothing that is not accounted for', async () => {
  const all = await Promise.all([grade(['-p', '-P', '-S', '-h']), grade(['-U'])]);
  for (const findings of all) {
    const bad = findings.filter(({ severity }) => !['OK', 'INFO', 'DEBUG'].includes(severity));
    const unknown = bad.filter((one) => !ACCEPTED.some(({ id, finding }) => id.test(one.id) && finding.test(one.finding)));
    assert.deepEqual(unknown, []);
  }
  const [general, weaknesses] = all as [Finding[], Finding[]];
  const said = (list: Finding[], id: string): string => list.find((one) => one.id.startsWith(id))?.severity ?? 'nothing';
  for (const id of ['TLS1_2', 'TLS1_3', 'SSLv3', 'TLS1', 'cert_chain_of_trust', 'HTTP_status_code']) assert.match(said(general, id), /^(OK|INFO)$/, id);
  for (const id of ['heartbleed', 'ROBOT', 'CRIME_TLS', 'SWEET32', 'LUCKY13', 'RC4']) assert.equal(said(weaknesses, id), 'OK', id);
});

test('renegotiation is secure where TLS has it', async () => {
  const command = namespace.enter('openssl', ['s_client', '-connect', '127.0.0.1:443', '-servername', HOST, '-tls1_2']);
  assert.match((await run(command.file, command.args, { input: '' })).stdout, /Secure Renegotiation IS supported/);
});

test('sslscan sees TLS 1.2 and 1.3 with strong ciphers and groups alone', async () => {
  const command = namespace.enter('sslscan', ['--no-colour', '--xml=-', `--sni-name=${HOST}`, '127.0.0.1:443']);
  const ran = await run(command.file, command.args);
  assert.equal(ran.code, 0, ran.stderr);
  const attributes = (element: string): Record<string, string>[] =>
    [...ran.stdout.matchAll(new RegExp(`<${element} ([^>]*)/>`, 'g'))].map(([, text]) =>
      Object.fromEntries([...(text ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value])) as Record<string, string>);
  const enabled = attributes('protocol').filter(({ enabled: on }) => on === '1').map(({ version }) => version);
  assert.deepEqual(enabled, ['1.2', '1.3']);
  const ciphers = attributes('cipher');
  assert.ok(ciphers.length >= 9);
  // sslscan 2.0 calls TLS 1.3's own names "acceptable", whatever they are, and 2.1 "strong".
  for (const one of ciphers) assert.match(`${one['sslversion']} ${one['strength']} ${one['cipher']}`, /^TLSv1\.3 (acceptable|strong) TLS_|^TLSv1\.2 strong .*DHE-.*(GCM|CHACHA20)/);
  assert.ok(attributes('group').every(({ bits }) => Number(bits) >= 128));
  assert.ok(attributes('heartbleed').every(({ vulnerable }) => vulnerable === '0'));
});

// What "strictgate check" finds beyond the rules of the preload list: before a farm of domains with one fault each, and before our gateway.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { type Domain, FIELD, hsts, startFarm, to } from './lib/farm.ts';
import { startGateway } from './lib/gateway.ts';
import { startApplication } from './lib/upstream.ts';

const OURS = 'gateway.test';

interface Finding {
  code: string;
  severity: string;
  summary: string;
  message: string;
  fix: string;
  mend?: string;
  score?: number;
}

interface Found extends Domain {
  /** Of the findings that are not good, but for the Observatory's. */
  found: string[];
}

const ONE: [string, string] = ['Strict-Transport-Security', FIELD];
const OTHER: [string, string] = ['Strict-Transport-Security', 'max-age=300'];

const DOMAINS: Found[] = [
  { name: 'good.test', codes: [], exit: 0, found: [] },
  { name: 'pages.test', codes: [], exit: 0, found: ['field.missing_on_not_found', 'field.missing_on_refusal'],
    https: (path, method) => (path === '/' && method !== 'TRACE' ? hsts(FIELD) : { status: method === 'TRACE' ? 405 : 404 }) },
  { name: 'moved.test', codes: [], exit: 0, found: ['field.missing_on_redirect', 'field.missing_on_head'],
    https: (path, method) => (path === '/' && method !== 'TRACE' ? to('/app') : hsts(FIELD)) },
  { name: 'both.test', codes: [], exit: 1, found: ['field.duplicate_different'],
    https: (path, method) => ({ fields: path === '/' && method !== 'TRACE' ? [OTHER, ONE] : [ONE] }) },
  { name: 'crumbs.test', codes: [], exit: 0, found: ['cookie.refused', 'cookie.not_secure', 'cookie.session_open_to_scripts', 'cookie.no_same_site'],
    https: () => ({ fields: [ONE, ['Set-Cookie', 'lang=fr; Secure'], ['Set-Cookie', 'PHPSESSID=1; SameSite=Lax'], ['Set-Cookie', 'wide=1; SameSite=None'], ['Set-Cookie', 'gone=; Max-Age=0']] }) },
  { name: 'open.test', codes: [], exit: 1, found: ['cookie.session_not_secure'],
    https: () => ({ fields: [['Set-Cookie', 'session=1; HttpOnly; SameSite=Strict']] }) },
  { name: 'mixed.test', codes: [], exit: 0, found: ['content.active', 'content.passive', 'dead.public_key_pins', 'dead.expect_ct'],
    https: () => ({ fields: [ONE, ['Content-Type', 'text/html'], ['Public-Key-Pins', 'max-age=1; pin-sha256="AA=="'], ['Expect-CT', 'max-age=1']],
      body: '<!doctype html><script src="http://cdn.test/a.js"></script><img src="http://cdn.test/b.png">' }) },
  { name: 'odd.test', codes: [], exit: 1, found: ['field.ignored_by_some'], https: () => hsts('max-age=31536000; includeSubDomains=1') },
  { name: 'twice.test', codes: [], exit: 1, found: ['field.duplicate'], https: () => ({ fields: [ONE, ONE] }) },
];

const farm = await startFarm(DOMAINS, [OURS]);
/** What the network says has a farm of its own (what_the_network_says_of_a_name). */
const ofAnswers = (all: Finding[]): Finding[] => all.filter(({ code }) => !/^(address|dns|above|tls)\./.test(code));
const findings = async (...args: string[]): Promise<Finding[]> =>
  ofAnswers((JSON.parse((await farm.strictgate('check', ...args, '--json')).stdout) as { checks: { findings: Finding[] }[] }).checks[0]?.findings ?? []);

for (const { name, found } of DOMAINS)
  test(`${name}: ${found.join(', ') || 'nothing'}`, { timeout: 60_000 }, async () => {
    const all = await findings(name);
    assert.deepEqual(all.filter(({ severity, score }) => severity !== 'good' && score === undefined).map(({ code }) => code), found);
    for (const { summary, fix, severity } of all) assert.ok(summary.endsWith('.') && (severity === 'good') === (fix === ''));
  });

test('what was looked at and is in order is told as good', { timeout: 60_000 }, async () => {
  const good = (await findings('good.test')).filter(({ severity, score }) => severity === 'good' && score === undefined);
  assert.deepEqual(good.map(({ code }) => code), ['field.everywhere', 'field.read_alike', 'content.good', 'certificate.fresh']);
  assert.match(good.at(-1)?.message ?? '', /^it ends on \d{4}-\d\d-\d\d \d\d:\d\d UTC, in \d+ of \d+ days; issued by CN=/);
});

test('the Observatory is told with its own names and scores', { timeout: 60_000 }, async () => {
  const scores = async (name: string): Promise<[string, number][]> =>
    (await findings(name)).flatMap(({ code, score }): [string, number][] => (score === undefined ? [] : [[code.replace('observatory.', ''), score]]));
  assert.deepEqual(await scores('good.test'), [['hsts-implemented-max-age-at-least-six-months', 0], ['redirection-to-https', 0], ['cookies-not-found', 0]]);
  assert.deepEqual((await scores('open.test')).toSorted(), [['cookies-session-without-secure-flag', -40], ['hsts-not-implemented', -20], ['redirection-to-https', 0]]);
  assert.match((await farm.strictgate('check', 'open.test')).stdout, /^warning {2}observatory\.hsts-not-implemented \(-20\)$/m);
});

test('how clients read a field is shown in a table', { timeout: 60_000 }, async () => {
  interface Reading { client: string; taken: boolean; include_subdomains: boolean }
  const text = (await farm.strictgate('check', 'odd.test')).stdout;
  assert.match(text, /^How it is read:\nRFC 6797 +ignored\n(.*\n)*curl +max-age 31536000, subdomains$/m);
  assert.doesNotMatch((await farm.strictgate('check', 'good.test')).stdout, /How it is read/);
  const { readings } = (JSON.parse((await farm.strictgate('check', 'odd.test', '--json')).stdout) as { checks: { readings: Reading[] }[] }).checks[0] ?? {};
  assert.deepEqual(readings?.map(({ client, taken }) => [client, taken]),
    [['RFC 6797', false], ['Chromium', false], ['Firefox', false], ['curl', true], ['hstspreload.org', true], ['HTTP Observatory', true]]);
});

test('it is told who sends which of two fields', { timeout: 60_000 }, async () => {
  const { stdout } = await farm.strictgate('check', 'both.test');
  assert.match(stdout, /^Beyond the rules of the list:$/m);
  assert.match(stdout, /^error {4}field\.duplicate_different$/m);
  assert.match(stdout.replace(/\s+/g, ' '), /is on every answer, so that a server in front sends it; "max-age=300" is not, so that the application does\./);
});

test('of what is no name the DNS is asked nothing', async () => {
  const { stdout } = await farm.strictgate('check', 'go..od.test', '--json');
  const { checks } = JSON.parse(stdout) as { checks: { errors: Finding[]; findings: Finding[] }[] };
  assert.deepEqual(checks[0]?.errors.map(({ code }) => code), ['domain.format.contains_double_dot']);
  assert.deepEqual(checks[0]?.findings.map(({ code }) => code).filter((code) => !code.startsWith('observatory.')), []);
});

test('findings change no exit status, and the rules alone ask for less', { timeout: 60_000 }, async () => {
  const before = farm.requests();
  assert.equal((await farm.strictgate('check', 'pages.test')).code, 0);
  const all = farm.requests() - before;
  const rules = await farm.strictgate('check', 'pages.test', '--rules-only', '--json');
  const few = farm.requests() - before - all;
  assert.equal(rules.code, 0);
  assert.doesNotMatch(rules.stdout, /"findings"/);
  assert.ok(few === 2 && all <= few + 7 + 2, `${few} and ${all} requests`); // two for what the network says
  assert.ok(farm.crowd() <= 2 * 2); // two at an address, over each of two schemes
});

test('the API tells the same, and which field is the gateway\'s own', { timeout: 60_000 }, async () => {
  const gateway = await startGateway({ namespace: farm.namespace, http: 8080, https: 8443 });
  const ask = async (domain: string): Promise<Finding[]> => ofAnswers((await gateway.must('POST', '/v1/check', { domain }))['findings'] as unknown as Finding[]);
  assert.deepEqual((await ask('both.test')).filter(({ code }) => code.startsWith('field.')).map(({ code, severity }) => [code, severity]),
    [['field.duplicate_different', 'error'], ['field.everywhere', 'good']]);
  await gateway.addSite({ name: 'both.test', upstreams: ['http://127.0.0.1:9'], pairs: [await authority.issue(['both.test'], { seconds: 380 * 86_400 })] });
  await gateway.setHsts('both.test', 300, false);
  assert.match((await ask('both.test'))[0]?.message ?? '', /this gateway sends "max-age=300", and something in front of it adds "max-age=31536000/);
  assert.equal(await gateway.must('POST', '/v1/check', { domain: 'good.test', check: 'removable' }).then((answer) => answer['findings']), undefined);
  await gateway.stop();
});

test('our gateway sends the field on every kind of answer', { timeout: 60_000 }, async () => {
  await farm.close();
  const gateway = await startGateway({ namespace: farm.namespace, http: 80, https: 443 });
  const application = await startApplication();
  await gateway.addSite({ name: OURS, upstreams: [application.url], pairs: [await authority.issue([OURS], { seconds: 380 * 86_400 })] });
  await gateway.setHsts(OURS, 31_536_000, true);
  assert.deepEqual((await findings(OURS)).filter(({ code }) => code.startsWith('field.')).map(({ code }) => code), ['field.everywhere', 'field.read_alike']);
});

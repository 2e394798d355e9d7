// "strictgate check" before a farm of domains with one fault each, in a namespace with ports 80 and 443 of its own; and before our gateway.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { authority, createAuthority } from './lib/certs.ts';
import { type Domain, FIELD, hsts, startFarm, to } from './lib/farm.ts';
import { startGateway } from './lib/gateway.ts';
import type { Ran } from './lib/process.ts';
import { startApplication } from './lib/upstream.ts';

const OURS = 'gateway.test';

const stranger = await createAuthority('A stranger');
const DOMAINS: Domain[] = [
  { name: 'good.test', codes: [], exit: 0 },
  { name: 'none.test', codes: ['response.no_header'], exit: 1, https: () => ({}) },
  { name: 'twice.test', codes: ['response.multiple_headers'], exit: 1, https: () => ({ fields: [['Strict-Transport-Security', FIELD], ['Strict-Transport-Security', FIELD]] }) },
  { name: 'short.test', codes: ['header.preloadable.max_age.below_1_year'], exit: 1, https: () => hsts('max-age=86400; includeSubDomains; preload') },
  { name: 'semicolon.test', codes: ['header.parse.empty_directive'], exit: 2, https: () => hsts(`${FIELD};`) },
  { name: 'expired.test', codes: ['domain.tls.invalid_cert_chain'], exit: 1, pair: await authority.issue(['expired.test', 'www.expired.test'], { expired: true }) },
  { name: 'stranger.test', codes: ['domain.tls.invalid_cert_chain'], exit: 1, pair: await stranger.issue(['stranger.test']) },
  { name: 'wrong.test', codes: ['domain.tls.invalid_cert_chain'], exit: 1, pair: await authority.issue(['other.test']) },
  { name: 'sha1.test', codes: ['domain.tls.invalid_cert_chain'], exit: 1, pair: await authority.issue(['sha1.test'], { digest: 'sha1' }) },
  { name: 'old.test', codes: ['tls.obsolete_cipher_suite'], exit: 2, isOld: true },
  { name: 'nowww.test', codes: ['domain.www.no_tls'], exit: 1, pair: await authority.issue(['nowww.test']) },
  { name: 'plain.test', codes: ['redirects.http.no_redirect'], exit: 1, http: () => ({}) },
  { name: 'useless.test', codes: ['redirects.http.useless_header'], exit: 2, http: () => to('https://useless.test/', 301, [['Strict-Transport-Security', FIELD]]) },
  { name: 'wwwfirst.test', codes: ['redirects.http.www_first'], exit: 1, http: () => to('https://www.wwwfirst.test/') },
  { name: 'away.test', codes: ['redirects.http.first_redirect.insecure'], exit: 1, http: () => to('https://good.test/') },
  { name: 'port.test', codes: ['redirects.follow_error', 'redirects.http.first_redirect.invalid'], exit: 1, http: () => to('https://port.test:4444/') },
  { name: 'deep.test', codes: ['redirects.http.first_redirect.no_hsts'], exit: 1, http: () => to('https://deep.test/deep'), https: (path) => (path === '/' ? hsts(FIELD) : {}) },
  { name: 'back.test', codes: ['redirects.insecure.subsequent', 'redirects.insecure.initial'], exit: 1, http: (path) => (path === '/' ? to('https://back.test/') : {}), https: () => to('http://back.test/in', 302, [['Strict-Transport-Security', FIELD]]) },
  { name: 'circle.test', codes: ['redirects.too_many', 'redirects.too_many'], exit: 1, https: (path) => to(`https://circle.test${path}x`, 302, [['Strict-Transport-Security', FIELD]]) },
  { name: 'shut.test', codes: ['redirects.http.does_not_exist'], exit: 2, isShut: true },
  { name: 'sub.good.test', codes: ['domain.is_subdomain'], exit: 1, http: () => to('https://sub.good.test/') },
  // What a field may have, or lack.
  ...([
    ['', ['header.parse.empty', ...['include_sub_domains', 'preload', 'max_age'].map((part) => `header.preloadable.${part}.missing`)], 1],
    [`${FIELD}; directive-of-nobody`, ['header.parse.unknown_directive'], 2],
    [`${FIELD}; preload`, ['header.parse.repeated.preload'], 2],
    [`${FIELD}; includesubdomains`, ['header.parse.repeated.include_sub_domains'], 2],
    [`${FIELD}; max-age=63072000`, ['header.parse.repeated.max_age'], 2],
    ['max-age=31536000; includeSubDomains; preload=yes', ['header.parse.invalid.preload', 'header.preloadable.preload.missing'], 1],
    ['max-age=31536000; includeSubDomains=yes; preload', ['header.parse.invalid.include_sub_domains', 'header.preloadable.include_sub_domains.missing'], 1],
    ['max-age =31536000; includeSubDomains; preload', ['header.parse.invalid.max_age.no_value', 'header.preloadable.max_age.missing'], 1],
    ['max-age=031536000; includeSubDomains; preload', ['header.parse.max_age.leading_zero'], 2],
    ['max-age="31536000"; includeSubDomains; preload', ['header.parse.max_age.non_digit_characters', 'header.preloadable.max_age.missing'], 1],
    ['max-age=; includeSubDomains; preload', ['header.parse.max_age.parse_int_error', 'header.preloadable.max_age.missing'], 1],
    ['max-age=99999999999999999999; includeSubDomains; preload', ['header.parse.max_age.parse_int_error', 'header.preloadable.max_age.missing'], 1],
    ['includeSubDomains; preload', ['header.preloadable.max_age.missing'], 1],
    ['includeSubDomains', ['header.preloadable.max_age.missing', 'header.preloadable.preload.missing'], 1],
    ['max-age=31536000; preload', ['header.preloadable.include_sub_domains.missing'], 1],
    ['max-age=31536000; includeSubDomains', ['header.preloadable.preload.missing'], 1],
    ['max-age=0; includeSubDomains; preload', ['header.preloadable.max_age.zero'], 1],
    ['max-age=315360001; includeSubDomains; preload', ['header.preloadable.max_age.over_10_years'], 2],
  ] as [string, string[], 1 | 2][]).map(([field, codes, exit], index): Domain => ({ name: `field${index}.test`, codes, exit, https: () => hsts(field) })),
];

/** What is typed, and what it is. */
const NAMES: [string, string][] = [
  ['.good.test', 'domain.format.begins_with_dot'],
  ['good.test.', 'domain.format.ends_with_dot'],
  ['go..od.test', 'domain.format.contains_double_dot'],
  ['test', 'domain.format.public_suffix'],
  ['go_od.test', 'domain.format.invalid_characters'],
  ['127.0.0.1', 'domain.format.is_ip_address'],
  ['nobody.test', 'domain.tls.cannot_connect'],
];

/** Met by what is asked, not by what is there. */
const BY_QUESTION: string[][] = [
  ['header.removable.contains.preload', 'good.test', '--removal'],
  ['header.removable.missing.max_age', 'field13.test', '--removal'],
  ['header.preloadable.max_age.below_18_weeks', 'short.test', '--policy', 'bulk-18-weeks'],
];

/** What no server can bring about, and why. */
const NOT_BY_A_SERVER: Record<string, string> = {
  'internal.domain.name.cannot_compute_etld1': 'the list of public suffixes has a rule for every name',
  'domain.tls.sha1': 'OpenSSL takes no signature by SHA-1 in a chain: it is domain.tls.invalid_cert_chain',
  'server.preload.already_pending': 'the list alone knows',
  'server.preload.already_preloaded': 'the list alone knows',
  'server.removable.subdomain': 'the list alone knows',
  'server.removable.preloaded_tld': 'the list alone knows',
  'server.removable.protected': 'the list alone knows',
  'server.remove.not_preloaded': 'the list alone knows',
  'server.remove.already_pending_removal': 'the list alone knows',
  'server.remove.already_removed': 'the list alone knows',
};

const farm = await startFarm(DOMAINS, [OURS]);
const check = (...args: string[]): Promise<Ran> => farm.strictgate('check', ...args);

interface Finding {
  code: string;
  summary: string;
  fix: string;
}

interface Checked {
  domain: string;
  errors: Finding[];
  warnings: Finding[];
}

const checks = (ran: Ran): Checked[] => (JSON.parse(ran.stdout) as { checks: Checked[] }).checks;

for (const { name, codes, exit } of DOMAINS)
  test(`${name}: ${codes.join(', ') || 'nothing'}`, { timeout: 60_000 }, async () => {
    const ran = await check(name, '--json');
    const [found] = checks(ran);
    assert.ok(found);
    // Errors and warnings are apart in the answer; within each they stand as the checker has them.
    assert.deepEqual([...found.errors, ...found.warnings].map(({ code }) => code).toSorted(), codes.toSorted());
    assert.equal(ran.code, exit);
    for (const { summary, fix } of [...found.errors, ...found.warnings]) assert.ok(summary.endsWith('.') && fix.endsWith('.'));
  });

for (const [typed, code] of NAMES)
  test(`${typed}: ${code}`, { timeout: 60_000 }, async () => {
    const ran = await check(typed, '--json');
    assert.deepEqual(checks(ran).flatMap(({ errors, warnings }) => [...errors, ...warnings]).map((finding) => finding.code), [code]);
    assert.equal(ran.code, 1);
  });

for (const [code, ...args] of BY_QUESTION)
  test(`${args.join(' ')}: ${code}`, { timeout: 60_000 }, async () => {
    const ran = await check(...args, '--json');
    assert.deepEqual(checks(ran)[0]?.errors.map((finding) => finding.code), [code]);
    assert.equal(ran.code, 1);
  });

test('every code has a site, a name or a question that meets it, or a reason why none does', () => {
  const source = readFileSync(new URL('../../src/hsts/preload_code.c', import.meta.url), 'utf8');
  const all = [...source.matchAll(/\{"([a-z0-9_.]+)",\s*(?:ERROR|WARNING)/g)].map(([, code]) => code ?? '');
  assert.ok(all.length > 50);
  const met = [...DOMAINS.flatMap(({ codes }) => codes), ...NAMES.map(([, code]) => code), ...BY_QUESTION.map(([code]) => code ?? '')];
  assert.deepEqual([...new Set([...met, ...Object.keys(NOT_BY_A_SERVER)])].toSorted(), all.toSorted());
  assert.deepEqual(met.filter((code) => code in NOT_BY_A_SERVER), []);
});

test('several at once are told in the order in which they were named, and the worst decides', { timeout: 60_000 }, async () => {
  const ran = await check('semicolon.test', 'good.test', 'none.test', '--json');
  assert.deepEqual(checks(ran).map(({ domain }) => domain), ['semicolon.test', 'good.test', 'none.test']);
  assert.equal(ran.code, 1);
  assert.equal((await check('good.test', 'semicolon.test')).code, 2);
});

test('for people it is told in words, with what to do', { timeout: 60_000 }, async () => {
  const { stdout } = await check('short.test');
  assert.match(stdout, /^short\.test would not be taken into the preload list: 1 error\.$/m);
  assert.match(stdout, /^error {4}header\.preloadable\.max_age\.below_1_year$/m);
  assert.match(stdout, /The promise is shorter than a year \(31536000 seconds\): max-age=86400\./);
  assert.match(stdout, /"strictgate hsts permanent short\.test"/);
});

test('a name is looked for at an address that is given, whatever the DNS says', { timeout: 60_000 }, async () => {
  const elsewhere = await check('good.test', '--resolve', 'good.test:127.0.0.9');
  assert.match(elsewhere.stdout.replace(/\s+/g, ' '), /Nobody answers over HTTPS: it refuses the connection: nobody listens there\./);
});

test('what is asked for wrongly is told, with the status of the original', async () => {
  for (const [args, text] of [
    [['--policy', 'bulk-2-years', 'good.test'], /--policy: it is bulk-1-year or bulk-18-weeks/],
    [['--resolve', 'good.test', 'good.test'], /--resolve: "good\.test" is not NAME:ADDRESS/],
    [['--field', 'max-age=1', 'good.test'], /--field stands alone/],
    [['--removals', 'good.test'], /has no option --removals/],
    [['--root', '/nowhere/at/all', 'good.test'], /--root: .*\/nowhere\/at\/all/],
  ] as [string[], RegExp][]) {
    const ran = await check(...args);
    assert.equal(ran.code, 3);
    assert.match(ran.stderr, text);
    assert.equal(ran.stdout, '');
  }
});

test('the API answers the same, from within the sandbox, and knows which domain is a site of ours', { timeout: 60_000 }, async () => {
  const gateway = await startGateway({ namespace: farm.namespace, http: 8080, https: 8443 });
  await gateway.addSite({ name: 'short.test', upstreams: ['http://127.0.0.1:9'] });
  const ask = async (body: object) => (await gateway.must('POST', '/v1/check', body)) as unknown as Checked & { is_site: boolean; field: string | null; registrable: string };
  const short = await ask({ domain: 'Short.test' });
  assert.deepEqual([short.domain, short.is_site, short.field, short.registrable], ['short.test', true, 'max-age=86400; includeSubDomains; preload', 'short.test']);
  assert.deepEqual(short.errors.map(({ code }) => code), ['header.preloadable.max_age.below_1_year']);
  assert.deepEqual(await ask({ domain: 'good.test' }).then(({ errors, warnings, is_site }) => [errors, warnings, is_site]), [[], [], false]);
  assert.deepEqual((await ask({ domain: 'good.test', check: 'removable' })).errors.map(({ code }) => code), ['header.removable.contains.preload']);
  for (const domain of ['192.0.2.7', '*.good.test', 'no such name', '']) {
    const { status, body } = await gateway.api('POST', '/v1/check', { domain });
    assert.deepEqual([status, body['field']], [400, 'domain'], domain);
  }
  await gateway.stop();
});

test('our gateway is good enough for the list but for the word that is the operator\'s to say', { timeout: 60_000 }, async () => {
  await farm.close();
  const gateway = await startGateway({ namespace: farm.namespace, http: 80, https: 443 });
  const application = await startApplication();
  await gateway.addSite({ name: OURS, upstreams: [application.url], pairs: [await authority.issue([OURS], { seconds: 380 * 86_400 })] });
  await gateway.setHsts(OURS, 31_536_000, true);
  const [found] = checks(await check(OURS, '--json'));
  assert.deepEqual(found?.errors.map(({ code }) => code), ['header.preloadable.preload.missing']);
  assert.deepEqual(found?.warnings, []);
});

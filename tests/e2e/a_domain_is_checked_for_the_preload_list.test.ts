// "strictgate check" before a farm of domains with one fault each, in a namespace with ports 80 and 443 of its own; and before our gateway.
import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import { test } from 'node:test';
import tls from 'node:tls';
import { type Pair, authority, createAuthority } from './lib/certs.ts';
import { BINARY, startGateway } from './lib/gateway.ts';
import { reachInside } from './lib/inside.ts';
import { createNamespace } from './lib/netns.ts';
import { type Ran, run } from './lib/process.ts';
import { atEnd } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';

const FIELD = 'max-age=31536000; includeSubDomains; preload';
const OURS = 'gateway.test';

interface Answer {
  status?: number;
  fields?: [string, string][];
}

interface Domain {
  name: string;
  codes: string[];
  exit: 0 | 1 | 2;
  https?: (path: string) => Answer;
  http?: (path: string) => Answer;
  pair?: Pair;
}

const hsts = (value: string): Answer => ({ fields: [['Strict-Transport-Security', value]] });
const to = (location: string, status = 301, fields: [string, string][] = []): Answer => ({ status, fields: [['Location', location], ...fields] });

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
  { name: 'old.test', codes: ['tls.obsolete_cipher_suite'], exit: 2 },
  { name: 'nowww.test', codes: ['domain.www.no_tls'], exit: 1, pair: await authority.issue(['nowww.test']) },
  { name: 'plain.test', codes: ['redirects.http.no_redirect'], exit: 1, http: () => ({}) },
  { name: 'useless.test', codes: ['redirects.http.useless_header'], exit: 2, http: () => to('https://useless.test/', 301, [['Strict-Transport-Security', FIELD]]) },
  { name: 'wwwfirst.test', codes: ['redirects.http.www_first'], exit: 1, http: () => to('https://www.wwwfirst.test/') },
  { name: 'away.test', codes: ['redirects.http.first_redirect.insecure'], exit: 1, http: () => to('https://good.test/') },
  { name: 'port.test', codes: ['redirects.follow_error', 'redirects.http.first_redirect.invalid'], exit: 1, http: () => to('https://port.test:4444/') },
  { name: 'deep.test', codes: ['redirects.http.first_redirect.no_hsts'], exit: 1, http: () => to('https://deep.test/deep'), https: (path) => (path === '/' ? hsts(FIELD) : {}) },
  { name: 'back.test', codes: ['redirects.insecure.subsequent', 'redirects.insecure.initial'], exit: 1, http: (path) => (path === '/' ? to('https://back.test/') : {}), https: () => to('http://back.test/in', 302, [['Strict-Transport-Security', FIELD]]) },
  { name: 'circle.test', codes: ['redirects.too_many', 'redirects.too_many'], exit: 1, https: (path) => to(`https://circle.test${path}x`, 302, [['Strict-Transport-Security', FIELD]]) },
  { name: 'sub.good.test', codes: ['domain.is_subdomain'], exit: 1, http: () => to('https://sub.good.test/') },
];

// What old.test agrees on is a whole server's business: the name alone does not choose it.
const OLD = '127.0.0.2';
const namesOf = ({ name }: Domain): string[] => [name, `www.${name}`];
const isOld = ({ name }: Domain): boolean => name === 'old.test';
const namespace = await createNamespace([OURS, ...DOMAINS.filter((domain) => !isOld(domain)).flatMap(namesOf)], { hosts: { [OLD]: DOMAINS.filter(isOld).flatMap(namesOf) } });
const inside = await reachInside(namespace);

const named = (host: string | undefined): Domain | undefined => DOMAINS.find(({ name }) => name === host || `www.${name}` === host);
const contexts = new Map<string, tls.SecureContext>();
for (const { name, pair } of DOMAINS) {
  const { cert, key } = pair ?? (await authority.issue([name, `www.${name}`]));
  contexts.set(name, tls.createSecureContext({ cert, key }));
}

function answer(response: http.ServerResponse, { status, fields }: Answer): void {
  const raw = (fields ?? []).flatMap(([name, value]) => [name, value]);
  response.writeHead(status ?? 200, [...raw, 'Content-Length', '0']);
  response.end();
}

const onSecure = (request: http.IncomingMessage, response: http.ServerResponse): void =>
  answer(response, named(request.headers.host)?.https?.(request.url ?? '/') ?? hsts(FIELD));
const secure = https.createServer({ SNICallback: (host, done) => done(null, contexts.get(named(host)?.name ?? '')) }, onSecure);
const aged = await authority.issue(['old.test', 'www.old.test'], { algorithm: 'rsa' });
const old = https.createServer({ cert: aged.cert, key: aged.key, ciphers: 'AES128-SHA', maxVersion: 'TLSv1.2' }, onSecure);
const plain = http.createServer((request, response) => {
  const domain = named(request.headers.host);
  answer(response, domain?.http?.(request.url ?? '/') ?? to(`https://${domain?.name ?? 'nobody.test'}/`));
});
const plainOld = http.createServer((_, response) => answer(response, to('https://old.test/')));
secure.listen(await inside.listen('127.0.0.1', 443));
plain.listen(await inside.listen('127.0.0.1', 80));
old.listen(await inside.listen(OLD, 443));
plainOld.listen(await inside.listen(OLD, 80));
for (const server of [secure, plain, old, plainOld]) atEnd(() => void (server.close(), server.closeAllConnections()));

function check(...args: string[]): Promise<Ran> {
  const { file, args: entered } = namespace.enter(BINARY, ['check', '--root', authority.file, ...args]);
  return run(file, entered);
}

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

test('leaving the list wants a field without the word', { timeout: 60_000 }, async () => {
  const listed = await check('good.test', '--removal');
  assert.match(listed.stdout, /header\.removable\.contains\.preload/);
  assert.equal(listed.code, 1);
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

test('our gateway is good enough for the list but for the word that is the operator\'s to say', { timeout: 60_000 }, async () => {
  await Promise.all([secure, plain, old, plainOld].map((server) => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)))));
  const gateway = await startGateway({ namespace, http: 80, https: 443 });
  const application = await startApplication();
  await gateway.addSite({ name: OURS, upstreams: [application.url], pairs: [await authority.issue([OURS], { seconds: 380 * 86_400 })] });
  await gateway.setHsts(OURS, 31_536_000, true);
  const [found] = checks(await check(OURS, '--json'));
  assert.deepEqual(found?.errors.map(({ code }) => code), ['header.preloadable.preload.missing']);
  assert.deepEqual(found?.warnings, []);
});

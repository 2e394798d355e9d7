import assert from 'node:assert/strict';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { ask, hstsOf } from './lib/client.ts';
import { BINARY, startGateway } from './lib/gateway.ts';
import { run } from './lib/process.ts';
import { connectPlain, splitResponses } from './lib/raw.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';

interface SiteJson {
  name: string;
  aliases: string[];
  redirect: string;
  routes: { prefix: string; kind: string; upstreams: { url: string; weight: number }[] }[];
  certificate: { source: string; names: string[]; not_after: unknown; fingerprint_sha256: string };
}

const application = await startApplication();
const second = await startApplication({ name: 'second' });
const gateway = await startGateway();
const folder = temporaryDirectory();
// Before the first test: a file whose tests are all done while it still waits has ended.
const mismatched = await authority.issue(['bad.example.test']);
const other = await authority.issue(['elsewhere.example.test']);
const expired = await authority.issue(['bad.example.test'], { expired: true });

async function show(name: string): Promise<SiteJson> {
  const ran = await gateway.cli('site', 'show', name, '--json');
  assert.equal(ran.code, 0, ran.stderr);
  return JSON.parse(ran.stdout) as SiteJson;
}

test('site add with the local CA serves at once, from one command', async () => {
  const ran = await gateway.cli('site', 'add', 'one.example.test', '--upstream', application.url, '--local-ca');
  assert.equal(ran.code, 0, ran.stderr);
  const root = (await gateway.api('GET', '/v1/local-ca')).text;
  assert.equal((await ask(gateway, { host: 'one.example.test', path: '/name', ca: root })).text, 'application');
});

test('site add with certificate files, aliases, several upstreams', async () => {
  const names = ['two.example.test', 'zwei.example.test', 'dos.example.test'];
  const pair = await authority.issue(names);
  const rsa = await authority.issue(names, { algorithm: 'rsa' });
  const ran = await gateway.cli('site', 'add', 'two.example.test', '--alias', 'zwei.example.test', '--alias', 'dos.example.test', '--upstream', application.url, '--upstream', second.url,
    '--cert', pair.certFile, '--key', pair.keyFile, '--cert', rsa.certFile, '--key', rsa.keyFile, '--redirect', 'permanent');
  assert.equal(ran.code, 0, ran.stderr);
  const site = await show('two.example.test');
  assert.deepEqual(site.aliases.toSorted(), ['dos.example.test', 'zwei.example.test']);
  assert.equal(site.redirect, 'permanent');
  assert.deepEqual(site.routes[0]?.upstreams.map((one) => one.url), [application.url, second.url]);
  assert.equal(site.certificate.source, 'file');
  for (const host of names) assert.equal((await ask(gateway, { host, path: '/name' })).status, 200, host);
});

test('site list names them, as text and as JSON', async () => {
  const text = await gateway.cli('site', 'list');
  assert.equal(text.code, 0);
  for (const name of ['one.example.test', 'two.example.test']) assert.ok(text.stdout.includes(name));
  const json = JSON.parse((await gateway.cli('site', 'list', '--json')).stdout) as SiteJson[] | { sites: SiteJson[] };
  const sites = Array.isArray(json) ? json : json.sites;
  assert.deepEqual(sites.map((site) => site.name).toSorted(), ['one.example.test', 'two.example.test']);
});

test('site show says in words what matters', async () => {
  const ran = await gateway.cli('site', 'show', 'two.example.test');
  assert.equal(ran.code, 0);
  for (const word of ['two.example.test', 'zwei.example.test', application.url, 'permanent']) assert.ok(ran.stdout.includes(word), word);
});

test('site set changes what is named and nothing else', async () => {
  const before = await show('two.example.test');
  assert.equal((await gateway.cli('site', 'set', 'two.example.test', '--redirect', 'temporary', '--upstream', second.url)).code, 0);
  const after = await show('two.example.test');
  assert.equal(after.redirect, 'temporary');
  assert.deepEqual(after.routes[0]?.upstreams.map((one) => one.url), [second.url]);
  assert.deepEqual(after.aliases, before.aliases);
  assert.equal(after.certificate.fingerprint_sha256, before.certificate.fingerprint_sha256);
  assert.equal((await ask(gateway, { host: 'two.example.test', path: '/name' })).text, 'second');
});

test('balance, weights, timeouts and an own error page are set from the command line', async () => {
  const page = join(folder, 'error.html');
  writeFileSync(page, '<h1>{{status}} {{reason}}</h1><p>{{site}}');
  const ran = await gateway.cli('site', 'add', 'tuned.example.test', '--upstream', application.url, '--upstream', second.url, '--weight', '3', '--weight', '1',
    '--balance', 'round-robin', '--connect-timeout-ms', '17000', '--first-byte-timeout-ms', '18000', '--idle-timeout-ms', '19000', '--error-page', page, '--redirect', 'off');
  assert.equal(ran.code, 0, ran.stderr);
  const names: string[] = [];
  for (let i = 0; i < 16; i++) names.push((await ask(gateway, { host: 'tuned.example.test', path: '/name', via: 'http' })).text);
  assert.ok(names.filter((name) => name === 'application').length > names.filter((name) => name === 'second').length, names.join());
  const shown = (await gateway.cli('site', 'show', 'tuned.example.test')).stdout;
  for (const words of ['weight 3', 'round robin', 'connect 17000 ms, first byte 18000 ms, idle 19000 ms', 'own template']) assert.ok(shown.includes(words), shown);
  assert.equal((await gateway.cli('site', 'set', 'tuned.example.test', '--upstream', 'http://127.0.0.1:1')).code, 0);
  assert.equal((await ask(gateway, { host: 'tuned.example.test', via: 'http' })).text, '<h1>502 Bad Gateway</h1><p>tuned.example.test');
  assert.equal((await gateway.cli('site', 'set', 'tuned.example.test', '--no-error-page')).code, 0);
  assert.match((await ask(gateway, { host: 'tuned.example.test', via: 'http' })).text, /cannot be reached/);
  assert.equal((await gateway.cli('site', 'remove', 'tuned.example.test', '--yes')).code, 0);
});

test('status tells whether the gateway serves, as text and as JSON', async () => {
  const text = await gateway.cli('status');
  assert.equal(text.code, 0, text.stderr);
  const json = JSON.parse((await gateway.cli('status', '--json')).stdout) as { generation: { acked: number }; gateway: { connected: boolean } };
  assert.ok(json.generation.acked > 0 && json.gateway.connected, JSON.stringify(json));
});

test('settings show and set', async () => {
  assert.equal((await gateway.cli('settings', 'set', 'tls_profile=modern', 'head_size_max=32768')).code, 0);
  const settings = JSON.parse((await gateway.cli('settings', 'show', '--json')).stdout) as { tls_profile: string; limits: Record<string, number> };
  assert.equal(settings.tls_profile, 'modern');
  assert.equal(settings.limits['head_size_max'], 32_768);
  assert.match((await gateway.cli('settings', 'show')).stdout, /^drain_timeout_ms +\d+ +time for open requests/m);
  const changed = await gateway.cli('settings', 'set', 'tls_profile=intermediate', '--json');
  assert.deepEqual([changed.code, (JSON.parse(changed.stdout) as { applied: boolean }).applied], [0, true]);
  assert.equal((JSON.parse((await gateway.cli('reload', '--json')).stdout) as { applied: boolean }).applied, true);
  assert.equal((await gateway.cli('settings', 'set', 'no_such_limit=1')).code, 2);
});

test('a site whose promise binds browsers cannot lose what keeps it, unless its name is typed and a reason given', async () => {
  const name = 'promised.example.test';
  const pair = await authority.issue([name]);
  await gateway.addSite({ name, upstreams: [application.url], pairs: [pair], hsts: 300 });
  const removed = await gateway.cli('site', 'remove', name, '--yes');
  assert.equal(removed.code, 1);
  assert.match(removed.stderr, /\d{4}-\d\d-\d\d/, 'it says until when');
  const bare = await gateway.api('PATCH', `/v1/sites/${name}`, { certificate: null });
  assert.equal(bare.status, 409, bare.text);
  const foreign = await authority.issue(['elsewhere.example.test']);
  const replaced = await gateway.api('PATCH', `/v1/sites/${name}`, { certificate_pem: foreign.cert, key_pem: foreign.key });
  assert.ok(replaced.status === 409 || replaced.status === 400, replaced.text);
  assert.deepEqual(hstsOf(await ask(gateway, { host: name, path: '/name' })), ['max-age=300'], 'nothing has changed');
  const good = { guards: ['keep-name'], reason: 'the application is gone', confirm: name };
  for (const wrong of [{ confirm: 'other.example.test' }, { reason: ' ' }, { guards: [] }, { guards: ['keep-everything'] }, { guards: ['name-ip'] }]) {
    assert.equal((await gateway.api('DELETE', `/v1/sites/${name}`, { override: { ...good, ...wrong } })).status, 400, JSON.stringify(wrong));
  }
  const forced = await gateway.cli('site', 'remove', name, '--yes', '--override', 'keep-name', '--reason', good.reason, '--confirm', name);
  assert.equal(forced.code, 0, forced.stderr);
  const { entries } = (await gateway.must('GET', `/v1/audit?site=${name}&limit=1`)) as unknown as { entries: { act: string; override: string; reason: string }[] };
  assert.deepEqual(entries.map(({ act, override, reason }) => [act, override, reason]), [['site.remove', 'keep-name', good.reason]]);
  assert.equal((await gateway.api('GET', `/v1/sites/${name}`)).status, 404);
});

test('site remove takes it out of service', async () => {
  assert.equal((await gateway.cli('site', 'remove', 'one.example.test', '--yes')).code, 0);
  await assert.rejects(ask(gateway, { host: 'one.example.test' }), /unrecognized|alert/i);
  assert.equal((await gateway.cli('site', 'show', 'one.example.test')).code, 1);
});

const usage: [string, string[], number][] = [
  ['an unknown command', ['frobnicate'], 2],
  ['an unknown option', ['status', '--frob'], 2],
  ['a missing operand', ['site', 'show'], 2],
  ['a missing value', ['hsts', 'start', 'two.example.test', '--reason'], 2],
  ['a guard that is none', ['hsts', 'start', 'two.example.test', '--override', 'all', '--reason', 'x', '--confirm', 'two.example.test'], 2],
  ['a ladder that is none', ['site', 'set', 'two.example.test', '--ladder', '1d,soon'], 2],
  ['a site that is not there', ['hsts', 'start', 'none.example.test'], 1],
  ['removing a site that is not there', ['site', 'remove', 'none.example.test', '--yes'], 1],
  ['a bad URL', ['site', 'add', 'bad.example.test', '--upstream', 'ftp://x', '--local-ca'], 2],
  ['a bad name', ['site', 'add', 'bad name', '--upstream', 'http://127.0.0.1:1', '--local-ca'], 2],
  ['a certificate file that is not there', ['site', 'add', 'bad.example.test', '--upstream', 'http://127.0.0.1:1', '--cert', '/nonexistent', '--key', '/nonexistent'], 1],
  ['a certificate without a key', ['site', 'add', 'bad.example.test', '--upstream', 'http://127.0.0.1:1', '--cert', authority.file], 2],
  ['no upstream', ['site', 'add', 'bad.example.test', '--local-ca'], 2],
  ['a redirect mode that is none', ['site', 'add', 'bad.example.test', '--upstream', 'http://127.0.0.1:1', '--local-ca', '--redirect', 'maybe'], 2],
];

for (const [what, words, code] of usage) {
  test(`exit status ${code}, with a word on standard error and nothing on standard output: ${what}`, async () => {
    const ran = await gateway.cli(...words);
    assert.equal(ran.code, code, ran.stdout + ran.stderr);
    assert.ok(ran.stderr.trim().length > 10);
    assert.equal(ran.stdout, '');
  });
}

test('adding a site or an alias twice is a conflict', async () => {
  const ran = await gateway.cli('site', 'add', 'two.example.test', '--upstream', application.url, '--local-ca');
  assert.equal(ran.code, 1, ran.stderr);
  const alias = await gateway.api('POST', '/v1/sites', { name: 'three.example.test', aliases: ['zwei.example.test'], upstreams: [application.url], local_ca: true });
  assert.equal(alias.status, 409, alias.text);
});

test('when control is not there the exit status is 3', async () => {
  const ran = await run(BINARY, ['--data', folder, 'status']);
  assert.equal(ran.code, 3, ran.stderr);
  assert.ok(ran.stderr.includes(folder), ran.stderr);
});

test('help is there for every command, on standard output', async () => {
  const all = await gateway.cli('--help');
  assert.equal(all.code, 0);
  for (const words of [['run'], ['site', 'add'], ['site', 'list'], ['site', 'show'], ['site', 'set'], ['site', 'remove'], ['hsts', 'status'], ['hsts', 'start'], ['hsts', 'climb'], ['hsts', 'permanent'], ['hsts', 'hold'], ['hsts', 'release'], ['hsts', 'subdomains'], ['hsts', 'preload'], ['guards'], ['ledger'], ['audit'], ['clock'], ['apply'], ['backup'], ['restore'], ['simulate'], ['status'], ['trust'], ['settings', 'show'], ['check-config'], ['reload'], ['version'], ['completion']]) {
    const ran = await gateway.cli(...words, '--help');
    assert.equal(ran.code, 0, words.join(' '));
    assert.ok(ran.stdout.includes(words.join(' ')), words.join(' '));
  }
  assert.match((await gateway.cli('version')).stdout, /^strictgate \d+\.\d+/);
  for (const shell of ['bash', 'zsh', 'fish']) assert.ok((await gateway.cli('completion', shell)).stdout.includes('site'), shell);
  assert.equal((await gateway.cli('completion', 'tcsh')).code, 2);
  assert.equal((await run(BINARY, ['--version'])).stdout, (await gateway.cli('version')).stdout);
  assert.equal((await gateway.cli('help', 'nonsense')).code, 2);
  assert.match((await gateway.cli('help', 'settings')).stdout, /settings set KEY=VALUE/);
});

interface Problem {
  status: number;
  code: string;
  field?: string;
  detail: string;
  fix?: string;
}

const site = (more: Record<string, unknown>): Record<string, unknown> => ({ name: 'bad.example.test', upstreams: [application.url], local_ca: true, ...more });
const input: [string, unknown, RegExp][] = [
  ['no name', { upstreams: [application.url], local_ca: true }, /name/],
  ['an empty name', site({ name: '' }), /name/],
  ['a name with a slash', site({ name: 'a/b' }), /name/],
  ['a name with a port', site({ name: 'bad.example.test:80' }), /name/],
  ['a name too long', site({ name: `${'a'.repeat(64)}.test` }), /name/],
  ['a bad alias', site({ aliases: ['good.example.test', 'bad alias'] }), /aliases/],
  ['an unknown member', site({ upstream: 'x' }), /upstream/],
  ['a bad upstream', site({ upstreams: ['http://127.0.0.1:1', 'gopher://x'] }), /upstreams\[1\]/],
  ['an upstream with a path', site({ upstreams: ['http://127.0.0.1:1/path'] }), /upstreams\[0\]/],
  ['an upstream with a bad port', site({ upstreams: ['http://127.0.0.1:99999'] }), /upstreams\[0\]/],
  ['a route of an unknown kind', { name: 'bad.example.test', local_ca: true, routes: [{ prefix: '/', kind: 'magic' }] }, /routes\[0\]/],
  ['a route with a bad prefix', { name: 'bad.example.test', local_ca: true, routes: [{ prefix: 'x', kind: 'fixed', status: 200 }] }, /routes\[0\]/],
  ['two routes of one prefix', { name: 'bad.example.test', local_ca: true, routes: [{ prefix: '/', kind: 'fixed', status: 200 }, { prefix: '/', kind: 'fixed', status: 200 }] }, /routes\[1\]/],
  ['a weight of nothing', { name: 'bad.example.test', local_ca: true, routes: [{ prefix: '/', kind: 'proxy', upstreams: [{ url: application.url, weight: 0 }] }] }, /weight/],
  ['a redirect that is none', site({ redirect: 'sometimes' }), /redirect/],
  ['a name of the wrong type', site({ name: 5 }), /name/],
  ['a certificate that is none', { ...site({}), local_ca: undefined, certificate_pem: 'hello', key_pem: mismatched.key }, /certificate/],
  ['a key that is none', { ...site({}), local_ca: undefined, certificate_pem: mismatched.cert, key_pem: 'hello' }, /key/],
  ['a key that does not match', { ...site({}), local_ca: undefined, certificate_pem: mismatched.cert, key_pem: other.key }, /key/],
  ['no JSON', '{', /^$|json|body/i],
];

for (const [what, body, field] of input) {
  test(`the API says which field is wrong and what would be right: ${what}`, async () => {
    const reply = typeof body === 'string' ? await gateway.api('POST', '/v1/sites', undefined) : await gateway.api('POST', '/v1/sites', body);
    assert.equal(reply.status, 400, reply.text);
    const problem = JSON.parse(reply.text) as Problem;
    assert.deepEqual([problem.code, problem.status], ['input', 400]);
    assert.match(problem.field ?? '', field, reply.text);
    assert.ok(problem.detail.length > 10);
    assert.equal((await gateway.api('GET', '/v1/sites/bad.example.test')).status, 404, 'nothing is left behind');
  });
}

test('a certificate that browsers would refuse is taken, but status warns of it and HSTS is refused', async () => {
  for (const [what, pair] of [[/cover/, other], [/expired/, expired]] as const) {
    const added = await gateway.api('POST', '/v1/sites', { name: 'bad.example.test', upstreams: [application.url], certificate_pem: pair.cert, key_pem: pair.key });
    assert.equal(added.status, 201, added.text);
    assert.ok((JSON.parse(added.text) as { warnings: string[] }).warnings.some((text) => what.test(text)), added.text);
    assert.match((await gateway.cli('site', 'show', 'bad.example.test')).stdout, new RegExp(`warning: .*${what.source}`));
    const { warnings } = (await gateway.must('GET', '/v1/status')) as unknown as { warnings: string[] };
    assert.ok(warnings.some((text) => what.test(text) && text.includes('bad.example.test')), JSON.stringify(warnings));
    const hsts = await gateway.api('PUT', '/v1/sites/bad.example.test/hsts', { max_age: 300 });
    assert.equal(hsts.status, 409, hsts.text);
    await gateway.must('DELETE', '/v1/sites/bad.example.test');
  }
});

test('site add warns at once of a certificate that browsers will not like', async () => {
  const [cert, key] = [join(folder, 'self.pem'), join(folder, 'self.key')];
  await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert, '-days', '1', '-subj', '/CN=self.example.test',
    '-addext', 'subjectAltName=DNS:self.example.test']);
  const ran = await gateway.cli('site', 'add', 'self.example.test', '--upstream', application.url, '--alias', 'other.example.test', '--cert', cert, '--key', key);
  assert.equal(ran.code, 0, ran.stderr);
  for (const words of [/warning: .*signed itself/, /warning: .*ends in \d day/, /warning: .*does not cover other\.example\.test/]) assert.match(ran.stdout, words);
  assert.equal((await gateway.cli('site', 'remove', 'self.example.test', '--yes')).code, 0);
});

test('what is not there is 404, a method that is not allowed 405', async () => {
  for (const path of ['/v1/sites/none.example.test', '/v1/nothing', '/', '/v1/sites/none.example.test/hsts']) {
    const reply = await gateway.api('GET', path);
    assert.ok(reply.status === 404 || reply.status === 405, `${path}: ${reply.status}`);
  }
  assert.equal((await gateway.api('DELETE', '/v1/status')).status, 405);
});

test('the admin API speaks strict HTTP/1.1: broken heads are refused, pipelined requests answered', async () => {
  const path = join(gateway.data, 'control.sock');
  for (const bytes of ['GET /v1/status HTTP/1.1\nHost: x\n\n', 'GET /v1/status HTTP/1.1\r\nHost : x\r\n\r\n', 'POST /v1/sites HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}']) {
    const client = await connectPlain({ port: 0, path });
    client.send(bytes);
    assert.match(await client.untilClosed(), /^HTTP\/1\.1 400 /);
  }
  const client = await connectPlain({ port: 0, path });
  client.send('GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\nGET /v1/sites HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  assert.deepEqual(splitResponses(await client.untilClosed()).map((one) => one.status), [200, 200]);
});

test('keys are nowhere to be read: files are 0600, the API and the log do not show them', async () => {
  const listing = await run('find', [gateway.data, '-type', 'f', '-perm', '/077', '-not', '-path', '*/log/*']);
  const readable = listing.stdout.trim().split('\n').filter((path) => path !== '' && !/root\.pem$|\.lock$/.test(path));
  assert.deepEqual(readable, []);
  const all = (await gateway.api('GET', '/v1/sites')).text + gateway.log();
  assert.doesNotMatch(all, /PRIVATE KEY/);
  assert.equal(statSync(join(gateway.data, 'control.sock')).mode & 0o007, 0, 'others may not connect');
});

test('a peer that is neither root, nor control\'s own user, nor in the group is denied', { skip: process.getuid?.() !== 0 }, async () => {
  const socket = join(gateway.data, 'control.sock');
  const reach = ['-m', '-c', 'true'];
  assert.ok(reach.length > 0);
  chmodSync(gateway.data, 0o755);
  chmodSync(socket, 0o666);
  const script = join(folder, 'ask.cjs');
  writeFileSync(script, `require('http').get({ socketPath: ${JSON.stringify(socket)}, path: '/v1/sites' }, (r) => { process.stdout.write(String(r.statusCode)); r.resume(); }).on('error', (e) => process.stdout.write(e.code));`);
  const stranger = await run('setpriv', ['--reuid', '31337', '--regid', '31337', '--clear-groups', process.execPath, script]);
  assert.equal(stranger.stdout, '403');
  const root = await run(process.execPath, [script]);
  assert.equal(root.stdout, '200');
});

test('a body that is too large, or comes too slowly, does not hold the admin API up', async () => {
  const path = join(gateway.data, 'control.sock');
  const slow = await connectPlain({ port: 0, path });
  slow.send('POST /v1/sites HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
  const large = await connectPlain({ port: 0, path });
  large.send('POST /v1/sites HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000000\r\n\r\n');
  assert.match(await large.untilText('\r\n\r\n'), /^HTTP\/1\.1 (400|413) /);
  assert.equal((await gateway.api('GET', '/v1/status')).status, 200);
  assert.ok(!slow.closed() && !slow.ended(), 'the slow one is waited for still');
  slow.destroy();
  large.destroy();
});

test('international names are taken and shown', async () => {
  const ran = await gateway.cli('site', 'add', 'müller.example.test', '--upstream', application.url, '--local-ca');
  assert.equal(ran.code, 0, ran.stderr);
  const root = (await gateway.api('GET', '/v1/local-ca')).text;
  assert.equal((await ask(gateway, { host: 'xn--mller-kva.example.test', path: '/name', ca: root })).status, 200);
});

// "strictgate check" and "strictgate scan" before sites that are slow, hostile or broken: each is judged by the right code, in words that say why, within the time that was allowed, and none costs memory.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Pair, authority, createAuthority, selfSigned } from './lib/certs.ts';
import { FIELD } from './lib/farm.ts';
import { type Serve, type Site, asked, drips, floods, later, moved, page, says, saysAndStays, silent, startHostile } from './lib/hostile.ts';
import { isAlive, residentKb, run, start } from './lib/process.ts';
import { temporaryDirectory } from './lib/scope.ts';

/** What a request may take here: enough for a good site on a busy machine. */
const LIMIT_S = 2;
const STS = `Strict-Transport-Security: ${FIELD}\r\n`;

interface Case extends Site {
  /** What the site does. */
  title: string;
  codes: string[];
  /** The reason that stands beside the first code. */
  words?: RegExp;
}

const CANNOT = ['domain.tls.cannot_connect'];
const UNTRUSTED = ['domain.tls.invalid_cert_chain'];
const NO_HTTP = ['redirects.http.does_not_exist'];

const stranger = await createAuthority('A stranger');
const middle = await createAuthority('An authority in between', authority);
const whole = async (names: string[]): Promise<Pair> => {
  const pair = await middle.issue(names);
  return { ...pair, cert: `${pair.cert}${middle.pem}` };
};
const reset: Serve = (socket) => socket.once('data', () => (socket as { resetAndDestroy(): void } & typeof socket).resetAndDestroy());
const bomb = gzipSync(Buffer.alloc(4_000_000)).toString('latin1');
let id = 0;
const secure = (title: string, port: Site['secure'], codes: string[], words?: RegExp): Case =>
  ({ name: `s${id++}.test`, title, secure: port!, codes, ...(words && { words }) });
const http = (title: string, serve: Serve | null, codes: string[], words?: RegExp): Case =>
  ({ name: `s${id++}.test`, title, plain: serve, codes, ...(words && { words }) });

const CASES: Case[] = [
  // time
  secure('never speaks', silent, CANNOT, /gives no answer within 2 s/),
  secure('is silent after the handshake', { tls: silent }, CANNOT, /gives no answer within 2 s/),
  secure('drips its head byte by byte', { tls: drips('HTTP/1.1 200 OK\r\nX: ', 'x') }, CANNOT, /gives no answer within 2 s/),
  secure('drips fields byte by byte', { tls: drips('HTTP/1.1 200 OK\r\n', 'X: y\r\n') }, CANNOT, /gives no answer within 2 s/),
  secure('drips its body byte by byte', { tls: drips(`HTTP/1.1 200 OK\r\n${STS}\r\n`, 'x') }, []),
  secure('answers after the limit', { tls: later(LIMIT_S * 1000 + 500, page()) }, CANNOT, /gives no answer within 2 s/),
  secure('answers before the limit', { tls: later(300, page()) }, []),
  // size
  secure('has a field without end', { tls: floods('HTTP/1.1 200 OK\r\nX: ', 'x') }, CANNOT, /line too long|head beyond/),
  secure('has fields without end', { tls: floods('HTTP/1.1 200 OK\r\n', 'X: y\r\n') }, CANNOT, /sends a head beyond 64 KB or 256 fields/),
  secure('has 300 fields', { tls: says(page(`${'X: y\r\n'.repeat(300)}${STS}`)) }, CANNOT, /256 fields/),
  secure('has a head of 60 KB', { tls: says(page(`X: ${'y'.repeat(60_000)}\r\n${STS}`)) }, []),
  secure('has a field of 30 KB with a thousand directives', { tls: says(page(`Strict-Transport-Security: ${FIELD}${'; directive-of-nobody'.repeat(1500)}\r\n`)) }, ['header.parse.unknown_directive']),
  secure('has a body without end', { tls: floods(`HTTP/1.1 200 OK\r\n${STS}\r\n`, 'body') }, []),
  secure('has chunks without end', { tls: floods(`HTTP/1.1 200 OK\r\n${STS}Transfer-Encoding: chunked\r\n\r\n`, '4\r\nbody\r\n') }, []),
  secure('sends a bomb of gzip that nobody asked for', { tls: says(`HTTP/1.1 200 OK\r\n${STS}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n${bomb}`) }, []),
  // certificates
  secure('is of another name', { tls: says(page()), pair: await authority.issue(['other.test']) }, UNTRUSTED, /is not for this name/),
  secure('is of www. of its name only', { tls: says(page()), pair: await authority.issue([`www.s${id}.test`]) }, UNTRUSTED, /is not for this name/),
  secure('is expired', { tls: says(page()), pair: await authority.issue([`s${id}.test`], { expired: true }) }, UNTRUSTED, /expired/),
  secure('is signed by nobody known', { tls: says(page()), pair: await stranger.issue([`s${id}.test`]) }, UNTRUSTED, /root|issuer|intermediate/),
  secure('is signed by itself', { tls: says(page()), pair: await selfSigned([`s${id}.test`]) }, UNTRUSTED, /itself|self|root/),
  secure('lacks its intermediate', { tls: says(page()), pair: await middle.issue([`s${id}.test`]) }, UNTRUSTED, /intermediate|issuer|root/),
  secure('has its intermediate', { tls: says(page()), pair: await whole([`s${id}.test`]) }, []),
  // TLS
  secure('sends garbage for a handshake', (socket) => socket.once('data', () => socket.write(Buffer.alloc(4096, 0xa5))), CANNOT, /does not speak TLS/),
  secure('refuses with an alert', (socket) => socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 40]))), CANNOT, /finds nothing in common/),
  secure('refuses the name', (socket) => socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 112]))), CANNOT, /refuses this name/),
  secure('refuses with an alert that does not exist', (socket) => socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 250]))), CANNOT, /TLS handshake/),
  secure('warns without end', (socket) => socket.once('data', () => {
    const timer = setInterval(() => socket.write(Buffer.from([0x15, 3, 3, 0, 2, 1, 90])), 20);
    socket.on('close', () => clearInterval(timer));
  }), CANNOT, /TLS handshake|gives no answer/),
  secure('resets the handshake', reset, CANNOT, /closes the connection in the TLS handshake/),
  secure('closes at once', (socket) => socket.end(), CANNOT, /closes the connection in the TLS handshake/),
  secure('breaks its handshake off in the middle', (socket) => socket.once('data', () => socket.end(Buffer.from([0x16, 3, 3, 0, 90, 2, 0, 0, 86, 3, 3]))), CANNOT, /closes the connection in the TLS handshake/),
  secure('announces a handshake message of 16 MB', (socket) => socket.once('data', () => {
    const record = Buffer.alloc(16_389);
    record.set([0x16, 3, 3, 0x40, 0]);
    record.set([11, 0xff, 0xff, 0xff], 5);
    const go = (): void => {
      while (!socket.destroyed && socket.write(record));
    };
    socket.on('drain', go);
    go();
  }), CANNOT, /TLS/),
  secure('speaks plain HTTP at port 443', (socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')), CANNOT, /does not speak TLS/),
  secure('speaks first, as mail servers do', (socket) => socket.write('220 mail.test ESMTP\r\n'), CANNOT, /does not speak TLS/),
  // HTTP
  secure('closes instead of answering', { tls: asked((socket) => socket.end()) }, CANNOT, /closes the connection without an answer/),
  secure('breaks its head off', { tls: says(`HTTP/1.1 200 OK\r\n${STS}`) }, CANNOT),
  secure('breaks its body off', { tls: says(`HTTP/1.1 200 OK\r\n${STS}Content-Length: 100\r\n\r\nhi`) }, []),
  secure('has a length twice, and not the same', { tls: says(`HTTP/1.1 200 OK\r\n${STS}Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi`) }, CANNOT, /two lengths of its answer that differ/),
  secure('has the same length twice', { tls: says(`HTTP/1.1 200 OK\r\n${STS}Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi`) }, []),
  secure('has a length that is none', { tls: says(`HTTP/1.1 200 OK\r\n${STS}Content-Length: -5\r\n\r\nhi`) }, CANNOT),
  secure('has a length beyond all numbers', { tls: says(`HTTP/1.1 200 OK\r\n${STS}Content-Length: ${'9'.repeat(40)}\r\n\r\nhi`) }, []),
  secure('has a length and chunks', { tls: says(`HTTP/1.1 200 OK\r\n${STS}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nnothing like a chunk`) }, []),
  secure('answers as of 1991, without a head', { tls: says('<html>hello</html>') }, CANNOT, /does not answer in HTTP/),
  secure('answers in another protocol', { tls: says('SSH-2.0-OpenSSH_9.2\r\n') }, CANNOT, /does not answer in HTTP/),
  secure('has a status that is none', { tls: says(`HTTP/1.1 9 What\r\n${STS}\r\n`) }, CANNOT),
  secure('says 100 without end', { tls: floods('', 'HTTP/1.1 100 Continue\r\n\r\n') }, CANNOT, /sends a head beyond 64 KB/),
  secure('says 100 and 103 before it answers', { tls: says(`${'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nStrict-Transport-Security: max-age=1\r\n\r\n'.repeat(20)}${page()}`) }, []),
  secure('switches protocols unasked', { tls: saysAndStays('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n') }, CANNOT),
  secure('has bytes of no script in the field', { tls: says(page('Strict-Transport-Security: max-age=31536000; includeSubDomains; preload; \xff\xfe\x1b[31m\r\n')) }, ['header.parse.unknown_directive'], /^"[ -~]*"$/),
  secure('folds the field over lines', { tls: says(page('Strict-Transport-Security: max-age=31536000;\r\n includeSubDomains;\r\n\tpreload\r\n')) }, []),
  secure('has a zero byte in the field', { tls: says(page('Strict-Transport-Security: max-age=31536000\0; includeSubDomains; preload\r\n')) }, CANNOT),
  // plain HTTP
  http('has nobody at port 80', null, NO_HTTP),
  http('is silent at port 80', silent, NO_HTTP),
  http('speaks garbage at port 80', (socket) => socket.end(Buffer.alloc(4096, 0xa5)), NO_HTTP),
  http('floods with fields at port 80', floods('HTTP/1.1 200 OK\r\n', 'X: y\r\n'), NO_HTTP),
  http('redirects to itself', says(moved(`http://s${id}.test/`)), ['redirects.http.first_redirect.insecure', 'redirects.too_many']),
  http('redirects to itself without a host', says(moved('/')), ['redirects.http.first_redirect.insecure', 'redirects.too_many']),
  http('redirects without end', asked((socket, path) => socket.end(moved(`${path}x`))), ['redirects.http.first_redirect.insecure', 'redirects.too_many']),
  http('redirects to ftp', says(moved(`ftp://s${id}.test/`)), ['redirects.follow_error', 'redirects.http.first_redirect.insecure'], /leads to another scheme/),
  http('redirects to a script', says(moved('javascript:alert(1)')), ['redirects.follow_error', 'redirects.http.no_redirect'], /no URL to follow/),
  http('redirects to a file', says(moved('file:///etc/passwd')), ['redirects.follow_error', 'redirects.http.first_redirect.insecure']),
  http('redirects to nothing', says(moved('')), ['redirects.http.no_redirect']),
  http('redirects with a password in the URL', says(moved(`https://user:secret@s${id}.test/`)), []),
  http('redirects to a name that only looks like its own', says(moved(`https://s${id}.test@elsewhere.test/`)), ['redirects.follow_error', 'redirects.http.first_redirect.insecure']),
  http('redirects to a URL of 8 KB', says(moved(`https://s${id}.test/${'x'.repeat(8000)}`)), ['redirects.follow_error', 'redirects.http.no_redirect'], /no URL to follow/),
  http('redirects to bytes of no script', says(moved(`https://s${id}.test/\xff\xfe `)), []),
  http('redirects to what a terminal would obey', says(moved(`https://s${id}.test/\x1b[31m`)), ['redirects.follow_error', 'redirects.http.no_redirect'], /no URL to follow/),
  http('redirects to a name that a terminal would obey', says(moved('https://\xff\x1b[31m.test/')), ['redirects.follow_error', 'redirects.http.no_redirect'], /no URL to follow/),
  http('redirects to port 0', says(moved(`https://s${id}.test:0/`)), ['redirects.follow_error', 'redirects.http.first_redirect.invalid']),
  http('redirects to a port beyond all', says(moved(`https://s${id}.test:65536/`)), ['redirects.follow_error', 'redirects.http.no_redirect'], /no URL to follow/),
  http('redirects to two places at once', says(moved(`https://s${id}.test/`, `Location: http://evil.test/\r\n`)), []),
  http('redirects to an address', says(moved('https://127.9.9.9/')), ['redirects.follow_error', 'redirects.http.first_redirect.insecure']),
];

const hostile = await startHostile(CASES);
const directory = temporaryDirectory();

interface Line {
  domain: string;
  errors: string[];
  warnings: string[];
}

interface Finding {
  code: string;
  message: string;
}

interface Checked {
  domain: string;
  errors: Finding[];
  warnings: Finding[];
}

const sorted = (codes: string[]): string[] => [...new Set(codes)].toSorted();

// One scan looks at all of them at the same time, so that no site can hide behind another's limit.
const list = join(directory, 'list.txt');
const out = join(directory, 'found.jsonl');
writeFileSync(list, CASES.map(({ name }) => `${name}\n`).join(''));
const began = Date.now();
const entered = hostile.strictgate('scan', list, '--timeout', String(LIMIT_S), '--out', out);
const scan = start(entered.file, entered.args);
let mostKb = 0;
const watching = setInterval(() => (mostKb = Math.max(mostKb, isAlive(scan.pid) ? residentKb(scan.pid, 'VmHWM') || 0 : 0)), 20);
await scan.exited;
clearInterval(watching);
const tookMs = Date.now() - began;
const scanned = new Map(readFileSync(out, 'utf8').split('\n').filter((text) => text !== '').map((text) => JSON.parse(text) as Line).map((line) => [line.domain, line]));

// And checks, of as many as one command takes: these say why.
const checked = new Map<string, Checked>();
const parts = Array.from({ length: Math.ceil(CASES.length / 8) }, (_, index) => CASES.slice(index * 8, index * 8 + 8).map(({ name }) => name));
await Promise.all(parts.map(async (names) => {
  const { file, args } = hostile.strictgate('check', '--json', '--rules-only', '--timeout', String(LIMIT_S), ...names);
  const ran = await run(file, args);
  assert.equal(ran.stderr, '', names.join(' '));
  for (const found of (JSON.parse(ran.stdout) as { checks: Checked[] }).checks) checked.set(found.domain, found);
}));

for (const { name, title, codes, words } of CASES)
  test(`a site that ${title}: ${codes.join(', ') || 'nothing'}`, () => {
    const line = scanned.get(name);
    assert.ok(line);
    assert.deepEqual(sorted([...line.errors, ...line.warnings]), sorted(codes));
    const found = checked.get(name);
    assert.ok(found);
    const findings = [...found.errors, ...found.warnings];
    assert.deepEqual(sorted(findings.map(({ code }) => code)), sorted(codes));
    if (words !== undefined) assert.match(findings[0]?.message ?? '', words);
    for (const { message } of findings) assert.doesNotMatch(message, /[\x00-\x1f\x7f]|OpenSSL|secret/);
  });

test('none takes longer than three requests may: two tries, and one for any certificate', () => {
  assert.ok(tookMs < LIMIT_S * 3000 + 10_000, `${tookMs} ms`);
});

test('none costs memory: floods, bombs and endless heads are cut off where they stand', () => {
  assert.ok(mostKb > 1000 && mostKb < 60_000, `${mostKb} KB`);
});

test('people are shown no bytes that a terminal would obey', async () => {
  const name = CASES.find(({ title }) => title.includes('no script in the field'))?.name ?? '';
  const { file, args } = hostile.strictgate('check', name);
  const { stdout } = await run(file, args);
  assert.match(stdout, /field {4}max-age=31536000; includeSubDomains; preload; .*\[31m/);
  assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f\x7f]/);
});

test('how long a request may take is a number of seconds', async () => {
  for (const typed of ['0', '61', '1.5', 'soon']) {
    const { file, args } = hostile.strictgate('check', 'any.test', '--timeout', typed);
    const ran = await run(file, args);
    assert.deepEqual([ran.code, ran.stdout], [3, '']);
    assert.match(ran.stderr, /--timeout: it is a number of seconds from 1 to 60/);
  }
});

// Generated from docs/api/openapi.yaml, so that no operation is forgotten: without a session, with too small a role, without the token, without a fresh proof, and with content that is none.
import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { type Operation, operations } from './lib/description.ts';
import { PASSWORD, browserAt, cookieOf, knock, startPanel } from './lib/panel.ts';
import { until } from './lib/wait.ts';

const RANK = ['public', 'viewer', 'operator', 'owner'];
const all = operations().filter(({ path }) => path.startsWith('/v1/')); // others are not at the panel's doors
const panel = await startPanel();
const door = { port: panel.port };
const browsers = { viewer: await panel.as('viewer'), operator: await panel.as('operator'), owner: await panel.as('owner') };

function at(operation: Operation): string {
  return operation.path.replace(/\{\w+\}/g, 'a.example.test');
}

async function each(list: Operation[], what: (operation: Operation) => Promise<void>): Promise<void> {
  assert.ok(list.length > 0);
  for (const operation of list) await what(operation);
}

test('every operation says who may', () => {
  assert.ok(all.length > 60);
  assert.deepEqual(all.filter(({ role }) => !RANK.includes(role)), []);
});

test('without a session only what is public is there', () => each(all, async (operation) => {
  for (const cookie of ['', 'strictgate_session=', `strictgate_session=${'A'.repeat(43)}`, 'strictgate_session=x; strictgate_session=y']) {
    const answer = await knock(door, at(operation), { method: operation.method, headers: { cookie } });
    if (operation.role === 'public') assert.notEqual(answer.body['code'], 'signed_out', `${operation.method} ${operation.path}`);
    else assert.deepEqual([answer.status, answer.body['code']], [401, 'signed_out'], `${operation.method} ${operation.path} with ${cookie}`);
  }
}));

for (const role of ['viewer', 'operator'] as const) {
  test(`what asks for more than ${role} is refused to one`, () => each(all.filter((operation) => RANK.indexOf(operation.role) > RANK.indexOf(role)), async (operation) => {
    const answer = await browsers[role].ask(at(operation), { method: operation.method });
    assert.deepEqual([answer.status, answer.body['code']], [403, 'role'], `${operation.method} ${operation.path}`);
  }));
}

test('what changes something is refused without the token, or with another', () => each(all.filter(({ method, role }) => method !== 'GET' && role !== 'public'), async (operation) => {
  for (const token of ['', browsers.viewer.csrf, `${browsers.owner.csrf}x`]) {
    const answer = await browsers.owner.ask(at(operation), { method: operation.method, headers: { 'x-strictgate-csrf': token } });
    assert.deepEqual([answer.status, answer.body['code']], [403, 'csrf'], `${operation.method} ${operation.path}`);
  }
}));

test('a cookie that a program on another port got reads nothing without the token', () => each(all.filter(({ method, role }) => method === 'GET' && role !== 'public'), async (operation) => {
  const cookie = `strictgate_session=${browsers.owner.cookie}`;
  const answer = await knock(door, at(operation), { headers: { cookie } });
  assert.deepEqual([answer.status, answer.body['code']], [401, 'signed_out'], operation.path);
  assert.deepEqual((await knock(door, '/v1/session', { headers: { cookie } })).body, { state: 'signed_out' });
}));

test('what another page makes the browser ask is refused, whatever it is', () => each(all, async (operation) => {
  const foreign: Record<string, string>[] = [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'http://localhost:3000' }, { origin: 'null' }];
  for (const headers of foreign) {
    const answer = await browsers.owner.ask(at(operation), { method: operation.method, headers });
    assert.deepEqual([answer.status, answer.body['code']], [403, 'cross_site'], `${operation.method} ${operation.path}`);
  }
  assert.equal((await browsers.owner.ask(at(operation), { method: operation.method, headers: { host: 'rebound.example' } })).status, 421);
}));

// A file that is read while it is answered: what becomes of it is told later.
const isReadLater = ({ method, path }: { method: string; path: string }): boolean => method === 'PUT' && path === '/v1/preload';

test('content that is no JSON is refused, and does nothing', () => each(all.filter((operation) => operation.method !== 'GET' && !isReadLater(operation)), async (operation) => {
  for (const raw of ['{', '"', '[[[', '{"a":1,"a":2}', '\u0000']) {
    const answer = await browsers.owner.ask(at(operation), { method: operation.method, raw });
    assert.ok(answer.status >= 400 && answer.status < 500, `${operation.method} ${operation.path} with ${raw}: ${answer.status} ${answer.text}`);
  }
}));

test('a preload list that is none is told so, and does nothing', async () => {
  const later = all.filter(isReadLater);
  assert.equal(later.length, 1);
  for (const operation of later) {
    assert.equal((await browsers.owner.ask(at(operation), { method: operation.method, raw: '[[[' })).status, 202);
    const ended = async () => (await browsers.owner.ask(operation.path)).body as unknown as { list: unknown; running: unknown; last: { outcome: string } | null };
    await until('the file is read', async () => (await ended()).running === null);
    const { list, last } = await ended();
    assert.equal(list, null);
    assert.equal(last?.outcome, 'refused');
  }
});

test('content that is too large is refused by its length alone', async () => {
  const ask = (path: string, length: number, headers: Record<string, string>) => new Promise<number>((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', ...door, path, method: 'POST', agent: false, headers: { host: 'localhost', 'content-type': 'application/json', 'content-length': String(length), ...headers } }, (response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    request.on('error', reject);
    request.flushHeaders();
  });
  const owner = { cookie: `strictgate_session=${browsers.owner.cookie}`, 'x-strictgate-csrf': browsers.owner.csrf };
  assert.equal(await ask('/v1/session', 32_769, {}), 413);
  assert.equal(await ask('/v1/setup', 32_769, {}), 413);
  assert.equal(await ask('/v1/restore', 1000, {}), 401);
  assert.equal(await ask('/v1/sites', 4_194_305, owner), 413);
  assert.equal(await ask('/v1/restore', 201_326_593, owner), 413);
});

const PROOF_NEEDED = 'proof_needed';
const FRESH = ['not', 'always', 'panel', 'codes'];
// Asked so that it does nothing when it is let in. A stream of events has no end to wait for.
const harmless = all.filter(({ path, role }) => path !== '/v1/events' && role !== 'public');
const asked = ({ method }: Operation): { method: string; raw?: string } => (method === 'GET' ? { method } : { method, raw: '{' });

test('what would give the whole installation away needs a fresh proof, and nothing else does', async () => {
  assert.deepEqual(all.filter(({ fresh }) => !FRESH.includes(fresh)), []);
  assert.ok(all.filter(({ fresh }) => fresh === 'always').length >= 8);
  await panel.staleness();
  const { owner } = browsers;
  await each(harmless, async (operation) => {
    const answer = await owner.ask(at(operation), asked(operation));
    assert.equal(answer.body['code'] === PROOF_NEEDED, operation.fresh === 'always', `${operation.method} ${operation.path}: ${answer.status} ${answer.text}`);
    if (operation.fresh === 'always') assert.equal(answer.status, 403);
  });
});

test('less than a proof is none: a role, the token, another page', () => each(all.filter(({ fresh }) => fresh === 'always'), async (operation) => {
  const { owner, viewer } = browsers;
  if (RANK.indexOf(operation.role) > RANK.indexOf('viewer')) assert.equal((await viewer.ask(at(operation), asked(operation))).body['code'], 'role');
  assert.equal((await owner.ask(at(operation), { ...asked(operation), headers: { 'sec-fetch-site': 'same-site' } })).body['code'], 'cross_site');
  if (operation.method !== 'GET') assert.equal((await owner.ask(at(operation), { ...asked(operation), headers: { 'x-strictgate-csrf': 'x' } })).body['code'], 'csrf');
}));

test('what names the panel needs one, in whatever way it is named', async () => {
  const site = { name: 'admin.example.test', routes: [{ kind: 'panel' }] };
  await panel.gateway.must('POST', '/v1/sites', { name: 'plain.example.test', upstreams: ['http://127.0.0.1:1'] });
  const cases: [string, string, unknown][] = [
    ['POST', '/v1/sites', site],
    ['POST', '/v1/sites', [{ name: 'other.example.test', upstreams: ['http://127.0.0.1:1'] }, site]],
    ['PATCH', '/v1/sites/plain.example.test', { routes: site.routes }],
    ['POST', '/v1/apply', { sites: [site] }],
  ];
  for (const [method, path, body] of cases) assert.equal((await browsers.owner.ask(path, { method, body })).body['code'], PROOF_NEEDED, `${method} ${path}`);
  const { sites } = (await panel.gateway.api('GET', '/v1/sites')).body as unknown as { sites: { name: string }[] };
  assert.deepEqual(sites.filter(({ name }) => ['admin.example.test', 'other.example.test'].includes(name)), []);
});

test('a wrong password is no proof, and the right one gives the session another cookie', async () => {
  const { owner } = browsers;
  const before = owner.cookie;
  assert.equal((await owner.prove({ password: 'a guess at it' })).body['code'], 'wrong_credentials');
  assert.equal((await owner.ask('/v1/backup')).body['code'], PROOF_NEEDED);
  assert.equal((await owner.prove({ password: PASSWORD })).status, 200);
  assert.notEqual(owner.cookie, before);
  assert.equal((await owner.ask('/v1/backup')).status, 200);
  assert.equal((await knock(door, '/v1/status', { headers: { cookie: `strictgate_session=${before}`, 'x-strictgate-csrf': owner.csrf } })).status, 401);
  await each(harmless.filter(({ fresh }) => fresh === 'always'), async (operation) => {
    assert.notEqual((await owner.ask(at(operation), asked(operation))).body['code'], PROOF_NEEDED, `${operation.method} ${operation.path}`);
  });
});

test('at control.sock nothing needs one', async () => {
  const added = await panel.gateway.must('POST', '/v1/accounts', { name: 'by-the-machine', role: 'viewer', password: PASSWORD });
  assert.equal(added['name'], 'by-the-machine');
});

test('guards are overridden by owners alone', async () => {
  const site = { name: 'bound.example.test', upstreams: ['http://127.0.0.1:1'] };
  assert.equal((await browsers.operator.ask('/v1/sites', { method: 'POST', body: site })).status, 201);
  const override = { guards: ['keep-name'], reason: 'a test', confirm: site.name };
  const refused = await browsers.operator.ask(`/v1/sites/${site.name}`, { method: 'DELETE', body: { override } });
  assert.deepEqual([refused.status, refused.body['code']], [403, 'role']);
  assert.equal((await browsers.owner.ask(`/v1/sites/${site.name}`, { method: 'DELETE', body: { override } })).status, 200);
});

test('a session is another one after each sign-in, and one of the browser\'s choice is never taken', async () => {
  const browser = browserAt(door);
  browser.cookie = 'B'.repeat(43);
  const first = await browser.signIn('viewer', PASSWORD);
  assert.notEqual(cookieOf(first), 'B'.repeat(43));
  assert.match(first.headers['set-cookie']?.[0] ?? '', /^strictgate_session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
  const before = cookieOf(first);
  await browser.signIn('viewer', PASSWORD);
  assert.equal((await knock(door, '/v1/status', { headers: { cookie: `strictgate_session=${before}` } })).status, 401);
  assert.equal((await browser.ask('/v1/status')).status, 200);
  assert.equal((await browser.ask('/v1/session', { method: 'DELETE' })).status, 204);
  assert.equal((await browser.ask('/v1/status')).status, 401);
});

test('the same account is let in at panel.sock, where the door is another', async () => {
  const browser = browserAt(panel.socket);
  const answer = await browser.signIn('viewer', PASSWORD);
  assert.equal(answer.body['door'], 'panel_socket');
  const { sessions } = (await browser.ask('/v1/sessions')).body as { sessions: { address: string; current: boolean }[] };
  assert.match(sessions.find(({ current }) => current)?.address ?? '', /^uid \d+/);
});

test('whoever guesses has to wait, and what he typed is in no log', async () => {
  const stranger = browserAt(door);
  // A slow machine may take longer to look than the first wait lasts; the next is twice as long.
  const guesses: (string | undefined)[] = [];
  let throttled = await stranger.signIn('a-password-as-a-name', 'guess');
  for (; throttled.status === 401 && guesses.length < 12; throttled = await stranger.signIn('a-password-as-a-name', 'guess')) {
    guesses.push(String(throttled.body['code']));
  }
  assert.ok(guesses.length >= 5);
  assert.deepEqual([...new Set(guesses)], ['wrong_credentials']);
  assert.deepEqual([throttled.status, throttled.body['code']], [429, 'throttled']);
  assert.ok(Number(throttled.headers['retry-after']) >= 1);
  assert.equal((await panel.as('owner')).cookie.length, 43);
  const audit = (await panel.gateway.api('GET', '/v1/audit')).text;
  assert.match(audit, /"act":"session\.begin"[^}]*"outcome":"refused"|"outcome":"refused"/);
  assert.doesNotMatch(audit + panel.gateway.log(), /a-password-as-a-name/);
});

test('events come as they happen, and end with the session', async () => {
  const browser = await panel.as('viewer');
  let heard = '';
  let ended = false;
  const request = http.request({ host: '127.0.0.1', ...door, path: `/v1/events?token=${browser.csrf}`, agent: false, headers: { host: 'localhost', cookie: `strictgate_session=${browser.cookie}` } }, (response) => {
    response.on('data', (piece: Buffer) => (heard += piece.toString()));
    response.on('close', () => (ended = true));
  });
  request.end();
  await until('the stream has begun', () => /^event: hello\ndata: \{"generation":\d+\}$/m.test(heard));
  await panel.gateway.must('POST', '/v1/sites', { name: 'told.example.test', upstreams: ['http://127.0.0.1:1'] });
  await until('the site is told of', () => /^event: changed\ndata: \{"generation":\d+,"sites":\["told\.example\.test"\]\}$/m.test(heard));
  const { sessions } = (await browser.ask('/v1/sessions')).body as { sessions: { id: number; current: boolean }[] };
  const mine = sessions.find(({ current }) => current);
  assert.equal((await browsers.owner.ask(`/v1/sessions/${mine?.id}`, { method: 'DELETE' })).status, 204);
  await until('the stream has ended', () => ended);
  assert.equal((await browser.ask('/v1/status')).status, 401);
});

test('a move that waits for its look is done for nobody whose session ended meanwhile', async () => {
  // It answers nobody before the session has ended: so long the look goes on.
  let isOver = false;
  const waiting: http.ServerResponse[] = [];
  const slow = http.createServer((_request, response) => (isOver ? response.end('slow') : waiting.push(response))).listen(0, '127.0.0.1');
  await new Promise((resolve) => slow.once('listening', resolve));
  const { port } = slow.address() as AddressInfo;
  await panel.gateway.must('POST', '/v1/sites', { name: 'looked.example.test', upstreams: [`http://127.0.0.1:${port}`], local_ca: true });
  const browser = await panel.as('operator');
  await until('the look is under way', () => waiting.length > 0);
  const moving = browser.ask('/v1/sites/looked.example.test/hsts/moves', { method: 'POST', body: { move: 'start' } });
  const { sessions } = (await browser.ask('/v1/sessions')).body as { sessions: { id: number; current: boolean }[] };
  assert.equal((await browsers.owner.ask(`/v1/sessions/${sessions.find(({ current }) => current)?.id}`, { method: 'DELETE' })).status, 204);
  isOver = true;
  for (const response of waiting) response.end('slow');
  const moved = await moving;
  slow.closeAllConnections();
  slow.close();
  assert.deepEqual([moved.status, moved.body['code']], [401, 'signed_out']);
  assert.doesNotMatch((await panel.gateway.api('GET', '/v1/audit')).text, /"act":"hsts\.start"/);
});

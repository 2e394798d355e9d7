import assert from 'node:assert/strict';
import { readFileSync, symlinkSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { newAuthenticator } from './lib/authenticator.ts';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { type Answer, PASSWORD, browserAt, knock } from './lib/panel.ts';
import { freePort } from './lib/ports.ts';
import { until } from './lib/wait.ts';

const NAME = 'admin.example.test';
const [panel, proxied] = [await freePort(), await freePort()];
const gateway = await startGateway({
  sections: {
    Panel: { Listen: `127.0.0.1:${panel}` },
    'Listener proxied': { Address: `127.0.0.1:${proxied}`, Protocol: 'http', 'Trusted Proxies': '127.0.0.1' },
  },
});
for (const role of ['operator', 'owner']) await gateway.must('POST', '/v1/accounts', { name: role, role, password: PASSWORD });
const pair = await authority.issue([NAME]);
const added = await gateway.cli('site', 'add', NAME, '--panel', '--cert', pair.certFile, '--key', pair.keyFile);
assert.equal(added.code, 0, added.stderr);
const socket = { socketPath: join(gateway.data, 'panel.sock') };
const HOST = `${NAME}:${gateway.https}`;

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
  from?: string;
}

/** As a browser asks: by the name, over TLS, through the gateway. */
function byName(path: string, asked: Asked = {}, behindProxy = false): Promise<Answer> {
  const payload = asked.body === undefined ? undefined : JSON.stringify(asked.body);
  const options: https.RequestOptions = {
    host: '127.0.0.1', port: behindProxy ? proxied : gateway.https, servername: NAME, ca: authority.pem, path, method: asked.method ?? 'GET', agent: false, timeout: 40_000,
    headers: { host: behindProxy ? NAME : HOST, ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }), ...asked.headers },
    ...(asked.from === undefined ? {} : { localAddress: asked.from }),
  };
  return new Promise((resolve, reject) => {
    const request = (behindProxy ? http : https).request(options, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {} });
      });
    });
    request.once('timeout', () => request.destroy(new Error(`${path}: no answer`)));
    request.once('error', reject);
    request.end(payload);
  });
}

const signInBy = (name: string, password: string, asked: Asked = {}, behindProxy = false): Promise<Answer> =>
  byName('/v1/session', { method: 'POST', body: { name, password }, ...asked }, behindProxy);

function credentials(answer: Answer): Record<string, string> {
  assert.equal(answer.status, 201, answer.text);
  const [given = ''] = answer.headers['set-cookie'] ?? [];
  const cookie = /^(__Host-strictgate_session=[^;]+)/.exec(given)?.[1];
  assert.ok(cookie !== undefined, String(answer.headers['set-cookie']));
  return { cookie, 'x-strictgate-csrf': String(answer.body['csrf']) };
}

test('one signs in by the name, with a cookie for that name over HTTPS alone', async () => {
  const page = await byName('/');
  assert.equal(page.status, 200);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
  const signed = await signInBy('owner', PASSWORD, { from: '127.0.0.2', headers: { origin: `https://${HOST}`, 'sec-fetch-site': 'same-origin' } });
  assert.match(signed.headers['set-cookie']?.[0] ?? '', /^__Host-strictgate_session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/);
  assert.equal(signed.body['door'], 'name');
  const own = credentials(signed);
  const { sessions } = (await byName('/v1/sessions', { headers: own })).body as unknown as { sessions: { door: string; address: string; current: boolean }[] };
  assert.deepEqual(sessions.filter((one) => one.current).map((one) => [one.door, one.address]), [['name', '127.0.0.2']]);
  assert.equal((await byName('/v1/session', { method: 'DELETE', headers: { cookie: own['cookie'] ?? '' } })).status, 403); // without the token
  assert.equal((await byName('/v1/session', { method: 'DELETE', headers: { ...own, origin: 'https://app.example.test' } })).status, 403);
  const out = await byName('/v1/session', { method: 'DELETE', headers: own });
  assert.match(out.headers['set-cookie']?.[0] ?? '', /^__Host-strictgate_session=; Path=\/; Max-Age=0; HttpOnly; SameSite=Strict; Secure$/);
});

test('a session is good at its own kind of door', async () => {
  const own = credentials(await signInBy('owner', PASSWORD)), token = own['x-strictgate-csrf'] ?? '';
  const value = (own['cookie'] ?? '').split('=')[1] ?? '';
  assert.equal((await byName('/v1/status', { headers: own })).status, 200);
  for (const cookie of [`strictgate_session=${value}`, `__Host-strictgate_session=${value}`])
    assert.equal((await knock({ port: panel }, '/v1/status', { headers: { cookie, 'x-strictgate-csrf': token } })).status, 401);
  const local = browserAt({ port: panel });
  await local.signIn('owner', PASSWORD);
  assert.equal((await local.ask('/v1/status')).status, 200);
  for (const name of ['strictgate_session', '__Host-strictgate_session'])
    assert.equal((await byName('/v1/status', { headers: { cookie: `${name}=${local.cookie}`, 'x-strictgate-csrf': local.csrf } })).status, 401);
});

test('the names are those of the panel, and HTTPS it must be', async () => {
  await gateway.addSite({ name: 'app.example.test', routes: [{ prefix: '/', kind: 'fixed', status: 200, body: 'app' }] });
  assert.equal((await knock({ port: panel }, '/', { headers: { host: NAME } })).status, 421);
  assert.equal((await knock(socket, '/', { headers: { host: NAME } })).status, 421);
  const plain = await byName('/', {}, true);
  assert.ok(plain.status === 307 || plain.status === 302, String(plain.status));
  await gateway.must('PATCH', `/v1/sites/${NAME}`, { redirect: 'off' });
  const refused = await byName('/', {}, true);
  assert.deepEqual([refused.status, refused.body['code']], [403, 'insecure']);
});

/** How many were wrong before one had to wait: a slow machine may take longer to look than the first wait lasts; the next is twice as long. */
async function guessesUntilThrottled(guess: (i: number) => Promise<Answer>): Promise<number> {
  for (let i = 0; i < 30; i++) {
    const { status, body } = await guess(i);
    if (status !== 401) {
      assert.deepEqual([status, body['code']], [429, 'throttled']);
      return i;
    }
  }
  throw new Error('nobody has to wait');
}

test('who guesses waits, by the address the gateway saw', async () => {
  // All of loopback is one address.
  const count = await guessesUntilThrottled((i) =>
    signInBy(`nobody${i}`, 'a guess of many', { from: `127.0.0.${8 + (i % 2)}`, headers: { 'x-forwarded-for': `203.0.113.${i}`, forwarded: `for=203.0.113.${i};proto=https` } }));
  assert.ok(count >= 20, `${count} guesses`);
  // Somebody else's is another.
  assert.equal((await signInBy('nobody', 'a guess of many', { headers: { 'x-forwarded-for': '198.51.100.9', 'x-forwarded-proto': 'https' } }, true)).status, 401);
  await until('the wait is over', async () => (await browserAt({ port: panel }).signIn('owner', PASSWORD)).status === 201, 60_000);
});

test('guesses from the network make nobody wait at the machine', async () => {
  const headers = { 'x-forwarded-for': '198.51.100.7', 'x-forwarded-proto': 'https' };
  const count = await guessesUntilThrottled(() => signInBy('owner', 'a guess of many', { headers }, true));
  assert.ok(count >= 5, `${count} guesses`);
  assert.equal((await browserAt({ port: panel }).signIn('owner', PASSWORD)).status, 201);
});

test('what a program of the machine says of itself at panel.sock is not believed', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.9', forwarded: `for=203.0.113.9;host=${NAME};proto=https` };
  const answer = await knock(socket, '/v1/session', { method: 'POST', headers, body: { name: 'operator', password: PASSWORD } });
  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.body['door'], 'panel_socket');
  assert.match(answer.headers['set-cookie']?.[0] ?? '', /^strictgate_session=/);
  const { sessions } = (await gateway.must('GET', '/v1/sessions')) as unknown as { sessions: { account: string; address: string }[] };
  assert.match(sessions.find((one) => one.account === 'operator')?.address ?? '', /^uid \d+/);
});

test('no other site leads to our sockets', async () => {
  const link = join(gateway.directory, 'elsewhere.sock');
  symlinkSync(join(gateway.data, 'panel.sock'), link);
  for (const path of [link, join(gateway.data, 'panel.sock'), join(gateway.data, 'control.sock'), `${gateway.data}//./panel.sock`]) {
    const reply = await gateway.api('POST', '/v1/sites', { name: 'other.example.test', upstreams: [`unix:${path}`] });
    assert.equal(reply.status, 400, `${path}: ${reply.text}`);
    assert.match(reply.text, /a socket of Strictgate's own.*strictgate site add NAME --panel/);
  }
  const mixed = await gateway.api('PATCH', `/v1/sites/${NAME}`, { error_page: '<p>' });
  assert.match(mixed.text, /own error page/);
});

test('an owner alone says where the panel is', async () => {
  const operator = browserAt({ port: panel });
  await operator.signIn('operator', PASSWORD);
  const routes = [{ prefix: '/', kind: 'panel' }], fixed = [{ prefix: '/', kind: 'fixed', status: 200, body: '' }];
  const tries: [string, string, unknown][] = [
    ['POST', '/v1/sites', { name: 'panel.example.test', routes }], ['POST', '/v1/sites', [{ name: 'panel.example.test', routes }]],
    ['PATCH', `/v1/sites/${NAME}`, { routes: fixed }], ['PATCH', `/v1/sites/${NAME}`, { aliases: ['panel.example.test'] }],
    ['PATCH', '/v1/sites/app.example.test', { routes }], ['DELETE', `/v1/sites/${NAME}`, undefined],
  ];
  for (const [method, path, body] of tries) {
    const answer = await operator.ask(path, { method, body });
    assert.deepEqual([answer.status, answer.body['code']], [403, 'role'], `${method} ${path} ${JSON.stringify(body)}`);
  }
  assert.equal((await operator.ask(`/v1/sites/${NAME}`, { method: 'PATCH', body: { redirect: 'temporary' } })).status, 200);
});

test('events come as they happen', async () => {
  const headers = credentials(await signInBy('owner', PASSWORD, { from: '127.0.0.5' }));
  let seen = '';
  const request = https.request({ host: '127.0.0.1', port: gateway.https, servername: NAME, ca: authority.pem, path: `/v1/events?token=${headers['x-strictgate-csrf']}`, headers: { host: HOST, cookie: headers['cookie'] }, agent: false }, (response) => {
    response.on('data', (piece: Buffer) => (seen += piece.toString()));
    response.on('error', () => {});
  });
  request.on('error', () => {});
  request.end();
  await until('the stream has begun', () => seen.includes('event: hello'));
  await gateway.must('PATCH', '/v1/sites/app.example.test', { redirect: 'off' });
  await until('the change is told', () => /event: changed\ndata: .*app\.example\.test/.test(seen));
  request.destroy();
  // The token is no secret without the cookie, and has no place in a log all the same.
  await until('the request is in the access log', () => /"GET \/v1\/events HTTP/.test(readFileSync(gateway.accessLog, 'utf8')));
  assert.ok(!readFileSync(gateway.accessLog, 'utf8').includes(headers['x-strictgate-csrf'] ?? '?'));
});

test('a passkey belongs to the name', async () => {
  const headers = credentials(await signInBy('owner', PASSWORD, { from: '127.0.0.6' }));
  const asked = await byName('/v1/account/passkeys', { method: 'POST', headers, body: { password: PASSWORD } });
  assert.equal(asked.body['rp_id'], NAME, asked.text);
  const key = newAuthenticator(), origin = `https://${HOST}`;
  const made = await byName('/v1/account/passkeys', { method: 'POST', headers, body: { label: 'phone', ...key.make(String(asked.body['challenge']), origin) } });
  assert.equal(made.status, 201, made.text);
  const challenge = await byName('/v1/session/passkey', { method: 'POST', body: {} });
  assert.equal(challenge.body['rp_id'], NAME);
  credentials(await byName('/v1/session/passkey', { method: 'POST', body: key.use(String(challenge.body['challenge']), origin) }));
});

test('the guard panel warns before the name is bound, and no other site of its own', async () => {
  const guard = async (site: string): Promise<string> => JSON.stringify((await gateway.must('GET', `/v1/sites/${site}/guards`)).moves);
  assert.match(await guard(NAME), /The admin panel's own name admin\.example\.test would be bound/);
  assert.doesNotMatch(await guard('app.example.test'), /admin panel's own name/);
});

test('on loopback the panel owes nothing to the gateway or the site', async () => {
  const headers = credentials(await signInBy('owner', PASSWORD, { from: '127.0.0.7' }));
  const local = browserAt({ port: panel });
  await local.signIn('owner', PASSWORD);
  const pid = gateway.child('gateway');
  assert.ok(pid !== undefined);
  process.kill(pid, 'SIGKILL');
  assert.equal((await local.ask('/v1/status')).status, 200);
  await until('the gateway is back, and known to control', async () => (await byName('/v1/status', { headers }).catch(() => undefined))?.status === 200);
  await gateway.killChild('control');
  await until('control is back, and knows the gateway', async () => (await byName('/v1/status', { headers }).catch(() => undefined))?.status === 200);
  await gateway.must('PATCH', `/v1/sites/${NAME}`, { aliases: ['panel.example.test'] });
  assert.equal((await byName('/v1/status', { headers })).status, 200);
  await gateway.must('DELETE', `/v1/sites/${NAME}`);
  assert.equal((await local.ask('/v1/status')).status, 200);
  // Whatever is served there next is sent the cookies: they are good for nothing.
  await gateway.must('POST', '/v1/sites', { name: NAME, routes: [{ prefix: '/', kind: 'panel' }], certificate_pem: pair.cert, key_pem: pair.key });
  assert.equal((await byName('/v1/status', { headers })).status, 401);
});

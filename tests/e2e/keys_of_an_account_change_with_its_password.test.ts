import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { newAuthenticator, oneTimeCode } from './lib/authenticator.ts';
import { type Json, startGateway } from './lib/gateway.ts';
import { freePort } from './lib/ports.ts';

const port = await freePort();
const origin = `http://localhost:${port}`;
const gateway = await startGateway({ sections: { Panel: { Listen: `127.0.0.1:${port}` } } });
const PASSWORD = 'correct horse battery';
const NEW_PASSWORD = 'another horse, please';

interface Answer {
  status: number;
  body: Json;
  cookie: string | undefined;
}

/** One browser: it keeps its cookie and the token of its page. */
interface Browser {
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  signIn(body: Record<string, string>): Promise<Answer>;
}

function call(method: string, path: string, headers: Record<string, string>, body: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const content = payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
    const request = http.request({ host: '127.0.0.1', port, path, method, headers: { host: `localhost:${port}`, ...content, ...headers }, agent: false, timeout: 20_000 }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString();
        resolve({ status: response.statusCode ?? 0, body: (text === '' ? {} : JSON.parse(text)) as Json, cookie: response.headers['set-cookie']?.[0]?.split(';')[0] });
      });
    });
    request.once('timeout', () => request.destroy(new Error(`${method} ${path}: no answer`)));
    request.once('error', reject);
    request.end(payload);
  });
}

function newBrowser(): Browser {
  let cookie = '';
  let csrf = '';
  async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await call(method, path, { ...(cookie === '' ? {} : { cookie }), ...(csrf === '' ? {} : { 'x-strictgate-csrf': csrf }) }, body);
    cookie = answer.cookie ?? cookie;
    if (typeof answer.body['csrf'] === 'string') csrf = answer.body['csrf'];
    return answer;
  }
  return { ask, signIn: (body) => ask('POST', '/v1/session', body) };
}

async function signedIn(password = PASSWORD): Promise<Browser> {
  const browser = newBrowser();
  const answer = await browser.signIn({ name: 'anna', password });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return browser;
}

test('a passkey is made with the password, and signs in by itself', async () => {
  await gateway.must('POST', '/v1/accounts', { name: 'anna', role: 'viewer', password: PASSWORD });
  const anna = await signedIn();
  assert.equal((await anna.ask('POST', '/v1/account/passkeys', { password: 'not the password' })).status, 403);
  const asked = await anna.ask('POST', '/v1/account/passkeys', { password: PASSWORD });
  assert.equal(asked.status, 200, JSON.stringify(asked.body));
  const authenticator = newAuthenticator();
  const made = await anna.ask('POST', '/v1/account/passkeys', { label: 'phone', ...authenticator.make(String(asked.body['challenge']), origin) });
  assert.equal(made.status, 201, JSON.stringify(made.body));

  const other = newBrowser();
  const challenge = await other.ask('POST', '/v1/session/passkey', {});
  assert.equal(challenge.status, 200, JSON.stringify(challenge.body));
  const answer = authenticator.use(String(challenge.body['challenge']), origin);
  assert.equal((await newBrowser().ask('POST', '/v1/session/passkey', { ...answer, signature: answer.authenticator_data })).status, 401);
  const signed = await other.ask('POST', '/v1/session/passkey', answer);
  assert.equal(signed.status, 201, JSON.stringify(signed.body));
  assert.equal((await other.ask('GET', '/v1/account/passkeys')).status, 200);
  assert.equal((await newBrowser().ask('POST', '/v1/session/passkey', answer)).status, 401); // once
  assert.equal((await anna.ask('DELETE', '/v1/account/passkeys/1')).status, 200);
});

test('one-time codes are asked for from when one was seen', async () => {
  const anna = await signedIn();
  const elsewhere = await signedIn();
  const secret = String((await anna.ask('POST', '/v1/account/totp', { password: PASSWORD })).body['secret']);
  await signedIn(); // not yet
  assert.equal((await anna.ask('POST', '/v1/account/totp', { code: oneTimeCode(secret, 1000) })).status, 400);
  const confirmed = await anna.ask('POST', '/v1/account/totp', { code: oneTimeCode(secret) });
  assert.equal(confirmed.body['totp'], true, JSON.stringify(confirmed.body));
  assert.equal((await elsewhere.ask('GET', '/v1/account/passkeys')).status, 401); // it was signed in without a code
  const without = await newBrowser().signIn({ name: 'anna', password: PASSWORD });
  assert.equal(without.status, 401);
  assert.equal(without.body['code'], 'totp_needed');
  const next = oneTimeCode(secret, 1);
  const signed = await newBrowser().signIn({ name: 'anna', password: PASSWORD, totp: next });
  assert.equal(signed.status, 201, JSON.stringify(signed.body));
  assert.equal((await newBrowser().signIn({ name: 'anna', password: PASSWORD, totp: next })).status, 401); // once
  assert.equal((await anna.ask('DELETE', '/v1/account/totp', { password: PASSWORD })).status, 200);
});

test('a new password ends the other sessions and renews the cookie of this one', async () => {
  const anna = await signedIn();
  const elsewhere = await signedIn();
  assert.equal((await anna.ask('PATCH', '/v1/account', { old_password: NEW_PASSWORD, password: NEW_PASSWORD })).body['code'], 'wrong_password');
  const changed = await anna.ask('PATCH', '/v1/account', { old_password: PASSWORD, password: NEW_PASSWORD });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  assert.match(String(changed.cookie), /^strictgate_session=/);
  assert.equal((await anna.ask('GET', '/v1/account/passkeys')).status, 200);
  assert.equal((await elsewhere.ask('GET', '/v1/account/passkeys')).status, 401);
  assert.equal((await newBrowser().signIn({ name: 'anna', password: PASSWORD })).body['code'], 'wrong_credentials');
  await signedIn(NEW_PASSWORD);
});

test('a viewer has no say over accounts; the machine sees who is signed in and signs out', async () => {
  const anna = await signedIn(NEW_PASSWORD);
  assert.equal((await anna.ask('GET', '/v1/accounts')).status, 403);
  assert.equal((await anna.ask('PATCH', '/v1/accounts/anna', { role: 'owner' })).status, 403);
  const listed = JSON.parse((await gateway.cli('admin', 'sessions', '--json')).stdout) as { sessions: { id: number; account: string }[] };
  assert.ok(listed.sessions.length > 1 && listed.sessions.every(({ account }) => account === 'anna'));
  for (const { id } of listed.sessions) assert.equal((await gateway.cli('admin', 'sessions', '--end', String(id))).code, 0);
  assert.equal((await anna.ask('GET', '/v1/account/passkeys')).status, 401);
  assert.match((await gateway.cli('admin', 'sessions', 'ANNA')).stdout, /Nobody is signed in/);
});

test('a password may be guessed at a few times only, also by who is signed in', async () => {
  await gateway.must('POST', '/v1/accounts', { name: 'bert', role: 'viewer', password: PASSWORD });
  const bert = newBrowser();
  assert.equal((await bert.signIn({ name: 'bert', password: PASSWORD })).status, 201);
  let status = 0;
  for (let tries = 0; tries < 20 && status !== 429; tries += 1) status = (await bert.ask('POST', '/v1/account/totp', { password: 'guess number x' })).status;
  assert.equal(status, 429);
});

test('all of it is in the audit log, by account', async () => {
  const log = (await gateway.api('GET', '/v1/audit')).text;
  for (const act of ['passkey.add', 'passkey.remove', 'account.change']) assert.match(log, new RegExp(`"actor":"account anna","act":"${act.replace('.', '\\.')}"|"act":"${act.replace('.', '\\.')}"[^}]*"actor":"account anna"`));
  assert.ok(!log.includes('horse'));
});

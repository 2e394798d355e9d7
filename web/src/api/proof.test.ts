import { beforeEach, describe, expect, it } from 'vitest';
import { type Server, problem, startServer } from '../test/server';
import { signedIn } from '../test/signed_in';
import { client, fetchFile } from './client';
import { ApiError } from './problem';
import { proofAsked } from './proof';
import { cookiesReplaced, csrfToken } from './request';
import { prove, session } from './session';

const SESSION = { state: 'signed_in', account: { name: 'Anna', role: 'owner', language: '', totp: false, passkeys: 0 }, csrf: 'secret', expires_s: 1, fresh_s: 300, door: 'loopback' };
const ACCOUNT = { name: 'bert', role: 'viewer', password: 'correct horse battery' } as const;

let server: Server;
let proved: boolean;
beforeEach(() => {
  proved = false;
  csrfToken.set('secret');
  signedIn();
  server = startServer();
  server.on('POST /v1/session/proof', () => {
    proved = true;
    return { json: SESSION };
  });
  server.on('POST /v1/accounts', () => (proved ? { status: 201, json: { name: 'bert' } } : problem(403, 'proof_needed')));
  server.on('GET /v1/backup', () => (proved ? { json: { a: 1 } } : problem(403, 'proof_needed')));
});

function calls(): string[] {
  return server.asked.map(({ method, url }) => `${method} ${url}`);
}

async function asked(): Promise<void> {
  await expect.poll(() => proofAsked.get()).toBeDefined();
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(() => undefined, (thrown: unknown) => thrown);
  return error instanceof ApiError ? error.problem.code : String(error);
}

describe('what needs a fresh proof', () => {
  it('waits for it and is then repeated as it was', async () => {
    const adding = client.post('/v1/accounts', { body: ACCOUNT, idempotencyKey: 'k' });
    await asked();
    await prove({ password: 'right' });
    proofAsked.get()?.end(true);
    expect(await adding).toEqual({ name: 'bert' });
    expect(calls()).toEqual(['POST /v1/accounts', 'POST /v1/session/proof', 'POST /v1/accounts']);
    expect(server.asked[2]).toEqual(server.asked[0]);
    expect(proofAsked.get()).toBeUndefined();
  });

  it('is refused when none is given, and nothing is repeated', async () => {
    const code = codeOf(fetchFile('get', '/v1/backup'));
    await asked();
    proofAsked.get()?.end(false);
    expect(await code).toBe('proof_needed');
    expect(calls()).toEqual(['GET /v1/backup']);
  });

  it('is asked for once, however much waits for it', async () => {
    const both = [fetchFile('get', '/v1/backup'), client.post('/v1/accounts', { body: ACCOUNT })];
    await asked();
    await expect.poll(() => calls().length).toBe(2);
    const first = proofAsked.get();
    await prove({ password: 'right' });
    first?.end(true);
    await Promise.all(both);
    expect(proofAsked.get()).toBeUndefined();
    expect(calls().filter((call) => call === 'POST /v1/session/proof').length).toBe(1);
  });

  it('is given up when the session ends', async () => {
    const code = codeOf(client.post('/v1/accounts', { body: ACCOUNT }));
    await asked();
    session.set({ state: 'signed_out' });
    expect(await code).toBe('proof_needed');
  });

  it('is refused a second time without asking for ever', async () => {
    server.on('POST /v1/accounts', problem(403, 'proof_needed'));
    const code = codeOf(client.post('/v1/accounts', { body: ACCOUNT }));
    await asked();
    proofAsked.get()?.end(true);
    expect(await code).toBe('proof_needed');
    expect(proofAsked.get()).toBeUndefined();
  });

  it('is asked for before a file is sent, not behind it', async () => {
    const file = new Blob(['SQLite']);
    server.on('GET /v1/session', () => ({ json: { ...SESSION, fresh_s: proved ? 300 : 0 } }));
    server.on('POST /v1/restore', { json: { dry_run: false } });
    const restoring = client.post('/v1/restore', { body: file });
    await asked();
    expect(calls()).toEqual(['GET /v1/session']);
    await prove({ password: 'right' });
    proofAsked.get()?.end(true);
    await restoring;
    expect(calls().at(-1)).toBe('POST /v1/restore');
    const refused = codeOf(client.post('/v1/restore', { body: file }));
    expect(await refused).toBe('undefined');
    proved = false;
    const given_up = codeOf(client.post('/v1/restore', { body: file }));
    await asked();
    proofAsked.get()?.end(false);
    expect(await given_up).toBe('proof_needed');
  });
});

describe('the cookie that a proof replaces', () => {
  it('is no end of the session for what went out with it', async () => {
    let turn = 0;
    server.on('GET /v1/session', { json: SESSION });
    server.on('GET /v1/status', () => (turn++ === 0 ? problem(401, 'signed_out') : { json: {} }));
    const before = cookiesReplaced.get();
    await Promise.all([client.get('/v1/status'), prove({ password: 'right' })]);
    expect(session.get()?.state).toBe('signed_in');
    expect(cookiesReplaced.get()).toBe(before + 1);
  });

  it('cannot be replaced when the session is over', async () => {
    server.on('GET /v1/session', { json: { state: 'signed_out' } });
    server.on('POST /v1/session/proof', problem(401, 'signed_out'));
    expect(await codeOf(prove({ password: 'right' }))).toBe('signed_out');
    expect(session.get()?.state).toBe('signed_out');
  });

  it('stays when the password is wrong', async () => {
    server.on('POST /v1/session/proof', problem(401, 'wrong_credentials'));
    expect(await codeOf(prove({ password: 'wrong' }))).toBe('wrong_credentials');
    expect(session.get()?.state).toBe('signed_in');
  });
});

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { problem, startServer } from '../test/server';
import { answer, client } from './client';
import { keep, kept } from '../lib/kept';
import { idempotencyKey } from './idempotency';
import { ApiError } from './problem';
import { csrfToken, send } from './request';
import { session } from './session';

const SIGNED_IN = { state: 'signed_in', account: { name: 'a', role: 'owner', language: '', totp: false, passkeys: 0 }, csrf: 'secret', expires_s: 1, door: 'loopback' } as const;

async function failureOf(call: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiError)) throw new Error(`no ApiError: ${String(error)}`);
  return error;
}

beforeEach(() => {
  csrfToken.set('secret');
  session.set(SIGNED_IN);
});

describe('a request', () => {
  it('carries the token, without which the cookie is nobody\'s, whatever it asks', async () => {
    const server = startServer();
    server.on('GET /v1/status', { json: {} });
    server.on('POST /v1/reload', { json: {} });
    await client.get('/v1/status');
    await client.post('/v1/reload');
    expect(server.asked.map((one) => one.headers['X-Strictgate-Csrf'])).toEqual(['secret', 'secret']);
  });

  it('finds the token of this origin again after another tab has signed in', () => {
    csrfToken.set('mine');
    expect(kept('token')).toBe('mine');
    keep('token', 'newer');
    window.dispatchEvent(new StorageEvent('storage'));
    expect(csrfToken.get()).toBe('newer');
  });

  it('writes names and queries into the URL as it takes them', async () => {
    const server = startServer();
    server.on('GET /v1/sites/%5B%3A%3A1%5D', { json: { name: '[::1]' }, headers: { etag: '"7"' } });
    server.on('GET /v1/audit?site=a%20b&limit=5', { json: { entries: [] } });
    expect(await answer('get', '/v1/sites/{name}', { path: { name: '[::1]' } })).toEqual({ data: { name: '[::1]' }, status: 200, etag: '"7"' });
    expect(await client.get('/v1/audit', { query: { site: 'a b', limit: 5 } })).toEqual({ entries: [] });
  });

  it('carries what it was made for and the key of its attempt', async () => {
    const server = startServer();
    server.on('PATCH /v1/sites/a', { json: {} });
    server.on('POST /v1/sites/a/hsts/moves', { json: {} });
    await client.patch('/v1/sites/{name}', { path: { name: 'a' }, body: { redirect: 'permanent' }, ifMatch: '"7"' });
    await client.post('/v1/sites/{name}/hsts/moves', { path: { name: 'a' }, body: { move: 'start' }, idempotencyKey: 'k' });
    expect(server.asked[0]?.headers['If-Match']).toBe('"7"');
    expect(server.asked[1]?.headers['Idempotency-Key']).toBe('k');
    expect(server.asked[1]?.body).toEqual({ move: 'start' });
  });

  it('does not compile where the description of the API does not have it', () => {
    const calls = (): unknown[] => [
      // @ts-expect-error there is no such path
      client.get('/v1/nothing'),
      // @ts-expect-error its name is missing
      client.get('/v1/sites/{name}'),
      // @ts-expect-error it has no such method
      client.delete('/v1/status'),
      // @ts-expect-error there is no such move
      client.post('/v1/sites/{name}/hsts/moves', { path: { name: 'a' }, body: { move: 'fly' } }),
    ];
    expect(calls).toBeTypeOf('function');
  });

  it('gives its key to one attempt only', () => {
    expect(idempotencyKey()).not.toBe(idempotencyKey());
    expect(idempotencyKey()).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('a refusal', () => {
  it('is told with its field, its fix and its guards', async () => {
    const guards = [{ guard: 'dwell', verdict: 'block', overridable: true, why: 'too early' }];
    startServer().on('POST /v1/sites', problem(409, 'conflict', { field: 'name', fix: 'Take another.', guards }));
    const error = await failureOf(client.post('/v1/sites', { body: { name: 'a' } }));
    expect(error.message).toBe('It was refused.');
    expect(error.problem).toEqual({ status: 409, code: 'conflict', title: 'Refused', detail: 'It was refused.', field: 'name', fix: 'Take another.', guards });
  });

  it('without a problem document is one all the same', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<h1>Bad Gateway</h1>', { status: 502, statusText: 'Bad Gateway' })));
    expect((await failureOf(client.get('/v1/status'))).problem).toEqual({ status: 502, code: 'unexpected', title: 'Bad Gateway', detail: '' });
  });

  it('says when to try again', async () => {
    startServer().on('POST /v1/session', { ...problem(429, 'throttled'), headers: { 'retry-after': '30', 'content-type': 'application/problem+json' } });
    expect((await failureOf(send({ method: 'POST', url: '/v1/session' }))).problem.retryAfterSeconds).toBe(30);
  });

  it('with 401 ends the session, but not when it is the answer to a wrong password', async () => {
    const server = startServer();
    server.on('POST /v1/session', problem(401, 'wrong_credentials'));
    server.on('GET /v1/status', problem(401, 'denied'));
    await failureOf(send({ method: 'POST', url: '/v1/session' }));
    expect(session.get()?.state).toBe('signed_in');
    await failureOf(client.get('/v1/status'));
    expect(session.get()).toEqual({ state: 'signed_out' });
    expect(csrfToken.get()).toBe('');
    expect(kept('token')).toBe('');
  });
});

describe('no answer', () => {
  it('is told apart: the server is away, or takes too long', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')));
    expect((await failureOf(client.get('/v1/status'))).problem.code).toBe('unreachable');
    vi.stubGlobal('fetch', (_: string, init: RequestInit) => new Promise((_resolve, reject) => init.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))));
    expect((await failureOf(client.get('/v1/status', { timeoutMs: 1 }))).problem.code).toBe('timed_out');
  });
});

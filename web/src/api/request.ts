// One request to the admin API: the fields that every request needs, its time limit, its answer or an ApiError, and once
// more when it lacked nothing but a fresh proof. The typed calls are in client.ts.
import { keep, kept } from '../lib/kept';
import { createStore } from '../lib/store';
import { ApiError, PROOF_NEEDED, type Problem, TIMED_OUT, UNREACHABLE, problemOf } from './problem';

export const CSRF_FIELD = 'X-Strictgate-Csrf';
// Moves wait up to 25 s for a look from outside; what takes longer (a preflight) says so.
const TIMEOUT_MS = 60_000;

export interface Answer {
  status: number;
  etag: string | undefined;
  body: unknown; // of JSON its value, of anything else a Blob; undefined where there is none
}

export interface Request {
  method: string;
  url: string;
  body?: unknown;
  ifMatch?: string | undefined;
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
}

// The session's token, without which its cookie is worth nothing: browsers give the cookie to programs on other ports
// of localhost too, but what a page keeps is its origin's alone. Kept, so that other tabs and a reloaded page have it.
const TOKEN_NAME = 'token';
export const csrfToken = createStore<string>(kept(TOKEN_NAME) ?? '');
csrfToken.subscribe(() => keep(TOKEN_NAME, csrfToken.get()));
window.addEventListener('storage', () => csrfToken.set(kept(TOKEN_NAME) ?? ''));

// Told of every 401 that means that the session is over (not of a wrong password).
let onSignedOut: () => void = () => undefined;
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}
const WRONG_SIGN_IN: readonly string[] = ['wrong_credentials', 'totp_needed'];

// Asked when a request needs a fresh proof; true: it was given, and the request is repeated.
let onProofNeeded: () => Promise<boolean> = () => Promise.resolve(false);
export function whenProofNeeded(listener: () => Promise<boolean>): void {
  onProofNeeded = listener;
}

// A proof gives the session another cookie. What went out with the one before is answered with 401, and is repeated.
const PROOF_URL = '/v1/session/proof';
let replacing: Promise<unknown> = Promise.resolve();
export const cookiesReplaced = createStore(0);

function headersOf(request: Request): Record<string, string> {
  const headers: Record<string, string> = { Accept: 'application/json, application/problem+json, */*' };
  if (csrfToken.get() !== '') headers[CSRF_FIELD] = csrfToken.get();
  if (request.body instanceof Blob) headers['Content-Type'] = 'application/octet-stream';
  else if (request.body !== undefined) headers['Content-Type'] = 'application/json';
  if (request.ifMatch !== undefined) headers['If-Match'] = request.ifMatch;
  if (request.idempotencyKey !== undefined) headers['Idempotency-Key'] = request.idempotencyKey;
  return headers;
}

function bodyOf(body: unknown): BodyInit | null {
  if (body === undefined) return null;
  return body instanceof Blob ? body : JSON.stringify(body);
}

// The caller's signal and the time limit as one; AbortSignal.any is younger than the browsers we serve.
function limit(request: Request): { signal: AbortSignal; timedOut: () => boolean; end: () => void } {
  const controller = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, request.timeoutMs ?? TIMEOUT_MS);
  const abort = (): void => controller.abort();
  if (request.signal?.aborted === true) abort();
  request.signal?.addEventListener('abort', abort);
  const end = (): void => {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, timedOut: () => late, end };
}

function onTheWay(code: string): Problem {
  return { status: 0, code, title: '', detail: '' };
}

async function contentOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const type = response.headers.get('content-type') ?? '';
  if (/^application\/([\w.-]+\+)?json\b/.test(type)) return response.json();
  return response.blob();
}

// Throws ApiError, or what the caller's signal makes fetch throw.
async function attempt(request: Request): Promise<Answer> {
  const limited = limit(request);
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: headersOf(request),
      body: bodyOf(request.body),
      signal: limited.signal,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
    });
    if (!response.ok) throw new ApiError(await problemOf(response));
    return { status: response.status, etag: response.headers.get('etag') ?? undefined, body: await contentOf(response) };
  } catch (error) {
    if (error instanceof ApiError) throw error;
    if (limited.timedOut()) throw new ApiError(onTheWay(TIMED_OUT));
    if (request.signal?.aborted === true) throw error;
    throw new ApiError(onTheWay(UNREACHABLE));
  } finally {
    limited.end();
  }
}

interface SessionSeen {
  state?: string;
  fresh_s?: number | null;
}

// As the cookie has it now; undefined where that cannot be told.
async function sessionNow(): Promise<SessionSeen | undefined> {
  await replacing;
  try {
    return (await attempt({ method: 'GET', url: '/v1/session' })).body as SessionSeen;
  } catch {
    return undefined;
  }
}

function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.problem.status === 401 && !WRONG_SIGN_IN.includes(error.problem.code);
}

// Whether a repetition may end better.
async function mayRepeat(error: unknown): Promise<boolean> {
  if (error instanceof ApiError && error.problem.code === PROOF_NEEDED) return onProofNeeded();
  return isSignedOut(error) && (await sessionNow())?.state === 'signed_in';
}

// Browsers read no answer before a file is sent, which takes its time: whether it would be refused is asked first.
async function isWelcome(request: Request): Promise<boolean> {
  return !(request.body instanceof Blob) || (await sessionNow())?.fresh_s !== 0 || onProofNeeded();
}

async function attemptTwice(request: Request): Promise<Answer> {
  if (!(await isWelcome(request))) throw new ApiError({ ...onTheWay(PROOF_NEEDED), status: 403 });
  try {
    return await attempt(request);
  } catch (error) {
    if (!(await mayRepeat(error))) throw error;
  }
  request.signal?.throwIfAborted();
  return attempt(request);
}

async function attemptProof(request: Request): Promise<Answer> {
  const call = attempt(request);
  replacing = call.catch(() => undefined);
  const answer = await call;
  cookiesReplaced.set(cookiesReplaced.get() + 1);
  return answer;
}

// Throws ApiError, or what the caller's signal makes fetch throw.
export async function send(request: Request): Promise<Answer> {
  try {
    return await (request.url === PROOF_URL ? attemptProof(request) : attemptTwice(request));
  } catch (error) {
    if (isSignedOut(error)) onSignedOut();
    throw error;
  }
}

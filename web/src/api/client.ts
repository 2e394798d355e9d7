// The admin API, typed from its description: client.get('/v1/sites/{name}', { path: { name } }). A call gives the content
// of the answer or throws ApiError; `answer` gives its entity tag and status as well.
import type { Arguments, CallOptions, Method, PathWith, Rehearsal, Result } from './operations';
import { type Answer, send } from './request';
import { type PathValues, type QueryValues, urlOf } from './url';

interface AnyOptions extends CallOptions {
  path?: PathValues | undefined;
  query?: QueryValues | undefined;
  body?: unknown;
}

export interface Answered<T> {
  data: T;
  status: number;
  etag: string | undefined;
}

function call(method: Method, template: string, options: AnyOptions = {}): Promise<Answer> {
  return send({
    method: method.toUpperCase(),
    url: urlOf(template, options.path, options.query),
    body: options.body,
    ifMatch: options.ifMatch,
    idempotencyKey: options.idempotencyKey,
    signal: options.signal,
    timeoutMs: options.timeoutMs,
  });
}

export async function answer<M extends Method, P extends PathWith<M>>(method: M, template: P, ...args: Arguments<M, P>): Promise<Answered<Result<M, P>>> {
  const { body, status, etag } = await call(method, template, args[0] as AnyOptions | undefined);
  return { data: body as Result<M, P>, status, etag };
}

// What a change would do; nothing is changed.
export async function rehearse<M extends Method, P extends PathWith<M>>(method: M, template: P, ...args: Arguments<M, P>): Promise<Rehearsal<M, P>> {
  const { body } = await call(method, template, { ...(args[0] as AnyOptions | undefined), query: { dry_run: 'true' } });
  return body as Rehearsal<M, P>;
}

// One function for each method.
function verb<M extends Method>(method: M) {
  return async <P extends PathWith<M>>(template: P, ...args: Arguments<M, P>): Promise<Result<M, P>> => (await answer(method, template, ...args)).data;
}

export const client = {
  get: verb('get'),
  put: verb('put'),
  post: verb('post'),
  patch: verb('patch'),
  delete: verb('delete'),
};

// What is not JSON (a backup, a certificate to take away), to be saved as a file.
export async function fetchFile<M extends Method, P extends PathWith<M>>(method: M, template: P, ...args: Arguments<M, P>): Promise<Blob> {
  const { body } = await call(method, template, args[0] as AnyOptions | undefined);
  return body instanceof Blob ? body : new Blob([JSON.stringify(body, null, 2)], { type: 'application/json' });
}

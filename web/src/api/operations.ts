// The types of the calls, worked out from those that are generated from docs/api/openapi.yaml.
import type { paths } from './schema';

export type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';

// Paths that have the method.
export type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, unknown> ? P : never;
}[keyof paths];

type Operation<M extends Method, P extends keyof paths> = paths[P] extends Record<M, infer O> ? O : never;

type Content<T> = T extends { content: infer C } ? C[keyof C] : undefined;
type Responses<O> = O extends { responses: infer R } ? R : never;
type Success<R> = Extract<keyof R, 200 | 201 | 202 | 204>;
type SuccessContent<R> = { [S in Success<R>]: Content<R[S]> }[Success<R>];

type Answered<M extends Method, P extends keyof paths> = SuccessContent<Responses<Operation<M, P>>>;
// With ?dry_run=true some operations answer something else, which only `rehearse` (client.ts) asks for.
interface Dry {
  dry_run: true;
}

// What a successful call gives.
export type Result<M extends Method, P extends keyof paths> = Exclude<Answered<M, P>, Dry>;
export type Rehearsal<M extends Method, P extends keyof paths> = Extract<Answered<M, P>, Dry>;

type NameIn<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | NameIn<Rest> : never;
type PathOption<P extends string> = [NameIn<P>] extends [never] ? { path?: undefined } : { path: Record<NameIn<P>, string | number> };

type QueryOf<O> = O extends { parameters: { query?: infer Q } } ? Exclude<Q, undefined> : never;
type QueryOption<O> = [QueryOf<O>] extends [never] ? { query?: undefined } : { query?: QueryOf<O> | undefined };

// Binary content (a backup) is described as a string, and given as a Blob.
type Given<T> = [T] extends [string] ? Blob : T;
type BodyOption<O> = O extends { requestBody: { content: infer C } }
  ? { body: Given<C[keyof C]> }
  : O extends { requestBody?: { content: infer C } }
    ? { body?: Given<C[keyof C]> | undefined }
    : { body?: undefined };

export interface CallOptions {
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
  ifMatch?: string | undefined; // entity tag of what the change was made for
  idempotencyKey?: string | undefined; // of idempotency.ts
}

export type Options<M extends Method, P extends keyof paths> = CallOptions & PathOption<P> & QueryOption<Operation<M, P>> & BodyOption<Operation<M, P>>;

// The options may be left out where nothing in them is required.
export type Arguments<M extends Method, P extends keyof paths> =
  CallOptions extends Options<M, P> ? [options?: Options<M, P>] : [options: Options<M, P>];

// Where the operator is, by the part of the address after #: "#/sites/app.example.org/hsts". The server knows one page only,
// and nothing of it is in its logs.
import { createStore, useStore } from './lib/store';

export interface Location {
  path: string; // begins with a slash
  query: URLSearchParams;
}

export function parseHash(hash: string): Location {
  const text = hash.replace(/^#/, '');
  const at = text.indexOf('?');
  const path = at < 0 ? text : text.slice(0, at);
  return {
    path: path.startsWith('/') ? path : `/${path}`,
    query: new URLSearchParams(at < 0 ? '' : text.slice(at + 1)),
  };
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

// The values of a pattern's names ("/sites/:name/hsts"), or undefined where the path is another.
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const there = path.split('/');
  if (wanted.length !== there.length) return undefined;
  const values: Record<string, string> = {};
  for (const [i, want] of wanted.entries()) {
    const part = decode(there[i] ?? '');
    if (part === undefined) return undefined;
    if (!want.startsWith(':')) {
      if (want !== part) return undefined;
    } else if (part === '') return undefined;
    else values[want.slice(1)] = part;
  }
  return values;
}

type NameIn<P extends string> = P extends `${string}:${infer Name}/${infer Rest}` ? Name | NameIn<`/${Rest}`> : P extends `${string}:${infer Name}` ? Name : never;
type Values<P extends string> = [NameIn<P>] extends [never] ? [values?: undefined] : [values: Record<NameIn<P>, string>];

// The address of a page: href('/sites/:name/hsts', { name }).
export function href<P extends string>(pattern: P, ...values: Values<P>): string {
  const given = (values[0] ?? {}) as Record<string, string>;
  return `#${pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(given[name] ?? ''))}`;
}

const location_ = createStore<Location>({ path: '/', query: new URLSearchParams() });

export function startRouter(): void {
  const read = (): void => location_.set(parseHash(window.location.hash));
  window.addEventListener('hashchange', read);
  read();
}

export function useLocation(): Location {
  return useStore(location_);
}

export function goTo(to: string): void {
  window.location.hash = to;
}

// Without a way back to where one was: after that was taken care of, or is gone.
export function replaceWith(to: string): void {
  history.replaceState(null, '', to);
  location_.set(parseHash(to));
}

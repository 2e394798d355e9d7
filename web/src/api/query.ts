// What a component shows of the server's: useQuery('/v1/sites/{name}', { path: { name } }). It is asked for once however
// many components show it, and anew when the server says that it changed.
import { useEffect, useState } from 'preact/hooks';
import { cache } from './cache';
import type { Arguments, PathWith, Result } from './operations';
import type { Problem } from './problem';
import { type PathValues, type QueryValues, urlOf } from './url';

export interface Query<T> {
  data: T | undefined; // the last answer, also while a newer one is asked for
  etag: string | undefined; // of it, for ifMatch
  problem: Problem | undefined; // of the last attempt; data may be there all the same
  loading: boolean;
  refetch: () => void;
}

interface AnyOptions {
  path?: PathValues | undefined;
  query?: QueryValues | undefined;
}

export function useQuery<P extends PathWith<'get'>>(template: P, ...args: Arguments<'get', P>): Query<Result<'get', P>> {
  const options = (args[0] ?? {}) as AnyOptions;
  const url = urlOf(template, options.path, options.query);
  const [, setTurn] = useState(0);
  useEffect(() => {
    const again = (): void => setTurn((turn) => turn + 1);
    const end = cache.watch(url, again);
    again();
    return end;
  }, [url]);
  const { data, etag, problem, loading } = cache.read(url);
  return {
    data: data as Result<'get', P> | undefined,
    etag,
    problem,
    loading: loading || (data === undefined && problem === undefined),
    refetch: () => cache.refetch(url),
  };
}

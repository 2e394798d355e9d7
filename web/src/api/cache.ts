// What the server said last, by URL. A page that shows it asks through useQuery (query.ts); what happened on the server
// makes entries stale (events.ts), and those that are shown are asked for anew. What is shown stays until the new answer is
// there: a page does not flicker.
import { ApiError, type Problem, problemFrom } from './problem';
import { type Answer, send } from './request';

export interface Cached {
  data: unknown; // undefined until there was one answer
  etag: string | undefined;
  problem: Problem | undefined; // of the last attempt
  loading: boolean;
}

interface Entry {
  state: Cached;
  stale: boolean;
  again: boolean; // became stale while it was being asked for
  watchers: Set<() => void>;
}

type Fetcher = (url: string) => Promise<Answer>;

// More than any page shows; beyond it what nobody watches is forgotten, the oldest first.
const ENTRIES_MAX = 100;

const NOTHING: Cached = { data: undefined, etag: undefined, problem: undefined, loading: false };

export interface Cache {
  read(url: string): Cached;
  // Asks if there is no fresh answer. Gives what ends the watching.
  watch(url: string, watcher: () => void): () => void;
  refetch(url: string): void;
  invalidate(concerns: (url: string) => boolean): void;
  put(url: string, data: unknown, etag?: string): void;
  clear(): void;
}

export function createCache(fetcher: Fetcher): Cache {
  let entries = new Map<string, Entry>();

  function tell(entry: Entry, state: Cached): void {
    entry.state = state;
    for (const watcher of [...entry.watchers]) watcher();
  }

  function forgetSome(): void {
    for (const [url, entry] of entries) {
      if (entries.size <= ENTRIES_MAX) return;
      if (entry.watchers.size === 0 && !entry.state.loading) entries.delete(url);
    }
  }

  function entryOf(url: string): Entry {
    let entry = entries.get(url);
    if (entry === undefined) {
      entry = { state: NOTHING, stale: true, again: false, watchers: new Set() };
      entries.set(url, entry);
      forgetSome();
    }
    return entry;
  }

  function wantsAgain(url: string, entry: Entry): boolean {
    return entry.again && entry.watchers.size > 0 && entries.get(url) === entry;
  }

  async function load(url: string, entry: Entry): Promise<void> {
    if (entry.state.loading) {
      entry.again = true;
      return;
    }
    for (let turn = 0; turn === 0 || wantsAgain(url, entry); turn++) {
      entry.again = false;
      entry.stale = false;
      tell(entry, { ...entry.state, loading: true });
      try {
        const { body, etag } = await fetcher(url);
        tell(entry, { data: body, etag, problem: undefined, loading: false });
      } catch (error) {
        // What is gone must not go on being shown as if it were there.
        const gone = error instanceof ApiError && (error.problem.status === 404 || error.problem.status === 403);
        entry.stale = true;
        tell(entry, { data: gone ? undefined : entry.state.data, etag: gone ? undefined : entry.state.etag, problem: problemFrom(error), loading: false });
      }
    }
  }

  return {
    read: (url) => entries.get(url)?.state ?? NOTHING,
    watch(url, watcher) {
      const entry = entryOf(url);
      entry.watchers.add(watcher);
      if (entry.stale && !entry.state.loading) void load(url, entry);
      return () => entry.watchers.delete(watcher);
    },
    refetch(url) {
      void load(url, entryOf(url));
    },
    invalidate(concerns) {
      for (const [url, entry] of entries) {
        if (!concerns(url)) continue;
        entry.stale = true;
        if (entry.watchers.size > 0) void load(url, entry);
      }
    },
    put(url, data, etag) {
      const entry = entryOf(url);
      entry.stale = false;
      tell(entry, { data, etag, problem: undefined, loading: false });
    },
    clear() {
      entries = new Map();
    },
  };
}

export const cache = createCache((url) => send({ method: 'GET', url }));

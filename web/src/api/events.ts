// The server's events: after each change it names the sites that are concerned, and what is shown of them is asked for
// anew. While the connection is away nothing is told, so everything is asked for when it is back, and now and then until
// then.
import { createStore } from '../lib/store';
import { cache } from './cache';
import { concerns } from './concerns';
import { cookiesReplaced, csrfToken } from './request';

const EVENTS_URL = '/v1/events';
// A change of many sites, or moves in quick succession, are one change to whoever looks at them.
const GATHER_MS = 150;
const BACK_OFF_MS = [1_000, 2_000, 5_000, 10_000, 30_000];
// Without events: how often what is shown is asked for.
const POLL_MS = 30_000;

export type Liveness = 'connecting' | 'live' | 'away';
export const liveness = createStore<Liveness>('connecting');

export interface Change {
  generation: number;
  sites: readonly string[] | null; // null: many
}

export function changeOf(data: string): Change {
  try {
    const parsed = JSON.parse(data) as Partial<Change> | null;
    const sites = Array.isArray(parsed?.sites) ? parsed.sites.filter((name): name is string => typeof name === 'string') : null;
    return { generation: parsed?.generation ?? 0, sites };
  } catch {
    return { generation: 0, sites: null };
  }
}

// Adds changes up and applies them a moment later.
export function createGatherer(apply: (sites: ReadonlySet<string> | null) => void): (change: Change) => void {
  let gathered: Set<string> | null = new Set();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (change) => {
    if (change.sites === null) gathered = null;
    else for (const site of change.sites) gathered?.add(site);
    timer ??= setTimeout(() => {
      const sites = gathered;
      gathered = new Set();
      timer = undefined;
      apply(sites);
    }, GATHER_MS);
  };
}

function invalidate(sites: ReadonlySet<string> | null): void {
  cache.invalidate((url) => concerns(url, sites));
}

// Listens until what it gives back is called.
export function listen(): () => void {
  let source: EventSource | undefined;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const gather = createGatherer(invalidate);
  const poll = setInterval(() => {
    if (liveness.get() !== 'live' && document.visibilityState === 'visible') invalidate(null);
  }, POLL_MS);

  // A browser re-connects by itself only when the connection broke, not after an answer that is no stream.
  function lost(): void {
    liveness.set('away');
    if (source?.readyState !== EventSource.CLOSED) return;
    source.close();
    const wait = BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)] ?? POLL_MS;
    failures += 1;
    timer = setTimeout(connect, wait);
    // If the session is over, this is where it is noticed.
    cache.refetch('/v1/status');
  }

  function connect(): void {
    if (ended) return;
    source = new EventSource(`${EVENTS_URL}?token=${csrfToken.get()}`);
    source.addEventListener('open', () => {
      failures = 0;
      if (liveness.get() === 'away') invalidate(null);
      liveness.set('live');
    });
    source.addEventListener('changed', (event) => gather(changeOf(String(event.data))));
    source.addEventListener('error', lost);
  }

  // The server ends the stream with the cookie that it began with.
  const endReplaced = cookiesReplaced.subscribe(() => {
    source?.close();
    if (timer !== undefined) clearTimeout(timer);
    connect();
  });

  liveness.set('connecting');
  connect();
  return () => {
    ended = true;
    endReplaced();
    clearInterval(poll);
    if (timer !== undefined) clearTimeout(timer);
    source?.close();
  };
}

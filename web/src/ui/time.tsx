// Moments, as people say them; the exact one is at hand.
import { useEffect, useState } from 'preact/hooks';
import { useI18n } from '../i18n';

// "in 12 days" is looked at again now and then, so that a page that stays open tells the truth.
const TICK_MS = 30_000;

interface Clock {
  listeners: Set<(now: Date) => void>;
  timer: ReturnType<typeof setInterval>;
}

// One timer for all who look at the same pace, however many rows a table has.
const clocks = new Map<number, Clock>();

function listen(everyMs: number, listener: (now: Date) => void): () => void {
  let clock = clocks.get(everyMs);
  if (clock === undefined) {
    const listeners = new Set<(now: Date) => void>();
    const timer = setInterval(() => {
      const now = new Date();
      for (const one of [...listeners]) one(now);
    }, everyMs);
    clock = { listeners, timer };
    clocks.set(everyMs, clock);
  }
  const { listeners, timer } = clock;
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    clocks.delete(everyMs);
  };
}

export function useNow(everyMs: number = TICK_MS): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => listen(everyMs, setNow), [everyMs]);
  return now;
}

type Form = 'date' | 'dateTime' | 'relative';

function Relative({ at }: { at: string }) {
  const { format } = useI18n();
  return <>{format.relative(at, useNow())}</>;
}

export function Moment({ at, as = 'date' }: { at: string; as?: Form }) {
  const { format } = useI18n();
  const exact = format.dateTime(at);
  return (
    <time dateTime={at} title={exact}>
      {as === 'relative' ? <Relative at={at} /> : as === 'date' ? format.date(at) : exact}
    </time>
  );
}

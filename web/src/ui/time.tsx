// Moments and spans, as people say them; the exact one is at hand.
import { useEffect, useState } from 'preact/hooks';
import { useI18n } from '../i18n';

// "in 12 days" is looked at again now and then, so that a page that stays open tells the truth.
const TICK_MS = 30_000;

export function useNow(everyMs: number = TICK_MS): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

type Form = 'date' | 'dateTime' | 'relative';

export function Moment({ at, as = 'date' }: { at: string; as?: Form }) {
  const { format } = useI18n();
  const now = useNow();
  const exact = format.dateTime(at);
  const shown = as === 'relative' ? format.relative(at, now) : as === 'date' ? format.date(at) : exact;
  return (
    <time dateTime={at} title={exact}>
      {shown}
    </time>
  );
}

export function Duration({ seconds }: { seconds: number }) {
  const { format } = useI18n();
  return <>{format.duration(seconds)}</>;
}

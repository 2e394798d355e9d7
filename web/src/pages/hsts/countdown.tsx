// To the moment when the last browser is free, by the second.
import { useEffect, useRef } from 'preact/hooks';
import { useI18n } from '../../i18n';
import { Moment, useNow } from '../../ui/time';
import './countdown.css';

const SECOND_MS = 1_000;
// The ledger's clock is a little later than this one: look again until it agrees.
const AGAIN_MS = 10_000;

export interface Left {
  days: number;
  clock: string; // hours, minutes, seconds: 04:05:06
}

export function leftUntil(until: string, now: Date): Left | undefined {
  const seconds = Math.ceil((Date.parse(until) - now.getTime()) / SECOND_MS);
  if (seconds <= 0) return undefined;
  const two = (value: number): string => String(value).padStart(2, '0');
  return { days: Math.floor(seconds / 86_400), clock: [Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':') };
}

export function Countdown({ until, onOver }: { until: string; onOver: () => void }) {
  const { t, rich, format } = useI18n();
  const left = leftUntil(until, useNow(SECOND_MS));
  const isOver = left === undefined;
  const latest = useRef(onOver);
  latest.current = onOver;
  useEffect(() => {
    if (!isOver) return undefined;
    latest.current();
    const timer = setInterval(() => latest.current(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [isOver]);
  if (left === undefined) return <p>{t('hsts.countdown_over')}</p>;
  return (
    <div class="countdown">
      <p class="muted">{t('hsts.countdown')}</p>
      <p class="countdown-left numbers" role="timer">
        {left.days > 0 && `${format.duration(left.days * 86_400)} `}
        {left.clock}
      </p>
      <p class="muted">{rich('hsts.countdown_at', { date: <Moment at={until} as="dateTime" /> })}</p>
    </div>
  );
}

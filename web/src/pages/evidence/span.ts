// How far back one looks, and in which steps: part of the address, so that it can be linked. Pure.
import type { Evidence } from '../../api/types';

export type Step = Evidence['step'];

export const STEP_S: Record<Step, number> = { minute: 60, hour: 3_600, day: 86_400 };

// Each has a step that is kept for as long, with a margin for a browser whose clock is late.
const SPANS = {
  '1h': { step: 'minute', seconds: 3_600 },
  '24h': { step: 'hour', seconds: 86_400 },
  '7d': { step: 'hour', seconds: 7 * 86_400 },
  '30d': { step: 'day', seconds: 30 * 86_400 },
  '90d': { step: 'day', seconds: 90 * 86_400 },
  '1y': { step: 'day', seconds: 365 * 86_400 },
} as const satisfies Record<string, { step: Step; seconds: number }>;

export type Span = keyof typeof SPANS;
export const SPAN_NAMES = Object.keys(SPANS) as readonly Span[];
export const SPAN_USUAL: Span = '7d';

export function spanFrom(query: URLSearchParams): Span {
  const wanted = query.get('span');
  return SPAN_NAMES.find((name) => name === wanted) ?? SPAN_USUAL;
}

export function stepOf(span: Span): Step {
  return SPANS[span].step;
}

export function secondsOf(span: Span): number {
  return SPANS[span].seconds;
}

// The next longer one, where there is one.
export function longerThan(span: Span): Span | undefined {
  return SPAN_NAMES[SPAN_NAMES.indexOf(span) + 1];
}

// Whole steps, the last of them the present one: it stays the same question until the next begins.
export function sinceOf(span: Span, nowMs: number): string {
  const step = STEP_S[stepOf(span)];
  const present = Math.floor(nowMs / 1000 / step) * step;
  return new Date((present + step - secondsOf(span)) * 1000).toISOString().replace('.000Z', 'Z');
}

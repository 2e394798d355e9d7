// Moments and shares as the evidence tells them.
import type { I18n, PlainKey } from '../../i18n';
import { type Series, mostOf, lastOf } from './series';
import { STEP_S, type Span, type Step } from './span';

export const SPAN_WORDS: Record<Span, PlainKey> = {
  '1h': 'evidence.span_1h',
  '24h': 'evidence.span_24h',
  '7d': 'evidence.span_7d',
  '30d': 'evidence.span_30d',
  '90d': 'evidence.span_90d',
  '1y': 'evidence.span_1y',
};

export const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

// A step as the first column of a table names it.
export function stepWords({ format }: I18n, at: number, step: Step): string {
  if (step === 'day') return format.utcDate(iso(at));
  return step === 'hour' ? format.span(iso(at), iso(at + STEP_S.hour)) : format.dateTime(iso(at));
}

// The same within a sentence.
export function whenWords(i18n: I18n, at: number, step: Step): string {
  return i18n.t('evidence.last_at', { when: stepWords(i18n, at, step) });
}

// As short as an axis wants it.
export function axisWords({ format }: I18n, moments: readonly number[], step: Step): (at: number) => string {
  if (step === 'day') return (at) => format.utcDate(iso(at));
  const isShort = (moments.at(-1) ?? 0) - (moments[0] ?? 0) <= STEP_S.day;
  return (at) => (isShort ? format.time(iso(at)) : format.date(iso(at)));
}

// A part that is there is never told as nothing.
export function percentWords({ format }: I18n, part: number, all: number): string {
  const LEAST = 0.001;
  const share = part / all;
  return part > 0 && share < LEAST ? `< ${format.percent(LEAST)}` : part < all && share > 1 - LEAST ? `> ${format.percent(1 - LEAST)}` : format.percent(share);
}

// What a chart shows, for those who do not see it.
export function chartWords(i18n: I18n, title: string, series: Series, values: readonly (number | null)[], step: Step): string {
  const { t, format } = i18n;
  const most = mostOf(values);
  if (most === undefined) return t('evidence.chart_none', { title });
  const total = values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  return t('evidence.chart_said', { title, total: format.number(total), most: format.number(most.value), when: whenWords(i18n, series.moments[most.at] ?? 0, step) });
}

// The newest step in which there was one; empty when there was none.
export function lastWords(i18n: I18n, series: Series, values: readonly (number | null)[], step: Step): string {
  const last = lastOf(values);
  return last === undefined ? '' : whenWords(i18n, series.moments[last] ?? 0, step);
}

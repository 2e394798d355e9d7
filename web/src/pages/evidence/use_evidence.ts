// The evidence of a span, as it is now: counters are no change that the server tells of, so it is asked for again and again
// while somebody looks. While another span is on its way, what was shown stays.
import { useEffect, useRef } from 'preact/hooks';
import { type Query, useQuery } from '../../api/query';
import type { Evidence, SiteEvidence } from '../../api/types';
import { useNow } from '../../ui/time';
import { type Span, type Step, sinceOf, stepOf } from './span';

const EVERY_MS: Record<Step, number> = { minute: 10_000, hour: 30_000, day: 60_000 };

function useLive<E extends Evidence>(query: Query<E>, step: Step): Query<E> {
  const shown = useRef<E>();
  const again = useRef(query.refetch);
  again.current = query.refetch;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && again.current(), EVERY_MS[step]);
    return () => clearInterval(timer);
  }, [step]);
  if (query.data !== undefined) shown.current = query.data;
  return query.data === undefined && query.problem === undefined ? { ...query, data: shown.current } : query;
}

export function useSiteEvidence(name: string, span: Span): Query<SiteEvidence> {
  const since = sinceOf(span, useNow().getTime());
  return useLive(useQuery('/v1/sites/{name}/evidence', { path: { name }, query: { since, step: stepOf(span) } }), stepOf(span));
}

export function useGatewayEvidence(span: Span): Query<Evidence> {
  const since = sinceOf(span, useNow().getTime());
  return useLive(useQuery('/v1/evidence', { query: { since, step: stepOf(span) } }), stepOf(span));
}

// The way of a certificate from the store to the visitors: stored, published, acknowledged by the gateway, seen served.
import type { Certificate } from '../../api/types';

export type StepName = 'stored' | 'published' | 'acknowledged' | 'seen';
// unrecorded: it was, before such moments were written down.
export type StepState = 'done' | 'unrecorded' | 'waiting' | 'lost';

export interface Step {
  name: StepName;
  state: StepState;
  at: string | undefined;
}

type Moments = Pick<Certificate, 'stored' | 'published' | 'acknowledged' | 'seen_first' | 'mismatches'>;

export function journeyOf(certificate: Moments): Step[] {
  const moments: [StepName, string | null | undefined][] = [
    ['stored', certificate.stored],
    ['published', certificate.published],
    ['acknowledged', certificate.acknowledged],
    ['seen', certificate.seen_first],
  ];
  const last = moments.reduce((latest, [, at], index) => (typeof at === 'string' ? index : latest), -1);
  return moments.map(([name, at], index): Step => {
    if (name === 'seen' && (certificate.mismatches ?? []).length > 0) return { name, state: 'lost', at: at ?? undefined };
    if (typeof at === 'string') return { name, state: 'done', at };
    return { name, state: index < last ? 'unrecorded' : 'waiting', at: undefined };
  });
}

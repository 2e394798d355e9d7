// How far an order of a certificate has come, from the phase that the API tells (control/acme_state.h, acme/job_states.c).

export const ORDER_STEPS = ['queued', 'account', 'order', 'prove', 'look', 'issue', 'fetch'] as const;
export type OrderStep = (typeof ORDER_STEPS)[number];

const PHASES: Record<string, OrderStep | undefined> = {
  queued: 'queued',
  directory: 'account',
  account: 'account',
  order: 'order',
  prove: 'prove',
  'wait for the CA to look': 'look',
  finalise: 'issue',
  download: 'fetch',
  done: 'fetch',
};

// undefined: nothing is under way.
export function stepOf(phase: string | undefined): OrderStep | undefined {
  return phase === undefined ? undefined : PHASES[phase];
}

export type OrderState = 'off' | 'running' | 'waiting' | 'idle';

export function stateOf(phase: string | undefined): OrderState {
  if (phase === undefined || phase === 'off') return 'off';
  if (phase === 'idle') return 'idle';
  if (phase === 'waiting' || phase === 'failed') return 'waiting';
  return 'running';
}

export function isBefore(step: OrderStep, current: OrderStep): boolean {
  return ORDER_STEPS.indexOf(step) < ORDER_STEPS.indexOf(current);
}

// An order is read again between its steps, which is no step back; one that begins anew is.
export function furthestOf(before: OrderStep | undefined, now: OrderStep | undefined): OrderStep | undefined {
  if (before === undefined || now === undefined || now === 'queued' || now === 'account') return now;
  return isBefore(now, before) ? before : now;
}

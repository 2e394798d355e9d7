import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type OrderStep, furthestOf, isBefore, stateOf, stepOf } from './order_steps';

// Of an order; other jobs (revoke, roll over) are not shown as one.
const OTHERS = ['revoke', 'roll over', 'deactivate', 'renewal information', 'failed'];

function phasesOfServer(): string[] {
  const source = readFileSync('../src/acme/job_states.c', 'utf8');
  const rows = source.slice(source.indexOf('job_rows[JOB_STATES_COUNT]'));
  const phases = [...rows.matchAll(/\[JOB_\w+\] = \{(?:\.phase = )?"([^"]+)"/g)].map((found) => found[1] ?? '');
  return [...new Set(phases)].filter((phase) => !OTHERS.includes(phase));
}

describe('the steps of an order', () => {
  it('have a place for every phase that the server tells', () => {
    const phases = phasesOfServer();
    expect(phases).toContain('wait for the CA to look');
    expect(phases.filter((phase) => stepOf(phase) === undefined)).toEqual([]);
  });

  it.each([
    [undefined, 'off', undefined],
    ['off', 'off', undefined],
    ['idle', 'idle', undefined],
    ['waiting', 'waiting', undefined],
    ['queued', 'running', 'queued'],
    ['prove', 'running', 'prove'],
    ['a phase of a later release', 'running', undefined],
  ])('in phase %j are %s at %s', (phase, state, step) => {
    expect(stateOf(phase)).toBe(state);
    expect(stepOf(phase)).toBe(step);
  });

  it('follow one another', () => {
    expect(isBefore('account', 'prove')).toBe(true);
    expect(isBefore('prove', 'prove')).toBe(false);
    expect(isBefore('fetch', 'queued')).toBe(false);
  });

  it('go on, also while the order is read again in between; a new attempt begins anew', () => {
    const seen = (['queued', 'account', 'order', 'prove', 'look', 'order', 'issue', 'order', 'fetch', 'account', 'order', undefined] as const).reduce<(OrderStep | undefined)[]>((all, now) => [...all, furthestOf(all[all.length - 1], now)], []);
    expect(seen).toEqual(['queued', 'account', 'order', 'prove', 'look', 'look', 'issue', 'issue', 'fetch', 'account', 'order', undefined]);
  });
});

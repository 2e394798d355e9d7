// What the moves of the ladder are to somebody who makes one: how it is confirmed, what stands against it, until when it
// binds. Pure; the words are in words.tsx. The same rules as the command line's.
import type { Guard } from '../../api/problem';
import type { Hsts, Move, MoveGuards } from '../../api/types';

// not: it promises less, or nothing more. step: it is over soon, and said before. ask: nobody does it by a slip of the hand.
// typed: it cannot be taken back quickly.
export type Confirmation = 'step' | 'not' | 'ask' | 'typed';

const CONFIRMATIONS: Record<Move, Confirmation> = {
  start: 'step',
  climb: 'step',
  permanent: 'typed',
  hold: 'not',
  release: 'ask',
  'include-subdomains-on': 'typed',
  'include-subdomains-off': 'ask',
  'preload-on': 'typed',
  'preload-off': 'ask',
};

const YEAR_S = 31_536_000;

// What "permanent" aims at: the highest rung that is not above a year.
export function permanentRung(ladder: readonly number[]): number {
  return ladder.reduce((highest, rung) => (rung <= YEAR_S ? rung : highest), ladder[0] ?? 0);
}

// A climb to a year or to the last rung is "permanent" by another name.
export function confirmationOf(move: Move, hsts: Hsts): Confirmation {
  const next = hsts.next_max_age ?? 0;
  return move === 'climb' && next >= permanentRung(hsts.ladder) ? 'typed' : CONFIRMATIONS[move];
}

export function isSending(hsts: Hsts): boolean {
  return hsts.wish.mode === 'hold' || hsts.wish.mode === 'auto';
}

// The max-age that the move promises, where it promises one at once.
export function rungOf(move: Move, hsts: Hsts): number | undefined {
  if (move === 'start' || move === 'include-subdomains-on') return hsts.ladder[0];
  if (move === 'climb') return hsts.next_max_age ?? undefined;
  return undefined;
}

export function blocking(said: MoveGuards | undefined): Guard[] {
  return (said?.guards ?? []).filter((guard) => guard.verdict === 'block');
}

// Open to an owner who gives a reason: every guard that blocks lets itself be overridden.
export function overridable(blocks: readonly Guard[]): boolean {
  return blocks.length > 0 && blocks.every((guard) => guard.overridable);
}

// What these guards say that those do not say already.
export function besides(guards: readonly Guard[], said: readonly Guard[]): Guard[] {
  const known = new Set(said.map((guard) => `${guard.guard} ${guard.verdict} ${guard.why}`));
  return guards.filter((guard) => !known.has(`${guard.guard} ${guard.verdict} ${guard.why}`));
}

export interface Rung {
  maxAge: number;
  state: 'below' | 'here' | 'next' | 'above';
  isTarget: boolean; // where the gateway climbs to by itself
}

// From the lowest up: the ladder's own rungs, and those that the wish names besides (a ladder that was changed).
export function rungsOf(hsts: Hsts): Rung[] {
  const { wish, ladder } = hsts;
  const sending = isSending(hsts);
  const target = wish.mode === 'auto' ? wish.target : undefined;
  const named = [...ladder, ...(sending ? [wish.max_age] : []), ...(target !== undefined ? [target] : [])];
  const values = [...new Set(named)].filter((maxAge) => maxAge > 0).sort((a, b) => a - b);
  const here = sending ? wish.max_age : 0;
  const next = sending ? hsts.next_max_age : ladder[0];
  return values.map((maxAge) => ({
    maxAge,
    state: maxAge === here ? 'here' : maxAge < here ? 'below' : maxAge === next ? 'next' : 'above',
    isTarget: maxAge === target,
  }));
}

// How much of its time this rung has been held, from 0 to 1; undefined where it is on none.
export function heldShare(hsts: Hsts, nowMs: number): number | undefined {
  const { since } = hsts.wish;
  if (!isSending(hsts) || since === undefined || hsts.dwell_until === null) return undefined;
  const begin = Date.parse(since);
  const end = Date.parse(hsts.dwell_until);
  return end <= begin ? 1 : Math.min(1, Math.max(0, (nowMs - begin) / (end - begin)));
}

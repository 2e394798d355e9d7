import { describe, expect, it } from 'vitest';
import { journeyOf } from './journey';

const AT = '2026-11-26T04:00:00Z';
const MISMATCH = { place: 'https (127.0.0.1:443)', name: 'app.example.org', since: AT, seen_last: AT };

describe('the way of a certificate to its visitors', () => {
  it.each([
    ['all of it', { stored: AT, published: AT, acknowledged: AT, seen_first: AT }, ['done', 'done', 'done', 'done']],
    ['as far as the gateway', { stored: AT, published: AT, acknowledged: null, seen_first: null }, ['done', 'done', 'waiting', 'waiting']],
    ['begun before it was written down', { stored: AT, published: null, acknowledged: null, seen_first: AT }, ['done', 'unrecorded', 'unrecorded', 'done']],
    ['not begun', {}, ['waiting', 'waiting', 'waiting', 'waiting']],
    ['with another one served', { stored: AT, published: AT, acknowledged: AT, seen_first: AT, mismatches: [MISMATCH] }, ['done', 'done', 'done', 'lost']],
  ])('%s', (_, moments, states) => {
    expect(journeyOf(moments).map(({ state }) => state)).toEqual(states);
  });
});

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { GUARDS_KNOWN } from './words';

it('every guard of the gateway has its words here', () => {
  const table = readFileSync('../src/hsts/guard.c', 'utf8');
  const ids = [...table.matchAll(/^ {4}\{"([a-z-]+)",/gm)].map((found) => found[1] ?? '');
  expect(ids.length).toBeGreaterThan(20);
  expect([...GUARDS_KNOWN].sort()).toEqual(ids.sort());
});

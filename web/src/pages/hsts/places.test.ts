import { expect, it } from 'vitest';
import { ROUTES } from '../../routes';
import { GUARDS_PLACED, fixPlace } from './places';
import { GUARDS_KNOWN } from './words';

it('every place belongs to a guard that there is, and leads to a page', () => {
  expect(GUARDS_PLACED.filter((guard) => !GUARDS_KNOWN.includes(guard))).toEqual([]);
  const patterns = ROUTES.map((route) => route.pattern);
  for (const guard of GUARDS_PLACED) expect(patterns).toContain(fixPlace(guard)?.pattern);
});

it('what the panel cannot do has no place', () => {
  expect(fixPlace('ports')).toBeUndefined();
  expect(fixPlace('toString')).toBeUndefined();
});

import { describe, expect, it } from 'vitest';
import { nameOf } from './subject';

describe('what people call a certificate', () => {
  it.each([
    ['CN=app.example.org', 'app.example.org'],
    ['O=Example Ltd,CN=Example Root', 'Example Root'],
    ['CN=Root\\, the first,O=Example', 'Root, the first'],
    ['O=Example Ltd,C=DE', 'Example Ltd'],
    ['C=DE', 'C=DE'],
    ['', ''],
    ['nonsense', 'nonsense'],
  ])('of %j is %j', (subject, name) => {
    expect(nameOf(subject)).toBe(name);
  });
});

import { describe, expect, it } from 'vitest';
import { href, matchPath, parseHash } from './router';

describe('an address', () => {
  it.each([
    ['', '/'],
    ['#/', '/'],
    ['#/sites/app.example.org/hsts', '/sites/app.example.org/hsts'],
    ['#setup=abc', '/setup=abc'],
    ['#/audit?site=a', '/audit'],
  ])('of %s has the path %s', (hash, path) => {
    expect(parseHash(hash).path).toBe(path);
  });

  it('keeps what follows the question mark', () => {
    expect(parseHash('#/audit?site=a.example&limit=5').query.get('site')).toBe('a.example');
  });
});

describe('a pattern', () => {
  it.each([
    ['/', '/', {}],
    ['/sites/:name', '/sites/app.example.org', { name: 'app.example.org' }],
    ['/sites/:name/hsts', '/sites/%5B%3A%3A1%5D/hsts', { name: '[::1]' }],
    ['/sites/:name', '/sites/', undefined],
    ['/sites/:name', '/sites/a/b', undefined],
    ['/sites/:name', '/sites/%E0%A4%A', undefined],
    ['/sites', '/site', undefined],
  ])('%s against %s', (pattern, path, values) => {
    expect(matchPath(pattern, path)).toEqual(values);
  });

  it('leads back to where it was matched', () => {
    const to = href('/sites/:name/hsts', { name: 'a/b?c#d' });
    expect(matchPath('/sites/:name/hsts', parseHash(to).path)).toEqual({ name: 'a/b?c#d' });
  });
});

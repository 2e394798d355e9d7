import { describe, expect, it } from 'vitest';
import { ANY_AUTHORITY, KEPT, acmeOf, hasWildcard, wishOf } from './wish';

describe('the wish for automatic certificates', () => {
  it.each([
    ['none yet', null, [], { authority: ANY_AUTHORITY, challenge: 'http-01' }],
    ['none yet, with a wildcard', null, ['*.example.org'], { authority: ANY_AUTHORITY, challenge: 'dns-01' }],
    ['one authority', { cas: ['letsencrypt'], challenges: ['tls-alpn-01'] }, [], { authority: 'letsencrypt', challenge: 'tls-alpn-01' }],
    ['several of both', { cas: ['a', 'b'], challenges: ['http-01', 'dns-01'] }, [], { authority: KEPT, challenge: KEPT }],
  ] as const)('with %s', (_, acme, aliases, wish) => {
    expect(wishOf({ acme: acme === null ? null : { cas: [...acme.cas], challenges: [...acme.challenges] }, aliases: [...aliases] })).toEqual(wish);
  });

  it('keeps what was chosen elsewhere until another is chosen', () => {
    const site = { acme: { cas: ['a', 'b'], challenges: ['http-01' as const, 'dns-01' as const], key: 'rsa' as const } };
    expect(acmeOf({ authority: KEPT, challenge: KEPT }, site)).toEqual(site.acme);
    expect(acmeOf({ authority: 'b', challenge: 'dns-01' }, site)).toEqual({ cas: ['b'], challenges: ['dns-01'], key: 'rsa' });
    expect(acmeOf({ authority: ANY_AUTHORITY, challenge: 'http-01' }, site)).toEqual({ cas: [], challenges: ['http-01'], key: 'rsa' });
  });

  it('sees a wildcard among the names', () => {
    expect(hasWildcard({ aliases: ['www.example.org'] })).toBe(false);
    expect(hasWildcard({ aliases: ['www.example.org', '*.example.org'] })).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { ANY_AUTHORITY, KEPT, acmeOf, hasWildcard, keyOrdersAtOnce, keyTurnsAway, wishOf } from './wish';

const NO_RSA = { source: 'none' as const, ecdsa: null, rsa: null };

describe('the wish for automatic certificates', () => {
  it.each([
    ['none yet', null, [], { authority: ANY_AUTHORITY, challenge: 'http-01', key: 'ecdsa' }],
    ['none yet, with a wildcard', null, ['*.example.org'], { authority: ANY_AUTHORITY, challenge: 'dns-01', key: 'ecdsa' }],
    ['one authority', { cas: ['letsencrypt'], challenges: ['tls-alpn-01'] }, [], { authority: 'letsencrypt', challenge: 'tls-alpn-01', key: 'ecdsa' }],
    ['several of both', { cas: ['a', 'b'], challenges: ['http-01', 'dns-01'] }, [], { authority: KEPT, challenge: KEPT, key: 'ecdsa' }],
  ] as const)('with %s', (_, acme, aliases, wish) => {
    expect(wishOf({ acme: acme === null ? null : { cas: [...acme.cas], challenges: [...acme.challenges] }, aliases: [...aliases], certificate: NO_RSA })).toEqual(wish);
  });

  it('is for RSA where that is in service, unless something else was said', () => {
    const certificate = { source: 'file' as const, ecdsa: 'a', rsa: 'b' };
    expect(wishOf({ acme: null, certificate }).key).toBe('rsa');
    expect(wishOf({ acme: { key: 'ecdsa' }, certificate }).key).toBe('ecdsa');
    expect(wishOf({ acme: { key: 'rsa' }, certificate: NO_RSA }).key).toBe('rsa');
  });

  it('keeps what was chosen elsewhere until another is chosen', () => {
    const site = { acme: { cas: ['a', 'b'], challenges: ['http-01' as const, 'dns-01' as const], key: 'rsa' as const } };
    expect(acmeOf({ authority: KEPT, challenge: KEPT, key: 'rsa' }, site)).toEqual(site.acme);
    expect(acmeOf({ authority: 'b', challenge: 'dns-01', key: 'ecdsa' }, site)).toEqual({ cas: ['b'], challenges: ['dns-01'], key: 'ecdsa' });
    expect(acmeOf({ authority: ANY_AUTHORITY, challenge: 'http-01', key: 'rsa' }, site)).toEqual({ cas: [], challenges: ['http-01'], key: 'rsa' });
  });

  it('says whom its kind of key turns away: those who need the RSA certificate that is served and valid', () => {
    const rsa = { side: 'rsa' as const, days_left: 0 };
    expect(keyTurnsAway('ecdsa', [{ side: 'ecdsa', days_left: 9 }, rsa])).toBe(true);
    expect(keyTurnsAway('rsa', [rsa])).toBe(false);
    expect(keyTurnsAway('ecdsa', [{ side: 'ecdsa', days_left: 9 }])).toBe(false);
    expect(keyTurnsAway('ecdsa', [{ ...rsa, days_left: -1 }])).toBe(false);
    expect(keyTurnsAway('ecdsa', [{ ...rsa, drawer: true }])).toBe(false);
  });

  it('of another kind of key than before is for now', () => {
    expect(keyOrdersAtOnce('rsa', { acme: { key: 'ecdsa' } })).toBe(true);
    expect(keyOrdersAtOnce('rsa', { acme: { key: 'rsa' } })).toBe(false);
    expect(keyOrdersAtOnce('rsa', { acme: null })).toBe(false);
  });

  it('sees a wildcard among the names', () => {
    expect(hasWildcard({ aliases: ['www.example.org'] })).toBe(false);
    expect(hasWildcard({ aliases: ['www.example.org', '*.example.org'] })).toBe(true);
  });
});

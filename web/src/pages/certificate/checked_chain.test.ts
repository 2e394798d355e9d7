import { describe, expect, it } from 'vitest';
import { linksOf } from './chain';
import { checkedLinks } from './checked_chain';

const CERTIFICATE = {
  subject: 'CN=app.example.org',
  names: ['app.example.org'],
  issuer: 'CN=Example CA 3,O=Example',
  serial: '01',
  not_before: '2026-11-01T00:00:00Z',
  not_after: '2027-01-01T00:00:00Z',
  fingerprint_sha256: 'ab',
  key: 'ECDSA',
  key_bits: 256,
  chain_count: 2,
  root: { name: 'CN=Example Root', known_to: 'browsers' as const },
};
const shape = (links: ReturnType<typeof checkedLinks>): string[] => links.map((link) => `${link.kind} ${link.name}`);

describe('the picture of a checked chain', () => {
  it.each([
    ['a whole chain', CERTIFICATE, false, ['site app.example.org', 'intermediate Example CA 3', 'root Example Root']],
    ['one whose intermediate is missing', { ...CERTIFICATE, chain_count: 1, root: null }, true, ['site app.example.org', 'missing Example CA 3']],
    ['one straight from a root that nobody knows', { ...CERTIFICATE, chain_count: 1, root: null }, false, ['site app.example.org', 'root Example CA 3']],
    ['one that leads nowhere', { ...CERTIFICATE, root: null }, false, ['site app.example.org', 'intermediate Example CA 3']],
    ['one that has signed itself', { ...CERTIFICATE, issuer: CERTIFICATE.subject, chain_count: 1, root: null }, false, ['site app.example.org']],
  ])('of %s', (_, certificate, isMissing, links) => {
    expect(shape(checkedLinks(certificate, isMissing, ''))).toEqual(links);
  });
});

describe('the picture of a stored chain', () => {
  it('ends with the root that the last certificate names', () => {
    const chain = [
      { subject: 'CN=app.example.org', issuer: 'CN=Example CA 3' },
      { subject: 'CN=Example CA 3', issuer: 'CN=Example Root' },
    ];
    expect(shape(linksOf(chain))).toEqual(['site app.example.org', 'intermediate Example CA 3', 'root Example Root']);
    expect(shape(linksOf([{ subject: 'CN=own', issuer: 'CN=own' }]))).toEqual(['site own']);
    expect(shape(linksOf([{ subject: '', names: ['a.example.org', 'b.example.org'], issuer: 'CN=Example Root' }]))).toEqual(['site a.example.org', 'root Example Root']);
    expect(linksOf([])).toEqual([]);
  });
});

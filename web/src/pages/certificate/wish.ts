// What the form for automatic certificates says, and what the API takes.
import type { Certificate, Site } from '../../api/types';

export type Challenge = 'http-01' | 'tls-alpn-01' | 'dns-01';
// All that are configured, one, or (KEPT) several as they were chosen elsewhere.
export const ANY_AUTHORITY = '';
export const KEPT = '\u0000kept';

export type KeyKind = 'ecdsa' | 'rsa';

export interface Wish {
  authority: string;
  challenge: Challenge | typeof KEPT;
  key: KeyKind;
}

type AcmeWish = NonNullable<Site['acme']>;
type InService = Pick<Certificate, 'drawer' | 'side' | 'days_left'>;

function isChallenge(text: string | undefined): text is Challenge {
  return text === 'http-01' || text === 'tls-alpn-01' || text === 'dns-01';
}

// Wildcards can be proven by the DNS only (RFC 8555 section 7.1.3).
export function hasWildcard(site: Pick<Site, 'aliases'>): boolean {
  return (site.aliases ?? []).some((alias) => alias.startsWith('*.'));
}

// Unless it was said: RSA where a certificate with it is in service, so that nobody who needs it is turned away.
export function wishOf(site: Pick<Site, 'acme' | 'aliases' | 'certificate'>): Wish {
  const cas = site.acme?.cas ?? [];
  const challenges = site.acme?.challenges ?? [];
  const [first] = challenges;
  return {
    authority: cas.length > 1 ? KEPT : (cas[0] ?? ANY_AUTHORITY),
    challenge: challenges.length > 1 ? KEPT : isChallenge(first) ? first : hasWildcard(site) ? 'dns-01' : 'http-01',
    key: site.acme?.key ?? (site.certificate.rsa === null ? 'ecdsa' : 'rsa'),
  };
}

export function acmeOf(wish: Wish, site: Pick<Site, 'acme'>): AcmeWish {
  const cas = wish.authority === KEPT ? (site.acme?.cas ?? []) : wish.authority === ANY_AUTHORITY ? [] : [wish.authority];
  const challenges = wish.challenge === KEPT ? (site.acme?.challenges ?? []) : [wish.challenge];
  return { cas, challenges, key: wish.key };
}

// What comes of the chosen kind of key besides: the RSA certificate in service ends with the first ECDSA one; and another
// kind than before is not waited for until the next renewal.
export function keyTurnsAway(key: KeyKind, inService: readonly InService[]): boolean {
  return key === 'ecdsa' && inService.some((one) => one.drawer !== true && one.side === 'rsa' && (one.days_left ?? -1) >= 0);
}

export function keyOrdersAtOnce(key: KeyKind, site: Pick<Site, 'acme'>): boolean {
  return site.acme !== null && site.acme !== undefined && site.acme.key !== key;
}

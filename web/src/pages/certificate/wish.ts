// What the form for automatic certificates says, and what the API takes.
import type { Site } from '../../api/types';

export type Challenge = 'http-01' | 'tls-alpn-01' | 'dns-01';
// All that are configured, one, or (KEPT) several as they were chosen elsewhere.
export const ANY_AUTHORITY = '';
export const KEPT = '\u0000kept';

export interface Wish {
  authority: string;
  challenge: Challenge | typeof KEPT;
}

type AcmeWish = NonNullable<Site['acme']>;

function isChallenge(text: string | undefined): text is Challenge {
  return text === 'http-01' || text === 'tls-alpn-01' || text === 'dns-01';
}

// Wildcards can be proven by the DNS only (RFC 8555 section 7.1.3).
export function hasWildcard(site: Pick<Site, 'aliases'>): boolean {
  return (site.aliases ?? []).some((alias) => alias.startsWith('*.'));
}

export function wishOf(site: Pick<Site, 'acme' | 'aliases'>): Wish {
  const cas = site.acme?.cas ?? [];
  const challenges = site.acme?.challenges ?? [];
  const [first] = challenges;
  return {
    authority: cas.length > 1 ? KEPT : (cas[0] ?? ANY_AUTHORITY),
    challenge: challenges.length > 1 ? KEPT : isChallenge(first) ? first : hasWildcard(site) ? 'dns-01' : 'http-01',
  };
}

export function acmeOf(wish: Wish, site: Pick<Site, 'acme'>): AcmeWish {
  const cas = wish.authority === KEPT ? (site.acme?.cas ?? []) : wish.authority === ANY_AUTHORITY ? [] : [wish.authority];
  const challenges = wish.challenge === KEPT ? (site.acme?.challenges ?? []) : [wish.challenge];
  const key = site.acme?.key;
  return { cas, challenges, ...(key !== undefined && { key }) };
}

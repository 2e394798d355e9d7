// Which certificate may stay beside a new one: that of the other kind of key, where it was uploaded as well.
import type { Site } from '../../api/types';

export type KeepsBeside = 'ecdsa' | 'rsa' | 'nothing';

// `unlessSaid`: a site that has both keeps the other one; where the new kind takes over from the other, that one goes.
export function keepsBeside(site: Pick<Site, 'certificate'>, newKey: string | undefined): { kind: KeepsBeside; unlessSaid: boolean } {
  const { source, ecdsa, rsa } = site.certificate;
  const hasEcdsa = ecdsa !== null;
  const hasRsa = rsa !== null;
  if (source !== 'file' || (newKey !== 'ECDSA' && newKey !== 'RSA')) return { kind: 'nothing', unlessSaid: false };
  if (newKey === 'ECDSA') return { kind: hasRsa ? 'rsa' : 'nothing', unlessSaid: hasEcdsa && hasRsa };
  return { kind: hasEcdsa ? 'ecdsa' : 'nothing', unlessSaid: hasEcdsa && hasRsa };
}

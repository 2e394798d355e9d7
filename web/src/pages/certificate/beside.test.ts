import { describe, expect, it } from 'vitest';
import { keepsBeside } from './beside';

describe('beside a new certificate', () => {
  it.each([
    ['file', 'a', null, 'ECDSA', 'nothing', false],
    ['file', 'a', null, 'RSA', 'ecdsa', false],
    ['file', 'a', 'b', 'RSA', 'ecdsa', true],
    ['file', 'a', 'b', 'ECDSA', 'rsa', true],
    ['file', null, 'b', 'ECDSA', 'rsa', false],
    ['local-ca', 'a', null, 'RSA', 'nothing', false],
    ['none', null, null, 'RSA', 'nothing', false],
    ['file', 'a', 'b', undefined, 'nothing', false],
  ] as const)('of a site with %s (%s, %s), %s: %s stays, unless said otherwise %s', (source, ecdsa, rsa, key, kind, unlessSaid) => {
    expect(keepsBeside({ certificate: { source, ecdsa, rsa } }, key)).toEqual({ kind, unlessSaid });
  });
});

import { describe, expect, it } from 'vitest';
import { PIECES_MAX, countOf, holdingsOf, needsPassphrase, pieceOf, withMore } from './material';

const pem = (label: string, inside = 'MIIB\n'): string => `-----BEGIN ${label}-----\n${inside}-----END ${label}-----\n`;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('what a file holds', () => {
  it.each([
    ['chain.pem', pem('CERTIFICATE') + pem('CERTIFICATE'), ['certificate', 'certificate']],
    ['all.pem', pem('EC PRIVATE KEY') + pem('CERTIFICATE'), ['key', 'certificate']],
    ['a.key', pem('PRIVATE KEY'), ['key']],
    ['a.key', pem('ENCRYPTED PRIVATE KEY'), ['encrypted_key']],
    ['old.key', pem('RSA PRIVATE KEY', 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES\n'), ['encrypted_key']],
    ['a.csr', pem('CERTIFICATE REQUEST'), ['request']],
    ['params.pem', pem('EC PARAMETERS'), []],
    ['a.PFX', '\u0000\u0001', ['pkcs12']],
    ['a.p7b', '0\u0082', ['pkcs7']],
    ['a.cer', '0\u0082', []],
    ['empty', '', []],
  ])('%s', (name, text, holds) => {
    expect(holdingsOf(name, text)).toEqual(holds);
  });

  it('is counted, and says whether a passphrase is needed', () => {
    const chain = pieceOf('chain.pem', bytes(pem('CERTIFICATE') + pem('CERTIFICATE')));
    expect(countOf(chain, 'certificate')).toBe(2);
    expect(needsPassphrase([chain])).toBe(false);
    expect(needsPassphrase([chain, pieceOf('a.p12', new Uint8Array([0x30]))])).toBe(true);
  });
});

describe('the pieces', () => {
  it('come to the server byte by byte', () => {
    expect(pieceOf('a', new Uint8Array([0, 255, 128])).base64).toBe('AP+A');
  });

  it('are not there twice, and not more than the server takes', () => {
    const one = pieceOf('a.pem', bytes('a'));
    expect(withMore([one], [pieceOf('copy of a.pem', bytes('a'))])).toEqual([one]);
    const many = Array.from({ length: PIECES_MAX + 4 }, (_, at) => pieceOf(`${at}`, bytes(`${at}`)));
    expect(withMore([], many)).toHaveLength(PIECES_MAX);
  });
});

// What is given for a certificate: files and pasted texts, as they are. The server looks into them; here it is only told
// apart what the operator sees (a key, certificates), so that a forgotten file is noticed before anything is sent.

export interface Piece {
  id: number;
  name: string;
  size: number; // bytes
  base64: string;
  holds: Holding[];
  pasted: boolean;
}

export type Holding = 'certificate' | 'key' | 'encrypted_key' | 'request' | 'pkcs7' | 'pkcs12';

// Those of the API: a file, and how many of them.
export const FILE_SIZE_MAX = 1024 * 1024;
export const PIECES_MAX = 16;

const LABELS: readonly (readonly [RegExp, Holding])[] = [
  [/^(X509 |TRUSTED )?CERTIFICATE$/, 'certificate'],
  [/^ENCRYPTED PRIVATE KEY$/, 'encrypted_key'],
  [/PRIVATE KEY$/, 'key'],
  [/^(NEW )?CERTIFICATE REQUEST$/, 'request'],
  [/^(PKCS7|CMS)$/, 'pkcs7'],
];

// By the labels of PEM (RFC 7468), and of what is not text by the name of the file.
export function holdingsOf(name: string, text: string): Holding[] {
  const found = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----(\s*Proc-Type: 4,ENCRYPTED)?/g)].flatMap(([, label = '', encrypted]) => {
    const holding = LABELS.find(([pattern]) => pattern.test(label))?.[1];
    if (holding === undefined) return [];
    return [holding === 'key' && encrypted !== undefined ? 'encrypted_key' : holding];
  });
  if (found.length > 0) return found;
  if (/\.(p12|pfx)$/i.test(name)) return ['pkcs12'];
  if (/\.(p7b|p7c)$/i.test(name)) return ['pkcs7'];
  return [];
}

export function countOf(piece: Piece, holding: Holding): number {
  return piece.holds.filter((one) => one === holding).length;
}

// Whether it is sure to need a passphrase; a PKCS#12 file may have an empty one.
export function needsPassphrase(pieces: readonly Piece[]): boolean {
  return pieces.some((piece) => piece.holds.includes('encrypted_key') || piece.holds.includes('pkcs12'));
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

let lastId = 0;

export function pieceOf(name: string, bytes: Uint8Array): Piece {
  return { id: ++lastId, name, size: bytes.length, base64: toBase64(bytes), holds: holdingsOf(name, new TextDecoder('latin1').decode(bytes)), pasted: false };
}

export async function pieceOfFile(file: File): Promise<Piece> {
  return pieceOf(file.name, new Uint8Array(await file.arrayBuffer()));
}

// The same file twice is one.
export function withMore(pieces: readonly Piece[], more: readonly Piece[]): Piece[] {
  const added: Piece[] = [...pieces];
  for (const piece of more) if (!added.some((there) => there.base64 === piece.base64)) added.push(piece);
  return added.slice(0, PIECES_MAX);
}

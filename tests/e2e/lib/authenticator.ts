// What a person signs in with besides a password, in software: an app that shows one-time codes, and a passkey as a browser would use it.
import { createHash, createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const STEP_S = 30;

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** The code of the step that is so many ahead of the present one (RFC 6238). */
export function oneTimeCode(secret: string, ahead = 0): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / STEP_S) + ahead));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const at = (mac[19] ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

export interface Made {
  client_data: string;
  authenticator_data: string;
}
export interface Used extends Made {
  credential_id: string;
  signature: string;
}

export interface Authenticator {
  make(challenge: string, origin: string): Made;
  use(challenge: string, origin: string): Used;
}

/** ES256, with a sign count that rises; asks nobody. */
export function newAuthenticator(): Authenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string };
  const id = randomBytes(16);
  let count = 0;

  function clientData(type: string, challenge: string, origin: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }
  function head(origin: string, flags: number): Buffer {
    const bytes = Buffer.alloc(37);
    createHash('sha256').update(new URL(origin).hostname).digest().copy(bytes);
    bytes[32] = flags;
    bytes.writeUInt32BE((count += 1), 33);
    return bytes;
  }
  function make(challenge: string, origin: string): Made {
    const key = Buffer.concat([Buffer.from('a5010203262001215820', 'hex'), Buffer.from(x, 'base64url'), Buffer.from('225820', 'hex'), Buffer.from(y, 'base64url')]);
    const data = Buffer.concat([head(origin, 0x45), Buffer.alloc(16), Buffer.from([0, id.length]), id, key]);
    return { client_data: clientData('webauthn.create', challenge, origin).toString('base64url'), authenticator_data: data.toString('base64url') };
  }
  function use(challenge: string, origin: string): Used {
    const client = clientData('webauthn.get', challenge, origin);
    const data = head(origin, 0x05);
    const signature = sign('sha256', Buffer.concat([data, createHash('sha256').update(client).digest()]), privateKey);
    return { credential_id: id.toString('base64url'), client_data: client.toString('base64url'), authenticator_data: data.toString('base64url'), signature: signature.toString('base64url') };
  }
  return { make, use };
}

// Making a passkey (WebAuthn level 2): the password gives a challenge, the browser's authenticator makes the key, the server
// keeps its public half.
import { fromBase64Url, toBase64Url } from '../lib/base64url';
import { client } from './client';

// By number as COSE has them: ES256, Ed25519, RS256.
const ALGORITHMS = [-7, -8, -257] as const;

export type PasskeyOutcome = 'made' | 'given_up' | 'there_already' | 'failed';

export async function makePasskey(password: string, label: string): Promise<PasskeyOutcome> {
  const given = await client.post('/v1/account/passkeys', { body: { password } });
  if (!('challenge' in given)) return 'failed';
  let credential: Credential | null;
  try {
    credential = await navigator.credentials.create({
      publicKey: {
        challenge: fromBase64Url(given.challenge),
        rp: { id: given.rp_id, name: 'Strictgate' },
        user: { id: fromBase64Url(given.user_id), name: given.user_name, displayName: given.user_name },
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
        excludeCredentials: given.exclude.map((id) => ({ type: 'public-key', id: fromBase64Url(id) })),
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
        attestation: 'none',
        timeout: given.timeout_ms,
      },
    });
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    if (error.name === 'InvalidStateError') return 'there_already';
    return error.name === 'NotAllowedError' || error.name === 'AbortError' ? 'given_up' : 'failed';
  }
  if (!(credential instanceof PublicKeyCredential)) return 'given_up';
  const response = credential.response as AuthenticatorAttestationResponse;
  await client.post('/v1/account/passkeys', {
    body: { label, client_data: toBase64Url(response.clientDataJSON), authenticator_data: toBase64Url(response.getAuthenticatorData()) },
  });
  return 'made';
}

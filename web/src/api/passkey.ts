// Signing in with a passkey (WebAuthn level 2): the browser's answer to a challenge, in the form the API takes.
import { fromBase64Url, toBase64Url } from '../lib/base64url';
import { type PasskeyAnswer, passkeyChallenge, signInWithPasskey } from './session';

// Passkeys belong to a name: at an address such as 127.0.0.1 browsers have none.
export function passkeysPossible(host: string = location.hostname): boolean {
  const isAddress = /^\[|^[\d.]+$/.test(host);
  return !isAddress && typeof PublicKeyCredential === 'function';
}

function answerOf(credential: PublicKeyCredential): PasskeyAnswer {
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    credential_id: toBase64Url(credential.rawId),
    client_data: toBase64Url(response.clientDataJSON),
    authenticator_data: toBase64Url(response.authenticatorData),
    signature: toBase64Url(response.signature),
  };
}

// False when the operator thought better of it, or has none for this place (a browser does not tell which); throws ApiError
// when the server refuses. No name is asked for: the passkey says whose it is, so it has to be a discoverable one.
export async function signInByPasskey(): Promise<boolean> {
  const { challenge, rp_id, timeout_ms } = await passkeyChallenge();
  let credential: Credential | null;
  try {
    credential = await navigator.credentials.get({
      publicKey: { challenge: fromBase64Url(challenge), rpId: rp_id, timeout: timeout_ms, userVerification: 'required' },
    });
  } catch (error) {
    if (error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')) return false;
    throw error;
  }
  if (!(credential instanceof PublicKeyCredential)) return false;
  await signInWithPasskey(answerOf(credential));
  return true;
}

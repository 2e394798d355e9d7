// Signing in with a passkey, and proving by one (WebAuthn level 2): the browser's answer to a challenge, in the form the API takes.
import { fromBase64Url, toBase64Url } from '../lib/base64url';
import { type PasskeyAnswer, type PasskeyChallenge, passkeyChallenge, proofChallenge, prove, signInWithPasskey } from './session';

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

// undefined when the operator thought better of it, or has none for this place (a browser does not tell which). `known`:
// ids of the passkeys that will do; without any the passkey says whose it is, so it has to be a discoverable one.
async function ask({ challenge, rp_id, timeout_ms }: PasskeyChallenge, known: readonly string[]): Promise<PasskeyAnswer | undefined> {
  let credential: Credential | null;
  try {
    credential = await navigator.credentials.get({
      publicKey: {
        challenge: fromBase64Url(challenge),
        rpId: rp_id,
        timeout: timeout_ms,
        userVerification: 'required',
        allowCredentials: known.map((id) => ({ type: 'public-key', id: fromBase64Url(id) })),
      },
    });
  } catch (error) {
    if (error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')) return undefined;
    throw error;
  }
  return credential instanceof PublicKeyCredential ? answerOf(credential) : undefined;
}

// False when none was used; throws ApiError when the server refuses. No name is asked for.
export async function signInByPasskey(): Promise<boolean> {
  const answer = await ask(await passkeyChallenge(), []);
  if (answer !== undefined) await signInWithPasskey(answer);
  return answer !== undefined;
}

// The same for the session that is there.
export async function proveByPasskey(): Promise<boolean> {
  const challenge = await proofChallenge();
  const answer = await ask(challenge, challenge.passkeys);
  if (answer !== undefined) await prove(answer);
  return answer !== undefined;
}

// Who is signed in. The panel's first question; everything else is shown by its answer.
import { createStore, useStore } from '../lib/store';
import { cache } from './cache';
import { client } from './client';
import { ApiError } from './problem';
import type { Result } from './operations';
import { csrfToken, whenSignedOut } from './request';
import type { components } from './schema';

export type SignedIn = components['schemas']['SignedIn'];
export type Session = components['schemas']['Session'];
export type Account = SignedIn['account'];
export type Role = Account['role'];

// undefined: not asked yet.
export const session = createStore<Session | undefined>(undefined);
// Signed out on purpose: then nothing stays behind the door.
export const left = createStore(false);

function take(next: Session): Session {
  csrfToken.set(next.state === 'signed_in' ? next.csrf : '');
  if (next.state === 'signed_in') left.set(false);
  session.set(next);
  return next;
}

whenSignedOut(() => {
  if (session.get()?.state === 'signed_in') take({ state: 'signed_out' });
});

export async function askSession(): Promise<Session> {
  try {
    return take(await client.get('/v1/session'));
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 401) return take({ state: 'signed_out' });
    throw error;
  }
}

export async function signIn(credentials: { name: string; password: string; totp?: string }): Promise<void> {
  take(await client.post('/v1/session', { body: credentials }));
}

export async function setUp(account: { token: string; name: string; password: string }): Promise<void> {
  take(await client.post('/v1/setup', { body: account }));
}

export type PasskeyChallenge = Exclude<Result<'post', '/v1/session/passkey'>, SignedIn>;

export interface PasskeyAnswer {
  credential_id: string; // base64url, as all of these
  client_data: string;
  authenticator_data: string;
  signature: string;
}

export async function passkeyChallenge(): Promise<PasskeyChallenge> {
  const given = await client.post('/v1/session/passkey', { body: {} });
  if (!('challenge' in given)) throw new Error('the server gave no challenge');
  return given;
}

export async function signInWithPasskey(answer: PasskeyAnswer): Promise<void> {
  const given = await client.post('/v1/session/passkey', { body: answer });
  if ('state' in given) take(given);
}

// That it is still the account's: see proof.ts.
export async function prove(secret: { password: string; totp?: string } | PasskeyAnswer): Promise<void> {
  const given = await client.post('/v1/session/proof', { body: secret });
  if ('state' in given) take(given);
}

export type ProofChallenge = Exclude<Result<'post', '/v1/session/proof'>, SignedIn>;

export async function proofChallenge(): Promise<ProofChallenge> {
  const given = await client.post('/v1/session/proof', { body: {} });
  if (!('challenge' in given)) throw new Error('the server gave no challenge');
  return given;
}

export async function signOut(): Promise<void> {
  await client.delete('/v1/session');
  left.set(true);
  cache.clear();
  take({ state: 'signed_out' });
}

// The account's language, so that it is the same in another browser.
export async function keepLanguage(language: string): Promise<void> {
  const now = session.get();
  if (now?.state !== 'signed_in' || now.door === 'control_socket' || now.account.language === language) return;
  await client.patch('/v1/account', { body: { language } });
  session.set({ ...now, account: { ...now.account, language } });
}

const RANK: Record<Role, number> = { viewer: 0, operator: 1, owner: 2 };

export function mayAs(role: Role | undefined, least: Role): boolean {
  return role !== undefined && RANK[role] >= RANK[least];
}

export function useAccount(): Account | undefined {
  const now = useStore(session);
  return now?.state === 'signed_in' ? now.account : undefined;
}

// Whether the one who is signed in may do what asks for this role. What he may not is not shown as if he might.
export function useMay(least: Role): boolean {
  return mayAs(useAccount()?.role, least);
}

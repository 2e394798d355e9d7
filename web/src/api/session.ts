// Who is signed in. The panel's first question; everything else is shown by its answer.
import { createStore, useStore } from '../lib/store';
import { cache } from './cache';
import { client } from './client';
import { ApiError } from './problem';
import { csrfToken, send, whenSignedOut } from './request';

export type Role = 'viewer' | 'operator' | 'owner';

export interface Account {
  name: string;
  role: Role;
  language: string; // empty: the browser's
  totp: boolean;
  passkeys: number;
}

export interface SignedIn {
  state: 'signed_in';
  account: Account;
  csrf: string;
  expires_s: number;
  door: 'loopback' | 'panel_socket' | 'control_socket';
}

export type Session = SignedIn | { state: 'signed_out' } | { state: 'setup' };

// undefined: not asked yet.
export const session = createStore<Session | undefined>(undefined);

const URL_SESSION = '/v1/session';

function take(next: Session): Session {
  csrfToken.set(next.state === 'signed_in' ? next.csrf : '');
  session.set(next);
  return next;
}

whenSignedOut(() => {
  if (session.get()?.state === 'signed_in') take({ state: 'signed_out' });
});

export async function askSession(): Promise<Session> {
  try {
    return take((await send({ method: 'GET', url: URL_SESSION })).body as Session);
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 401) return take({ state: 'signed_out' });
    throw error;
  }
}

export interface Credentials {
  name: string;
  password: string;
  totp?: string;
}

export async function signIn(credentials: Credentials): Promise<void> {
  take((await send({ method: 'POST', url: URL_SESSION, body: credentials })).body as Session);
}

export async function setUp(account: { token: string; name: string; password: string }): Promise<void> {
  take((await send({ method: 'POST', url: '/v1/setup', body: account })).body as Session);
}

export interface PasskeyChallenge {
  challenge: string; // base64url, as all of these
  rp_id: string;
  timeout_ms: number;
}

export interface PasskeyAnswer {
  credential_id: string;
  client_data: string;
  authenticator_data: string;
  signature: string;
}

export async function passkeyChallenge(): Promise<PasskeyChallenge> {
  return (await send({ method: 'POST', url: '/v1/session/passkey', body: {} })).body as PasskeyChallenge;
}

export async function signInWithPasskey(answer: PasskeyAnswer): Promise<void> {
  take((await send({ method: 'POST', url: '/v1/session/passkey', body: answer })).body as Session);
}

export async function signOut(): Promise<void> {
  await send({ method: 'DELETE', url: URL_SESSION });
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

// A session as a page finds it.
import { type Account, session } from '../api/session';

export function signedIn(account: Partial<Account> = {}): void {
  session.set({ state: 'signed_in', account: { name: 'Anna', role: 'owner', language: '', totp: false, passkeys: 0, ...account }, csrf: 'secret', expires_s: 3600, door: 'loopback' });
}

// Who is signed in. Kept in memory: the demonstration forgets everybody when it ends.

import { randomBytes } from 'node:crypto';

const COOKIE = 'demo-session';
const LIFETIME_MS = 8 * 60 * 60 * 1000; // a working day
const SESSIONS_COUNT_MAX = 10000; // bounded memory; the oldest goes

export function createSessions(now = Date.now) {
  const sessions = new Map(); // id to { name, expiresMs }, oldest first

  return {
    open(name) {
      if (sessions.size >= SESSIONS_COUNT_MAX) sessions.delete(sessions.keys().next().value);
      const id = randomBytes(24).toString('base64url');
      sessions.set(id, { name, expiresMs: now() + LIFETIME_MS });
      return id;
    },
    find(id) {
      const session = sessions.get(id);
      if (session === undefined || session.expiresMs > now()) return session;
      sessions.delete(id);
      return undefined;
    },
    close(id) {
      sessions.delete(id);
    },
  };
}

export function sessionIn(request) {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=');
    if (name === COOKIE) return value;
  }
  return undefined;
}

// The cookie that carries a session; an empty id takes it away.
export function sessionCookie(id, secure) {
  const end = id === '' ? '; Max-Age=0' : '';
  return `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}${end}`;
}

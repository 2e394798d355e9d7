// A mail server as small as a test needs: STARTTLS or TLS from the first byte, AUTH PLAIN and LOGIN, and faults on request.
import net from 'node:net';
import tls from 'node:tls';
import type { Pair } from './certs.ts';
import { freePort } from './ports.ts';
import { atEnd } from './scope.ts';

export interface Mail {
  from: string;
  to: string[];
  data: string;
  secure: boolean;
  user: string | undefined;
}

export interface MailServerOptions {
  pair: Pair;
  user?: string;
  password?: string;
  implicit?: boolean;
  starttls?: boolean;
}

export interface MailServer {
  port: number;
  mails: Mail[];
  /** Every line that came without TLS. */
  clear: string[];
  /** Refuses so many messages with 451 before it takes one. */
  refuse: number;
  stop(): Promise<void>;
}

interface Session {
  socket: net.Socket;
  secure: boolean;
  user: string | undefined;
  from: string;
  to: string[];
  expects: 'command' | 'data' | 'login-user' | 'login-password' | 'plain';
  login: string;
  data: string[];
}

export async function startMailServer(options: MailServerOptions): Promise<MailServer> {
  const server: MailServer = { port: await freePort(), mails: [], clear: [], refuse: 0, stop: async () => {} };
  const secure = { cert: options.pair.cert, key: options.pair.key };
  const sockets = new Set<net.Socket>();

  function check(session: Session, user: string, password: string): string {
    if (user !== options.user || password !== options.password) return '535 5.7.8 Error: authentication failed';
    session.user = user;
    return '235 2.7.0 Authentication successful';
  }

  function plain(session: Session, text: string): string {
    const [, user = '', password = ''] = Buffer.from(text, 'base64').toString().split('\0');
    session.expects = 'command';
    return check(session, user, password);
  }

  function features(session: Session): string {
    const lines = ['mail.example.test'];
    if (!session.secure && options.starttls !== false) lines.push('STARTTLS');
    if (session.secure && options.user !== undefined) lines.push('AUTH PLAIN LOGIN');
    return lines.map((line, i) => `250${i === lines.length - 1 ? ' ' : '-'}${line}`).join('\r\n');
  }

  function auth(session: Session, words: string[]): string {
    if (words[1] === 'PLAIN' && words[2] !== undefined) return plain(session, words[2]);
    session.expects = words[1] === 'PLAIN' ? 'plain' : 'login-user';
    return words[1] === 'PLAIN' ? '334 ' : '334 VXNlcm5hbWU6';
  }

  function command(session: Session, line: string): string {
    const words = line.split(' ');
    switch (words[0]?.toUpperCase()) {
      case 'EHLO': return features(session);
      case 'AUTH': return auth(session, words);
      case 'MAIL':
        if (options.user !== undefined && session.user === undefined) return '530 5.7.0 Authentication required';
        session.from = /<(.*?)>/.exec(line)?.[1] ?? '';
        return '250 2.1.0 Ok';
      case 'RCPT':
        session.to.push(/<(.*?)>/.exec(line)?.[1] ?? '');
        return '250 2.1.5 Ok';
      case 'DATA':
        if (server.refuse > 0) {
          server.refuse--;
          return '451 4.3.0 Try again later, please';
        }
        session.expects = 'data';
        return '354 End data with <CR><LF>.<CR><LF>';
      case 'QUIT': return '221 2.0.0 Bye';
      default: return '502 5.5.2 Error: command not recognized';
    }
  }

  function take(session: Session, line: string): string | undefined {
    switch (session.expects) {
      case 'plain': return plain(session, line);
      case 'login-user':
        session.login = Buffer.from(line, 'base64').toString();
        session.expects = 'login-password';
        return '334 UGFzc3dvcmQ6';
      case 'login-password':
        session.expects = 'command';
        return check(session, session.login, Buffer.from(line, 'base64').toString());
      case 'data':
        if (line !== '.') {
          session.data.push(line.startsWith('.') ? line.slice(1) : line);
          return undefined;
        }
        server.mails.push({ from: session.from, to: session.to, data: session.data.join('\n'), secure: session.secure, user: session.user });
        Object.assign(session, { expects: 'command', data: [], to: [] });
        return '250 2.0.0 Ok: queued';
      default: return command(session, line);
    }
  }

  function listen(session: Session): void {
    let rest = '';
    session.socket.on('error', () => {});
    session.socket.on('data', (bytes: Buffer) => {
      rest += bytes.toString('latin1');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (!session.secure) server.clear.push(line);
        if (session.expects === 'command' && line.toUpperCase() === 'STARTTLS' && options.starttls !== false) {
          session.socket.removeAllListeners('data');
          session.socket.write('220 2.0.0 Ready to start TLS\r\n');
          const upgraded = new tls.TLSSocket(session.socket, { isServer: true, ...secure });
          listen({ ...session, socket: upgraded, secure: true });
          return;
        }
        const reply = take(session, line);
        if (reply !== undefined) session.socket.write(`${reply}\r\n`);
      }
    });
  }

  function greet(socket: net.Socket, isSecure: boolean): void {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    listen({ socket, secure: isSecure, user: undefined, from: '', to: [], expects: 'command', login: '', data: [] });
    socket.write('220 mail.example.test ESMTP\r\n');
  }

  const listener = options.implicit === true ? tls.createServer(secure, (socket) => greet(socket, true)) : net.createServer((socket) => greet(socket, false));
  listener.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => listener.listen(server.port, '127.0.0.1', resolve));
  server.stop = () =>
    new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      listener.close(() => resolve());
    });
  atEnd(() => server.stop());
  return server;
}

/** The text of a message, its transfer encoding undone. */
export function textOf(mail: Mail): string {
  const body = mail.data.slice(mail.data.indexOf('\n\n') + 2);
  const bytes = body.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

export function fieldOf(mail: Mail, name: string): string {
  const head = mail.data.slice(0, mail.data.indexOf('\n\n')).replace(/\n[ \t]+/g, ' ');
  return new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? '';
}

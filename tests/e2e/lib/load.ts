// Keep-alive load that counts failures exactly: every request begun is either a right answer or an entry in `failures`.
import https from 'node:https';
import { connect as tlsConnect } from 'node:tls';
import type http2 from 'node:http2';
import { authority } from './certs.ts';
import { ask, openSession } from './client.ts';
import type { Gateway } from './gateway.ts';

const FAILURES_MAX = 100;

export interface LoadResult {
  done: number;
  failures: string[];
}

export interface Load {
  stop(): Promise<LoadResult>;
  done(): number;
  failures(): string[];
}

export interface LoadOptions {
  host: string;
  path?: string;
  h1Connections?: number;
  h2Connections?: number;
  h2Streams?: number;
  expect?: (text: string) => boolean;
  ca?: string;
}

export async function startLoad(where: Pick<Gateway, 'http' | 'https'>, options: LoadOptions): Promise<Load> {
  const failures: string[] = [];
  let done = 0;
  let stopping = false;
  const path = options.path ?? '/name';
  const right = options.expect ?? ((): boolean => true);
  const ca = options.ca ?? authority.pem;

  async function one(via: 'https' | 'h2', means: { agent?: https.Agent; session?: http2.ClientHttp2Session }): Promise<void> {
    try {
      const reply = await ask(where, { via, host: options.host, path, ca, ...means });
      if (reply.status === 200 && right(reply.text)) done++;
      else failures.push(`${via}: ${reply.status} ${reply.text.slice(0, 80)}`);
    } catch (failure) {
      // Queued here when GOAWAY came, never sent: Node's own HTTP/2 gives it back, and it goes to the next connection.
      const unsent = means.session?.closed === true && /REFUSED_STREAM|GOAWAY_SESSION/.test(String(failure));
      if (!unsent) failures.push(`${via}: ${String(failure)}`);
    }
  }

  async function loopH1(): Promise<void> {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca });
    while (!stopping && failures.length < FAILURES_MAX) await one('https', { agent });
    agent.destroy();
  }

  // A connection that says GOAWAY is left for another one, as every client does; a request it lost is a failure.
  async function loopH2(): Promise<void> {
    while (!stopping && failures.length < FAILURES_MAX) {
      let leaving = false;
      const session = await openSession(where, options.host, { ca, createConnection: () => tlsConnect({ host: '127.0.0.1', port: where.https, servername: options.host, ca, ALPNProtocols: ['h2'] }) });
      session.on('goaway', () => (leaving = true));
      session.on('close', () => (leaving = true));
      const isUsable = (): boolean => !stopping && !leaving && !session.closed && !session.destroyed && failures.length < FAILURES_MAX;
      await Promise.all(Array.from({ length: options.h2Streams ?? 4 }, async () => {
        while (isUsable()) await one('h2', { session });
      }));
      session.destroy();
    }
  }

  const loops = [
    ...Array.from({ length: options.h1Connections ?? 8 }, () => loopH1()),
    ...Array.from({ length: options.h2Connections ?? 2 }, () => loopH2()),
  ].map((loop) => loop.catch((failure: unknown) => void failures.push(String(failure))));
  return {
    done: () => done,
    failures: () => failures,
    async stop() {
      stopping = true;
      await Promise.all(loops);
      return { done, failures };
    },
  };
}

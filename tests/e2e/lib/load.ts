// Keep-alive load that counts failures exactly: every request begun is either a right answer or an entry in `failures`.
import https from 'node:https';
import type http2 from 'node:http2';
import { authority } from './certs.ts';
import { ask, openSession } from './client.ts';
import type { Gateway } from './gateway.ts';

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
}

export async function startLoad(where: Pick<Gateway, 'http' | 'https'>, options: LoadOptions): Promise<Load> {
  const failures: string[] = [];
  let done = 0;
  let stopping = false;
  const path = options.path ?? '/name';
  const right = options.expect ?? ((): boolean => true);

  async function one(via: 'https' | 'h2', means: { agent?: https.Agent; session?: http2.ClientHttp2Session }): Promise<void> {
    try {
      const reply = await ask(where, { via, host: options.host, path, ...means });
      if (reply.status === 200 && right(reply.text)) done++;
      else failures.push(`${via}: ${reply.status} ${reply.text.slice(0, 80)}`);
    } catch (failure) {
      failures.push(`${via}: ${String(failure)}`);
    }
  }

  async function loop(via: 'https' | 'h2', means: { agent?: https.Agent; session?: http2.ClientHttp2Session }): Promise<void> {
    while (!stopping && failures.length < 1000) await one(via, means);
  }

  const loops: Promise<void>[] = [];
  const endings: (() => void)[] = [];
  for (let i = 0; i < (options.h1Connections ?? 8); i++) {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca: authority.pem });
    endings.push(() => agent.destroy());
    loops.push(loop('https', { agent }));
  }
  for (let i = 0; i < (options.h2Connections ?? 2); i++) {
    const session = await openSession(where, options.host);
    endings.push(() => session.destroy());
    for (let j = 0; j < (options.h2Streams ?? 4); j++) loops.push(loop('h2', { session }));
  }
  return {
    done: () => done,
    failures: () => failures,
    async stop() {
      stopping = true;
      await Promise.all(loops);
      for (const end of endings) end();
      return { done, failures };
    },
  };
}

// Free ports below the ephemeral range, so that no outgoing connection of another test can take one in between.
import { createServer } from 'node:net';

const FIRST = 10_000;
const COUNT = 22_000;
let next = (process.pid * 131) % COUNT;

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 1000; tries++) {
    const port = FIRST + next;
    next = (next + 7) % COUNT;
    if ((await isFree(port, '0.0.0.0')) && (await isFree(port, '::1'))) return port;
  }
  throw new Error('no free port found');
}

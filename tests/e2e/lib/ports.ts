// Free ports below the ephemeral range, so that no outgoing connection of another test can take one in between. A port that was given out
// stays this process's until it ends, whether or not anybody listens there: two files that run at once are given different ones, what was
// stopped finds its port again, and where a test wants nobody to be, nobody is.
import dgram from 'node:dgram';
import { createServer } from 'node:net';

const FIRST = 10_000;
const COUNT = 22_000;
// Who holds this address at a port (of UDP, which is in nobody's way) has the port. The kernel lets go of it when the process is gone.
const HELD_AT = '127.77.77.77';
let next = (process.pid * 131) % COUNT;

function hold(port: number): Promise<dgram.Socket | undefined> {
  return new Promise((resolve) => {
    const holder = dgram.createSocket('udp4');
    holder.once('error', () => holder.close(() => resolve(undefined)));
    holder.bind({ port, address: HELD_AT, exclusive: true }, () => resolve(holder.unref()));
  });
}

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
    const holder = await hold(port);
    if (holder === undefined) continue;
    if ((await isFree(port, '0.0.0.0')) && (await isFree(port, '::1'))) return port;
    holder.close();
  }
  throw new Error('no free port found');
}

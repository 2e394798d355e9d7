// Sockets that belong to another network namespace, held by the test's own process: a helper in there opens them and hands them over.
import { type ChildProcess, spawn } from 'node:child_process';
import net from 'node:net';
import type { Namespace } from './netns.ts';
import { atEnd } from './scope.ts';
import { within } from './wait.ts';

export interface Inside {
  listen(address: string, port: number): Promise<net.Server>;
  connect(port: number): Promise<net.Socket>;
}

const HELPER = `
const net = require('node:net');
process.on('message', ({ id, address, port }) => {
  const fail = (failure) => process.send({ id, failure: String(failure) });
  if (address === undefined) {
    const socket = net.connect({ host: '127.0.0.1', port }, () => process.send({ id }, socket));
    socket.once('error', fail);
  } else {
    const server = net.createServer();
    server.once('error', fail);
    // Answered when nobody listens here any more: a connection taken here would never be.
    server.listen(port, address, () => process.send({ id: -id }, server, () => server.close(() => process.send({ id }))));
  }
});
process.on('disconnect', () => process.exit());
process.send({ id: 0 });
`;

interface Answer {
  /** Of the request; negative: there is more to come. */
  id: number;
  failure?: string;
}

type Handle = net.Server | net.Socket;

function asker(child: ChildProcess): (what: string, id: number, request?: object) => Promise<Handle | undefined> {
  return (what, id, request) => within(what, new Promise((resolve, reject) => {
    let handle: Handle | undefined;
    const answered = (answer: Answer, given?: unknown): void => {
      if (Math.abs(answer.id) !== id) return;
      handle ??= given as Handle | undefined;
      if (answer.id < 0) return;
      child.off('message', answered as never);
      if (answer.failure !== undefined) reject(new Error(`${what}: ${answer.failure}`));
      else resolve(handle);
    };
    child.on('message', answered as never);
    if (request !== undefined) child.send({ id, ...request });
  }));
}

export async function reachInside(namespace: Namespace): Promise<Inside> {
  const { file, args } = namespace.enter(process.execPath, ['-e', HELPER]);
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', file, ...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  atEnd(() => child.connected && child.disconnect());
  const ask = asker(child);
  await ask('the helper in the namespace', 0);
  let count = 0;
  return {
    listen: async (address, port) => (await ask(`listen on ${address}:${port}`, ++count, { address, port })) as net.Server,
    connect: async (port) => (await ask(`connect to port ${port}`, ++count, { port })) as net.Socket,
  };
}

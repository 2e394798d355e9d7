// Sites that misbehave below HTTP, each at an address of its own in a namespace: what a server of Node's would not let a test do, down to the bytes of the handshake.
import type net from 'node:net';
import tls from 'node:tls';
import { type Pair, authority } from './certs.ts';
import { BINARY } from './gateway.ts';
import { type Inside, reachInside } from './inside.ts';
import { type Command, createNamespace } from './netns.ts';
import { atEnd } from './scope.ts';
import { FIELD } from './farm.ts';

/** What a connection meets. */
export type Serve = (socket: net.Socket) => void;
export type Port = Serve | { tls: Serve; pair?: Pair; options?: tls.TlsOptions };

export interface Site {
  name: string;
  /** At port 443; a good site unless given, nobody with null. */
  secure?: Port | null;
  /** At port 80; a redirect to HTTPS unless given, nobody with null. */
  plain?: Serve | null;
}

export interface Hostile {
  strictgate(...args: string[]): Command;
}

/** Once the head of a request is there. */
export const asked = (answer: (socket: net.Socket, path: string) => void): Serve => (socket) => {
  let text = '';
  socket.on('data', function take(piece: Buffer) {
    text += piece.toString('latin1');
    if (!text.includes('\r\n\r\n')) return;
    socket.off('data', take);
    socket.resume();
    answer(socket, text.split(' ')[1] ?? '/');
  });
};

/** Bytes, and then the end. */
export const says = (text: string): Serve => asked((socket) => socket.end(Buffer.from(text, 'latin1')));
/** Bytes, and then nothing. */
export const saysAndStays = (text: string): Serve => asked((socket) => socket.write(Buffer.from(text, 'latin1')));
export const page = (fields = `Strict-Transport-Security: ${FIELD}\r\n`): string => `HTTP/1.1 200 OK\r\n${fields}Content-Length: 2\r\n\r\nhi`;
export const moved = (location: string, fields = ''): string => `HTTP/1.1 301 Moved\r\nLocation: ${location}\r\n${fields}Content-Length: 0\r\n\r\n`;
export const silent: Serve = (socket) => socket.resume();

/** `first`, and then `more` again and again, as quickly as it is taken. */
export const floods = (first: string, more: string): Serve => asked((socket) => {
  const piece = Buffer.from(more.repeat(Math.ceil(16_384 / more.length)), 'latin1');
  const go = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', go);
  socket.write(Buffer.from(first, 'latin1'));
  go();
});

/** `first`, and then `more` again and again, a byte every few milliseconds. */
export const drips = (first: string, more: string): Serve => asked((socket) => {
  let at = 0;
  socket.write(Buffer.from(first, 'latin1'));
  const timer = setInterval(() => socket.write(more[at++ % more.length] ?? ''), 20);
  socket.on('close', () => clearInterval(timer));
});

export const later = (ms: number, text: string): Serve => asked((socket) => {
  const timer = setTimeout(() => socket.end(Buffer.from(text, 'latin1')), ms);
  socket.on('close', () => clearTimeout(timer));
});

function serve(port: Port, usual: Pair): net.Server | Serve {
  if (typeof port === 'function') return port;
  const { cert, key } = port.pair ?? usual;
  return tls.createServer({ cert, key, ...port.options }, port.tls);
}

async function open(inside: Inside, address: string, number: number, port: Port, usual: Pair): Promise<void> {
  const sockets = new Set<net.Socket>();
  const listener = await inside.listen(address, number);
  const served = serve(port, usual);
  const server = typeof served === 'function' ? listener.on('connection', served) : served.listen(listener);
  server.on('tlsClientError', () => {});
  for (const event of ['connection', 'secureConnection']) server.on(event, (socket: net.Socket) => (sockets.add(socket), socket.on('error', () => {}), socket.once('close', () => sockets.delete(socket))));
  atEnd(() => (server.close(), sockets.forEach((socket) => socket.destroy())));
}

/** No www. of these names has an address. */
export async function startHostile(sites: Site[]): Promise<Hostile> {
  const address = (index: number): string => `127.1.${index >> 8}.${1 + (index & 255)}`;
  const namespace = await createNamespace([], { hosts: Object.fromEntries(sites.map(({ name }, index) => [address(index), [name]])), trust: [authority.file] });
  const inside = await reachInside(namespace);
  const usual = await authority.issue(sites.map(({ name }) => name));
  for (const [index, { name, secure, plain }] of sites.entries()) {
    if (secure !== null) await open(inside, address(index), 443, secure ?? { tls: says(page()) }, usual);
    if (plain !== null) await open(inside, address(index), 80, plain ?? says(moved(`https://${name}/`)), usual);
  }
  return { strictgate: (command, ...args) => namespace.enter(BINARY, [command ?? '', '--root', authority.file, ...args]) };
}

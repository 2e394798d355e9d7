// One request, one reply, with every field as it came over the wire: over plain HTTP, HTTPS or HTTP/2.
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import type { Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { authority } from './certs.ts';
import type { Gateway } from './gateway.ts';

export type Via = 'http' | 'https' | 'h2';

export interface Ask {
  via?: Via;
  host: string;
  path?: string;
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  port?: number;
  address?: string;
  agent?: http.Agent;
  session?: http2.ClientHttp2Session;
  hostField?: string;
  ca?: string;
  timeoutMs?: number;
}

export interface Reply {
  status: number;
  fields: [string, string][];
  field(name: string): string | undefined;
  all(name: string): string[];
  body: Buffer;
  text: string;
  trailers: Record<string, string | string[] | undefined>;
  informational: number[];
}

type Where = Pick<Gateway, 'http' | 'https'>;

function pairs(raw: readonly string[]): [string, string][] {
  const out: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) out.push([raw[i] ?? '', raw[i + 1] ?? '']);
  return out;
}

function makeReply(status: number, raw: readonly string[], body: Buffer, trailers: Reply['trailers'], informational: number[]): Reply {
  const fields = pairs(raw);
  const all = (name: string): string[] => fields.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  return { status, fields, all, field: (name) => all(name)[0], body, text: body.toString(), trailers, informational };
}

export async function ask(where: Where, question: Ask): Promise<Reply> {
  return question.via === 'h2' ? askH2(where, question) : askH1(where, question);
}

function askH1(where: Where, question: Ask): Promise<Reply> {
  const secure = question.via !== 'http';
  const port = question.port ?? (secure ? where.https : where.http);
  return new Promise((resolve, reject) => {
    const informational: number[] = [];
    const options: https.RequestOptions = {
      host: question.address ?? '127.0.0.1',
      port,
      method: question.method ?? 'GET',
      path: question.path ?? '/',
      headers: { host: question.hostField ?? `${question.host}:${port}`, ...question.headers },
      agent: question.agent ?? false,
      timeout: question.timeoutMs ?? 15_000,
      ...(secure ? { servername: question.host, ca: question.ca ?? authority.pem } : {}),
    };
    const request = (secure ? https : http).request(options, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('error', reject);
      response.once('end', () =>
        resolve(makeReply(response.statusCode ?? 0, response.rawHeaders, Buffer.concat(pieces), response.trailers, informational)));
    });
    request.on('information', (info) => informational.push(info.statusCode));
    request.once('timeout', () => request.destroy(new Error(`no answer: ${question.method ?? 'GET'} ${question.path ?? '/'}`)));
    request.once('error', reject);
    request.once('upgrade', (response: http.IncomingMessage, socket: Socket) => {
      socket.destroy();
      resolve(makeReply(response.statusCode ?? 0, response.rawHeaders, Buffer.alloc(0), {}, informational));
    });
    request.end(question.body);
  });
}

export function openSession(where: Where, host: string, options: http2.SecureClientSessionOptions = {}): Promise<http2.ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    const session = http2.connect(`https://${host}:${where.https}`, {
      ca: authority.pem,
      createConnection: () => tlsConnect({ host: '127.0.0.1', port: where.https, servername: host, ca: authority.pem, ALPNProtocols: ['h2'] }),
      ...options,
    });
    session.once('error', reject);
    session.once('close', () => reject(new Error('closed before its settings came')));
    session.once('remoteSettings', () => {
      session.removeListener('error', reject);
      session.on('error', () => {});
      resolve(session);
    });
  });
}

async function askH2(where: Where, question: Ask): Promise<Reply> {
  const session = question.session ?? (await openSession(where, question.host));
  try {
    return await askOnSession(session, where, question);
  } finally {
    if (question.session === undefined) session.destroy();
  }
}

function askOnSession(session: http2.ClientHttp2Session, where: Where, question: Ask): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const informational: number[] = [];
    const stream = session.request({
      ':method': question.method ?? 'GET',
      ':path': question.path ?? '/',
      ':authority': question.hostField ?? `${question.host}:${where.https}`,
      ':scheme': 'https',
      ...question.headers,
    }, { endStream: question.body === undefined });
    let status = 0;
    let raw: readonly string[] = [];
    let trailers: Reply['trailers'] = {};
    const pieces: Buffer[] = [];
    stream.setTimeout(question.timeoutMs ?? 15_000, () => stream.destroy(new Error(`no answer: ${question.path ?? '/'}`)));
    stream.on('headers', (headers) => informational.push(Number(headers[':status'])));
    stream.once('response', (...args: unknown[]) => {
      status = Number((args[0] as http2.IncomingHttpHeaders)[':status']);
      raw = (args[2] ?? []) as string[];
    });
    stream.once('trailers', (fields) => (trailers = fields as Reply['trailers']));
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.once('error', reject);
    stream.once('close', () => {
      if (status === 0) reject(new Error(`stream closed without a response (code ${stream.rstCode})`));
      else if (stream.rstCode !== 0) reject(new Error(`stream reset with code ${stream.rstCode} after status ${status}`));
      else resolve(makeReply(status, raw, Buffer.concat(pieces), trailers, informational));
    });
    if (question.body !== undefined) stream.end(question.body);
  });
}

export function hstsOf(reply: Reply): string[] {
  return reply.all('strict-transport-security');
}

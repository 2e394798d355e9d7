// HTTP/2 frames by hand, for what no well-behaved client would send.
import { type RawClient, connectTls } from './raw.ts';
import { HANG_MS, until } from './wait.ts';

export const FRAME = { data: 0, headers: 1, priority: 2, reset: 3, settings: 4, push: 5, ping: 6, goaway: 7, windowUpdate: 8, continuation: 9 } as const;
export const FLAG = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const;
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export interface Frame {
  type: number;
  flags: number;
  stream: number;
  payload: Buffer;
}

export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export function settings(values: [number, number][] = []): Buffer {
  const payload = Buffer.alloc(values.length * 6);
  values.forEach(([key, value], i) => {
    payload.writeUInt16BE(key, i * 6);
    payload.writeUInt32BE(value, i * 6 + 2);
  });
  return frame(FRAME.settings, 0, 0, payload);
}

export function reset(stream: number, code = 8): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(code);
  return frame(FRAME.reset, 0, stream, payload);
}

export function windowUpdate(stream: number, amount: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(amount);
  return frame(FRAME.windowUpdate, 0, stream, payload);
}

function integer(value: number, prefixBits: number, first: number): Buffer {
  const limit = (1 << prefixBits) - 1;
  if (value < limit) return Buffer.from([first | value]);
  const out = [first | limit];
  let rest = value - limit;
  while (rest >= 128) {
    out.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
  return Buffer.from(out);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  return Buffer.concat([integer(bytes.length, 7, 0), bytes]);
}

// Literal fields without indexing and without Huffman coding (RFC 7541 section 6.2.2); `indexed` enters them into the table.
export function block(fields: [string, string][], indexed = false): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([indexed ? 0x40 : 0]), text(name), text(value)]));
}

export function indexedField(index: number): Buffer {
  return integer(index, 7, 0x80);
}

export function requestFields(host: string, path = '/', method = 'GET'): [string, string][] {
  return [[':method', method], [':scheme', 'https'], [':path', path], [':authority', host]];
}

export function headers(stream: number, fields: [string, string][], endStream = true): Buffer {
  return frame(FRAME.headers, FLAG.endHeaders | (endStream ? FLAG.endStream : 0), stream, block(fields));
}

export function parseFrames(bytes: Buffer): Frame[] {
  const out: Frame[] = [];
  let at = 0;
  while (at + 9 <= bytes.length) {
    const size = bytes.readUIntBE(at, 3);
    if (at + 9 + size > bytes.length) break;
    out.push({ type: bytes.readUInt8(at + 3), flags: bytes.readUInt8(at + 4), stream: bytes.readUInt32BE(at + 5) & 0x7fffffff, payload: bytes.subarray(at + 9, at + 9 + size) });
    at += 9 + size;
  }
  return out;
}

export interface H2Client extends RawClient {
  frames(): Frame[];
  goaway(): number | undefined;
  untilFrame(what: string, match: (frame: Frame) => boolean, timeoutMs?: number): Promise<Frame>;
}

export async function connectH2(port: number, servername: string, initial: [number, number][] = []): Promise<H2Client> {
  const client = await connectTls({ port, servername, alpn: ['h2'] });
  client.send(Buffer.concat([PREFACE, settings(initial)]));
  const frames = (): Frame[] => parseFrames(client.bytes());
  const h2: H2Client = Object.assign(client, {
    frames,
    goaway: () => frames().find((one) => one.type === FRAME.goaway)?.payload.readUInt32BE(4),
    untilFrame: (what: string, match: (frame: Frame) => boolean, timeoutMs = HANG_MS) =>
      until(what, () => frames().find(match), timeoutMs),
  });
  await h2.untilFrame('the peer sends SETTINGS', (one) => one.type === FRAME.settings && (one.flags & FLAG.ack) === 0);
  client.send(frame(FRAME.settings, FLAG.ack, 0));
  return h2;
}

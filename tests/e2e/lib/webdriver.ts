// WebDriver as it is spoken: one JSON request, one JSON answer (https://www.w3.org/TR/webdriver2/), to a driver in a namespace.
import http from 'node:http';
import type { Inside } from './inside.ts';

export type Ask = (method: string, path: string, body?: object) => Promise<unknown>;

interface Reply {
  value: { error?: string; message?: string } | null;
}

export function webDriver(inside: Inside, port: number): Ask {
  return async (method, path, body) => {
    const socket = await inside.connect(port);
    const payload = body === undefined ? '' : JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload), connection: 'close' };
    return new Promise((resolve, reject) => {
      const request = http.request({ createConnection: () => socket, host: '127.0.0.1', method, path, headers, timeout: 60_000 }, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', reject);
        response.on('end', () => {
          const { value } = JSON.parse(Buffer.concat(pieces).toString()) as Reply;
          if (typeof value?.error === 'string') reject(new Error(`${method} ${path}: ${value.error}: ${value.message ?? ''}`));
          else resolve(value);
        });
      });
      request.once('timeout', () => request.destroy(new Error(`${method} ${path}: no answer from the driver`)));
      request.once('error', reject);
      request.end(payload);
    });
  };
}

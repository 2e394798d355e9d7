// A server in the test: answers by method and URL, and remembers what was asked.
import { vi } from 'vitest';

export interface Asked {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

export interface Reply {
  status?: number;
  json?: unknown;
  headers?: Record<string, string>;
}

type Answer = Reply | ((asked: Asked) => Reply | Promise<Reply>);

export interface Server {
  asked: Asked[];
  on(call: string, answer: Answer): void; // "GET /v1/status"
}

function responseOf({ status = 200, json, headers = {} }: Reply): Response {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  return new Response(json === undefined ? null : JSON.stringify(json), { status, headers: { 'content-type': type, ...headers } });
}

export function startServer(): Server {
  const answers = new Map<string, Answer>();
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}): Promise<Response> => {
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : init.body;
    const one = { method: init.method ?? 'GET', url, headers: init.headers as Record<string, string>, body };
    asked.push(one);
    const answer = answers.get(`${one.method} ${url}`);
    if (answer === undefined) return responseOf({ status: 404, json: { status: 404, title: 'Not Found', detail: `nothing at ${url}`, code: 'not_found' } });
    return responseOf(typeof answer === 'function' ? await answer(one) : answer);
  });
  return { asked, on: (call, answer) => void answers.set(call, answer) };
}

export function problem(status: number, code: string, more: Record<string, unknown> = {}): Reply {
  return { status, json: { type: 'about:blank', title: 'Refused', status, detail: 'It was refused.', code, ...more } };
}

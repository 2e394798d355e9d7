// What went wrong, as the server tells it (RFC 9457), or in the same form what happened on the way there.
import type { components } from './schema';

export type Guard = components['schemas']['Guard'];

export interface Problem {
  status: number; // 0: there was no answer
  code: string;
  title: string;
  detail: string;
  field?: string;
  fix?: string;
  guards?: Guard[];
  retryAfterSeconds?: number;
}

export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail !== '' ? problem.detail : problem.title);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

// The server's code for what needs a fresh proof (proof.ts); a page sees it only when none was given.
export const PROOF_NEEDED = 'proof_needed';
// Codes of problems that this side found.
export const UNREACHABLE = 'unreachable';
export const TIMED_OUT = 'timed_out';
export const UNEXPECTED = 'unexpected';

function text(from: Record<string, unknown>, name: string): string | undefined {
  const value = from[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

// Whatever a server or something between us and it answered becomes a problem that can be shown.
export async function problemOf(response: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(await response.text());
    if (typeof parsed === 'object' && parsed !== null) body = parsed as Record<string, unknown>;
  } catch {
    // Not a problem document: the status says what there is to say.
  }
  const field = text(body, 'field');
  const fix = text(body, 'fix');
  const guards = Array.isArray(body['guards']) ? (body['guards'] as Guard[]) : undefined;
  const wait = retryAfter(response);
  return {
    status: response.status,
    code: text(body, 'code') ?? UNEXPECTED,
    title: text(body, 'title') ?? (response.statusText !== '' ? response.statusText : `HTTP ${response.status}`),
    detail: text(body, 'detail') ?? '',
    ...(field !== undefined && { field }),
    ...(fix !== undefined && { fix }),
    ...(guards !== undefined && { guards }),
    ...(wait !== undefined && { retryAfterSeconds: wait }),
  };
}

// Anything thrown, as a problem.
export function problemFrom(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  return { status: 0, code: UNEXPECTED, title: '', detail: error instanceof Error ? error.message : String(error) };
}

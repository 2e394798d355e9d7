import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };

const DAY_MS = 86_400_000;

/** Who waits so long waits for nothing; it is no bound of what is tested, and a machine may be busy. */
export const HANG_MS = 20_000;

/** Days, and weeks, of what is counted begin at midnight (UTC): when it comes so soon that a test might be half before and half after it, it is waited for. */
export async function afterMidnightWithin(ms: number): Promise<void> {
  const leftMs = DAY_MS - (Date.now() % DAY_MS);
  if (leftMs < ms) await sleep(leftMs + 1000);
}

/** Gives up only after a probe that was begun when the time was over: whoever stood still meanwhile looks once more. */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = HANG_MS,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    const isLast = Date.now() > deadline;
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
    } catch (failure) {
      last = failure;
    }
    if (isLast) {
      throw new Error(`not within ${timeoutMs} ms: ${what}${last === undefined ? '' : ` (${String(last)})`}`);
    }
    await sleep(20);
  }
}

export async function within<T>(what: string, promise: Promise<T>, timeoutMs = HANG_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    // What has come already while this process stood still is taken first.
    timer = setTimeout(() => setImmediate(reject, new Error(`not within ${timeoutMs} ms: ${what}`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

import { describe, expect, it, vi } from 'vitest';
import { createCache } from './cache';
import { concerns } from './concerns';
import { changeOf, createGatherer } from './events';
import { ApiError } from './problem';
import type { Answer } from './request';

const answered = (body: unknown): Answer => ({ status: 200, etag: undefined, body });
const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

describe('the cache', () => {
  it('asks once however many watch', async () => {
    const fetcher = vi.fn(() => Promise.resolve(answered(1)));
    const cache = createCache(fetcher);
    cache.watch('/a', () => undefined);
    cache.watch('/a', () => undefined);
    await settle();
    cache.watch('/a', () => undefined);
    expect(fetcher).toHaveBeenCalledTimes(1);
    expect(cache.read('/a').data).toBe(1);
  });

  it('asks anew for what is watched and concerned, and for the rest when it is watched again', async () => {
    const fetcher = vi.fn((url: string) => Promise.resolve(answered(url)));
    const cache = createCache(fetcher);
    cache.watch('/a', () => undefined);
    const leave = cache.watch('/b', () => undefined);
    await settle();
    leave();
    cache.invalidate((url) => url !== '/c');
    await settle();
    expect(fetcher.mock.calls.map(([url]) => url)).toEqual(['/a', '/b', '/a']);
    cache.watch('/b', () => undefined);
    await settle();
    expect(fetcher).toHaveBeenCalledTimes(4);
  });

  it('keeps what was there while it asks, and when that fails', async () => {
    let turn = 0;
    const cache = createCache(() => (turn++ === 0 ? Promise.resolve(answered('old')) : Promise.reject(new Error('away'))));
    cache.watch('/a', () => undefined);
    await settle();
    cache.refetch('/a');
    expect(cache.read('/a')).toMatchObject({ data: 'old', loading: true });
    await settle();
    expect(cache.read('/a')).toMatchObject({ data: 'old', loading: false, problem: { detail: 'away' } });
  });

  it('does not keep what is gone', async () => {
    let turn = 0;
    const gone = new ApiError({ status: 404, code: 'not_found', title: '', detail: 'gone' });
    const cache = createCache(() => (turn++ === 0 ? Promise.resolve(answered('old')) : Promise.reject(gone)));
    cache.watch('/a', () => undefined);
    await settle();
    cache.refetch('/a');
    await settle();
    expect(cache.read('/a').data).toBeUndefined();
  });

  it('asks once more when it changed while it was being asked for', async () => {
    const waiting: ((answer: Answer) => void)[] = [];
    const fetcher = vi.fn(() => new Promise<Answer>((done) => waiting.push(done)));
    const cache = createCache(fetcher);
    cache.watch('/a', () => undefined);
    cache.invalidate(() => true);
    cache.invalidate(() => true);
    waiting[0]?.(answered('old'));
    await settle();
    waiting[1]?.(answered('new'));
    await settle();
    expect(fetcher).toHaveBeenCalledTimes(2);
    expect(cache.read('/a')).toMatchObject({ data: 'new', loading: false });
  });

  it('forgets what nobody watches rather than grow without bound', async () => {
    const cache = createCache((url) => Promise.resolve(answered(url)));
    const watched = cache.watch('/kept', () => undefined);
    for (let i = 0; i < 300; i++) cache.watch(`/${i}`, () => undefined)();
    await settle();
    for (let i = 300; i < 600; i++) cache.watch(`/${i}`, () => undefined)();
    await settle();
    expect(cache.read('/kept').data).toBe('/kept');
    expect(cache.read('/0').data).toBeUndefined();
    watched();
  });
});

describe('what a change concerns', () => {
  const some = new Set(['a.example']);
  it.each([
    ['/v1/status', some, true],
    ['/v1/sites/a.example', some, true],
    ['/v1/sites/a.example/hsts', some, true],
    ['/v1/sites/b.example/hsts', some, false],
    ['/v1/sites/b.example', null, true],
    ['/v1/session', null, false],
    ['/v1/audit?site=b.example', some, true],
  ])('%s', (url, sites, is) => {
    expect(concerns(url, sites)).toBe(is);
  });
});

describe('events', () => {
  it('are read as they come, and what is none stands for all', () => {
    expect(changeOf('{"generation":4,"sites":["a"]}')).toEqual({ generation: 4, sites: ['a'] });
    expect(changeOf('{"generation":4,"sites":null}')).toEqual({ generation: 4, sites: null });
    expect(changeOf('garbage')).toEqual({ generation: 0, sites: null });
  });

  it('in quick succession are one change', async () => {
    vi.useFakeTimers();
    const apply = vi.fn();
    const gather = createGatherer(apply);
    gather({ generation: 1, sites: ['a'] });
    gather({ generation: 2, sites: ['b'] });
    await vi.runAllTimersAsync();
    gather({ generation: 3, sites: ['c'] });
    gather({ generation: 4, sites: null });
    await vi.runAllTimersAsync();
    vi.useRealTimers();
    expect(apply.mock.calls).toEqual([[new Set(['a', 'b'])], [null]]);
  });
});

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BINARY } from './lib/gateway.ts';
import { run, runOk } from './lib/process.ts';
import { temporaryDirectory } from './lib/scope.ts';

const directory = temporaryDirectory();

interface Simulated {
  visitors: number;
  days: number;
  source: { kind: string; seed?: number; visits?: number; day_0?: string };
  plan: { from_s: number; max_age: number | null; include_subdomains?: boolean }[];
  peak: { day: number; bound: number };
  release: { day: number; bound: number; free: { percent: number; day: number }[] } | null;
  failure: { day: number; locked_out: number; locked_out_below: number; come_by: number; free_day: number } | null;
  bound: number[];
  bound_below: number[];
}

async function simulate(...options: string[]): Promise<Simulated> {
  return JSON.parse(await runOk(BINARY, ['simulate', '--json', ...options])) as Simulated;
}

test('the ladder, a release and a failure, as numbers that belong together', async () => {
  const all = await simulate('--visitors', '5000', '--release-on', '400', '--fail-on', '500');
  assert.deepEqual(all.plan.map((step) => step.max_age), [300, 86400, 604800, 2592000, 31536000, 0]);
  assert.equal(all.bound[all.peak.day], all.peak.bound);
  assert.equal(Math.max(...all.bound), all.peak.bound);
  assert.ok(all.release && all.failure);
  assert.equal(all.release.bound, all.bound[399]);
  for (const { percent, day } of all.release.free) {
    const kept = all.release.bound - Math.ceil(all.release.bound * percent / 100);
    assert.ok((all.bound[day] ?? 0) <= kept, `${percent} % on day ${day}`);
    assert.ok((all.bound[day - 1] ?? 0) > kept, `${percent} % not before day ${day}`);
  }
  assert.equal(all.failure.locked_out, all.bound[499]);
  assert.equal(all.failure.free_day, all.bound.length - 1);
  assert.ok(all.failure.come_by > 0 && all.failure.come_by < all.failure.locked_out);
  assert.equal(all.bound.at(-1), 0);
  assert.ok(all.bound_below.every((count) => count === 0));
});

test('the same seed gives the same answer, another one another', async () => {
  const [one, two, three] = await Promise.all([simulate('--seed', '5'), simulate('--seed', '5'), simulate('--seed', '6')]);
  assert.deepEqual(one, two);
  assert.notDeepEqual(one.bound, three.bound);
});

test('a log of visits by day', async () => {
  const log = join(directory, 'visits.txt');
  writeFileSync(log, '# who when\n192.0.2.7 2026-11-23\n192.0.2.8,23/Nov/2026:10:00:00,none\n192.0.2.7 2026-11-27T08:00:00Z\n');
  const all = await simulate('--log', log, '--plan', '86400+subdomains@0');
  assert.deepEqual(all.source, { kind: 'log', visits: 3, day_0: '2026-11-23' });
  assert.equal(all.visitors, 2);
  assert.deepEqual(all.bound, [1, 0, 0, 0, 1, 0]);
  assert.deepEqual(all.bound_below, all.bound);
});

test('the picture fits 80 columns, in Unicode where the locale has it, without an escape sequence', async () => {
  for (const [locale, block] of [['C.UTF-8', '█'], ['C', '#']] as const) {
    const text = await runOk(BINARY, ['simulate', '--release-on', '300', '--include-subdomains'], { env: { LC_ALL: locale } });
    assert.ok(text.includes(block), locale);
    assert.ok(!text.includes('\x1b'));
    if (locale === 'C') assert.match(text, /^[\x20-\x7e\n]*$/);
    for (const line of text.split('\n')) assert.ok([...line].length <= 80, line);
  }
});

test('the picture as a file', async () => {
  const svg = join(directory, 'bound.svg');
  await runOk(BINARY, ['simulate', '--svg', svg, '--plan', '86400@0,86400+subdomains@10', '--days', '30']);
  const text = readFileSync(svg, 'utf8');
  assert.match(text, /^<svg xmlns[^]*<\/svg>\n$/);
  assert.equal(text.match(/<polyline/g)?.length, 2);
});

test('exit status 2, the option, the reason and what to do', async () => {
  const log = join(directory, 'bad.txt');
  writeFileSync(log, 'a 2026-11-23\nb someday\n');
  const cases: [string[], RegExp][] = [
    [['--plan', '1d@0'], /error: --plan: "1d" is no max-age/],
    [['--fail-on', '9999'], /error: --fail-on: "9999"/],
    [['--log', log], /error: --log: .*bad\.txt: line 2: "someday"/],
    [['--log', join(directory, 'none.txt')], /error: --log: .*none\.txt/],
  ];
  for (const [options, says] of cases) {
    const ran = await run(BINARY, ['simulate', ...options]);
    assert.equal(ran.code, 2);
    assert.equal(ran.stdout, '');
    assert.match(ran.stderr, says);
    assert.match(ran.stderr, /^fix: ./m);
  }
});

test('the guide shows what the program says', async () => {
  const guide = readFileSync(new URL('../../docs/guide/simulate.md', import.meta.url), 'utf8');
  const [, options = '', shown = ''] = /\n {4}strictgate simulate (--visitors .*)\n\n((?: {4}.*\n|\n)+)/.exec(guide) ?? [];
  const said = await runOk(BINARY, ['simulate', ...options.split(' ')], { env: { LC_ALL: 'C.UTF-8' } });
  assert.equal(shown.replace(/^ {4}/gm, '').trimEnd(), said.trimEnd());
});

// "strictgate scan" over a list of domains: every one judged once, many at a time, politely, and gone on with where it stopped.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Domain, FIELD, hsts, startFarm } from './lib/farm.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { until } from './lib/wait.ts';

const COUNT = 40;
const KINDS: Omit<Domain, 'name' | 'exit'>[] = [
  { codes: [] },
  { codes: ['response.no_header'], https: () => ({}) },
  { codes: ['header.parse.empty_directive'], https: () => hsts(`${FIELD};`) },
  { codes: ['redirects.http.no_redirect'], http: () => ({}) },
];
const DOMAINS = Array.from({ length: COUNT }, (_, i): Domain => ({ name: `d${i}.test`, exit: 0, ...KINDS[i % KINDS.length]! }));
const CROWD = 4;
const farm = await startFarm(DOMAINS, [], 20, CROWD);
const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const NAMES = DOMAINS.map(({ name }) => name);

interface Line {
  line: number;
  domain: string;
  verdict: string;
  errors: string[];
  warnings: string[];
  field: string | null;
}

const lines = (text: string): Line[] => text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Line);

function expectAll(found: Line[], first = 1): void {
  assert.equal(found.length, COUNT);
  for (const { line, domain, errors, warnings, verdict } of found) {
    const index = NAMES.indexOf(domain);
    assert.equal(line, index + first);
    assert.deepEqual([...errors, ...warnings], DOMAINS[index]?.codes);
    assert.equal(verdict, errors.length > 0 ? 'errors' : warnings.length > 0 ? 'warnings' : 'good');
  }
}

test('every domain of a list is judged once, and the summary counts them', { timeout: 60_000 }, async () => {
  writeFileSync(at('list.txt'), `# ours\n\n${NAMES.join('\n')}`);
  const ran = await farm.strictgate('scan', at('list.txt'), '--per-address', '100', '--report', at('report.md'));
  assert.equal(ran.code, 0, ran.stderr);
  expectAll(lines(ran.stdout), 3);
  assert.equal(lines(ran.stdout).find(({ domain }) => domain === 'd0.test')?.field, FIELD);
  assert.match(ran.stderr, /40 domains: 20 would be taken into the list \(50\.0 %\), 10 of them with warnings; 20 would not\./);
  const report = readFileSync(at('report.md'), 'utf8');
  assert.match(report, /\| `response\.no_header` \| error \| 10 \| 25\.0 % \|/);
  assert.match(report, /!\[.*\]\(report\.svg\)/);
  assert.match(readFileSync(at('report.svg'), 'utf8'), /^<svg [^]*redirects\.http\.no_redirect[^]*<\/svg>\n$/);
});

test('one address is asked by so many requests at a time and no more', { timeout: 60_000 }, async () => {
  assert.ok(farm.crowd() >= CROWD, `${farm.crowd()} at a time, when a hundred were allowed`);
  const polite = await startFarm(DOMAINS.slice(0, 12), [], 20);
  writeFileSync(at('few.txt'), NAMES.slice(0, 12).join('\n'));
  const ran = await polite.strictgate('scan', at('few.txt'), '--per-address', '2');
  assert.equal(lines(ran.stdout).length, 12);
  assert.ok(polite.crowd() <= 2, `${polite.crowd()} at a time`);
});

test('gzip and standard input are read as they come, rankings too', { timeout: 60_000 }, async () => {
  writeFileSync(at('list.csv.gz'), gzipSync(NAMES.map((name, i) => `${i + 1},${name}`).join('\r\n')));
  const ran = await farm.strictgate('scan', at('list.csv.gz'), '--per-address', '100');
  expectAll(lines(ran.stdout));
  writeFileSync(at('cut.gz'), gzipSync(NAMES.join('\n')).subarray(0, 60));
  const cut = await farm.strictgate('scan', at('cut.gz'), '--out', at('cut.jsonl'));
  assert.equal(cut.code, 1);
  assert.match(cut.stderr, /cut\.gz breaks off/);
});

test('a scan that was stopped goes on where it stopped, and nothing is judged twice', { timeout: 60_000 }, async () => {
  const out = at('found.jsonl');
  const slow = farm.started('scan', at('list.txt'), '--per-address', '1', '--out', out);
  await until('some are written', () => existsSync(out) && readFileSync(out, 'utf8').split('\n').length > 5);
  slow.child.kill('SIGINT');
  await slow.exited;
  assert.match(slow.output(), /Stopped before the end of the list; --resume goes on from here\./);
  const half = lines(readFileSync(out, 'utf8')).length;
  assert.ok(half < COUNT, `${half} were done already`);
  // As a crash leaves it: half a line at the end.
  writeFileSync(out, '{"line":9', { flag: 'a' });
  const again = await farm.strictgate('scan', at('list.txt'), '--per-address', '100', '--out', out);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /is there already[^]*--resume goes on with it/);
  const rest = await farm.strictgate('scan', at('list.txt'), '--per-address', '100', '--out', out, '--resume');
  assert.equal(rest.code, 0, rest.stderr);
  expectAll(lines(readFileSync(out, 'utf8')), 3);
  assert.match(rest.stderr, /40 domains: 20 would be taken/);
});

test('what is asked for wrongly is told with the fix', { timeout: 60_000 }, async () => {
  writeFileSync(at('other.txt'), 'something else\n');
  for (const [args, code, text] of [
    [[at('nowhere.txt')], 1, /nowhere\.txt cannot be read/],
    [[at('list.txt'), '--in-flight', '0'], 2, /--in-flight: it is a number from 1 to 10000/],
    [[at('list.txt'), '--resume'], 2, /--resume: it needs --out/],
    [[at('list.txt'), '--out', at('other.txt'), '--resume'], 2, /other\.txt is not what a scan of this list writes/],
    [[at('list.txt'), '--out', at('no/such/folder')], 1, /no\/such\/folder cannot be made/],
  ] as [string[], number, RegExp][]) {
    const ran = await farm.strictgate('scan', ...args);
    assert.equal(ran.code, code, ran.stderr);
    assert.match(ran.stderr, text);
  }
  assert.equal(readFileSync(at('other.txt'), 'utf8'), 'something else\n');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, type Instead, type Passage, startAcmeProxy } from './lib/acme_proxy.ts';
import { addAuthority, untilObtained } from './lib/acme.ts';
import { ask } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { startPebble } from './lib/pebble.ts';
import { startApplication } from './lib/upstream.ts';
import { sleep } from './lib/wait.ts';

const HOSTS = ['a', 'b', 'c', 'd'].map((name) => `${name}.example.test`);
const EVERY = 3; // so many requests that were not seen yet, the first included, there is trouble
const application = await startApplication();
const gateway = await startGateway();
const pebble = await startPebble({ httpPort: gateway.http, env: { PEBBLE_WFE_NONCEREJECT: '10' } });
const proxy = await startAcmeProxy(pebble.port);
await addAuthority(gateway, 'pebble', proxy.directory);

const page: Answer = { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' };
const problem: Answer = { status: 500, headers: { 'content-type': 'application/problem+json' }, body: '{"type":"urn:ietf:params:acme:error:serverInternal","detail":"the database is away"}' };
const busy: Answer = { status: 503, headers: { 'retry-after': '1' }, body: '' };

// "late": the authority has done what it was asked for, and its answer does not come through.
const TROUBLES: Record<string, { when: 'before' | 'after'; instead: Instead }> = {
  'a server error': { when: 'before', instead: problem },
  'a late cut': { when: 'after', instead: 'cut' },
  'a delay': { when: 'after', instead: undefined },
  'a late server error': { when: 'after', instead: problem },
  'a cut': { when: 'before', instead: 'cut' },
  'a page of some proxy': { when: 'before', instead: page },
  'a short wait': { when: 'before', instead: busy },
};
const seen = new Map<string, number>();
const lines = new Set<string>(); // each has its chance of trouble once: what is asked again gets through
const troubled = new Map<Passage, string>();

function meet(passage: Passage): string | undefined {
  const line = `${passage.method} ${passage.path}`;
  if (lines.has(line)) return undefined;
  lines.add(line);
  if (lines.size % EVERY !== 1) return undefined;
  const names = Object.keys(TROUBLES);
  const name = names[troubled.size % names.length] ?? '';
  troubled.set(passage, name);
  seen.set(name, (seen.get(name) ?? 0) + 1);
  return name;
}

proxy.before = (passage) => {
  const trouble = TROUBLES[meet(passage) ?? ''];
  return trouble?.when === 'before' ? trouble.instead : undefined;
};
proxy.after = async (passage) => {
  const name = troubled.get(passage);
  if (name === 'a delay') await sleep(500);
  return TROUBLES[name ?? '']?.instead;
};

test('an authority that fails now and then, is cut off and slow still issues, in the first attempt', { timeout: 120_000 }, async () => {
  for (const name of HOSTS) await gateway.must('POST', '/v1/sites', { name, upstreams: [application.url], acme: {} });
  await Promise.all(HOSTS.map(async (host) => {
    const { automatic } = await untilObtained(gateway, host, 90_000);
    assert.equal(automatic?.failures, 0);
    assert.equal((await ask(gateway, { host, path: '/name', ca: await pebble.root() })).status, 200);
  }));
  assert.deepEqual([...seen.keys()].toSorted(), Object.keys(TROUBLES).toSorted());
  assert.doesNotMatch(gateway.log(), /no certificate from/);
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { description, operations } from './lib/description.ts';
import { startGateway } from './lib/gateway.ts';
import { startApplication } from './lib/upstream.ts';

const source = readFileSync(new URL('../../src/control/api_table.c', import.meta.url), 'utf8');
const application = await startApplication();
const gateway = await startGateway();
await gateway.must('POST', '/v1/sites', { name: 'a.example.test', upstreams: [application.url], local_ca: true });

/** Path to methods; HEAD goes with GET. */
function described(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { path, method } of operations()) found.set(path, [...(found.get(path) ?? []), ...(method === 'GET' ? ['GET', 'HEAD'] : [method])]);
  return found;
}

/** Names of members, at any depth, except below those whose members are a list of figures. */
function members(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(members);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...(['counters', 'totals', 'handshakes_failed_by_cause', 'limits', 'limits_help', 'moves'].includes(name) ? [] : members(inner))]);
}

for (const [path, methods] of described()) {
  test(`the API takes the methods at ${path} that its description names, and no other`, async () => {
    const reply = await gateway.api('OPTIONS', path.replace('{name}', 'a.example.test'));
    assert.equal(reply.status, 405, reply.text);
    const { fix } = JSON.parse(reply.text) as { fix: string };
    assert.deepEqual(fix.replace(/^.*: /, '').split(', ').toSorted(), methods.toSorted());
  });
}

test('every path of the API is described', () => {
  const rows = [...source.matchAll(/\{STR_INIT\("(\/[^"]+)"\),\s*(?:\{0\}|STR_INIT\("([^"]*)"\))/g)];
  assert.ok(rows.length > 5);
  const paths = rows.map(([, before, after]) => (after === undefined ? before : `${before}{name}${after}${after.endsWith('/') ? '{child}' : ''}`));
  assert.deepEqual(paths.toSorted(), [...described().keys()].map((path) => path.replace('{id}', '{name}')).toSorted());
});

test('every member the API gives is described', async () => {
  for (const path of ['/v1/sites', '/v1/status', '/v1/settings', '/v1/preload', '/v1/clock', '/v1/audit', '/v1/private-roots', '/v1/notify/channels', '/v1/notify/log', '/v1/sites/a.example.test/hsts', '/v1/sites/a.example.test/guards', '/v1/sites/a.example.test/ledger']) {
    const missing = new Set(members(await gateway.must('GET', path)).filter((name) => !new RegExp(`\\b${name}\\b`).test(description)));
    assert.deepEqual([...missing], [], path);
  }
});

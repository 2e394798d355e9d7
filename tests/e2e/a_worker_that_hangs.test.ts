// A worker that does not take what the gateway was given serves the certificate of before: by a look from outside that
// may never be met, by the worker's own word it is found, named, told, and nothing counts as served until it is over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { served } from './lib/acme.ts';
import { type Pair, authority } from './lib/certs.ts';
import { freezeThread, threadsOf } from './lib/freeze.ts';
import { type Gateway, startGateway } from './lib/gateway.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'app.example.test';
const application = await startApplication();

interface Certificate {
  fingerprint_sha256: string;
  published: string | null;
  acknowledged: string | null;
  seen_last: string | null;
  problems: { id: string; severity: string; text: string }[];
}

const plain = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase();
const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

async function certificate(gateway: Gateway, look = false): Promise<Certificate> {
  const site = await gateway.must('GET', `/v1/sites/${HOST}/certificates${look ? '?look=true' : ''}`);
  const [one] = site['certificates'] as unknown as Certificate[];
  assert.ok(one !== undefined);
  return one;
}

async function renew(gateway: Gateway, pair: Pair): Promise<boolean> {
  const reply = await gateway.api('PATCH', `/v1/sites/${HOST}`, { certificate_pem: pair.cert, key_pem: pair.key });
  assert.equal(reply.status, 200, reply.text);
  return reply.body['applied'] as unknown as boolean;
}

test('a worker that hangs is named, alarms, holds no other worker up, and nothing counts as served until it goes on', async () => {
  const gateway = await startGateway();
  const [old, renewed, newest] = [await authority.issue([HOST]), await authority.issue([HOST]), await authority.issue([HOST])];
  await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [old] });
  await until('the old one is seen served', async () => (await certificate(gateway)).seen_last !== null);
  assert.equal(await gateway.metric('strictgate_workers_behind'), 0);

  const [, , worker] = threadsOf(gateway.child('gateway') ?? 0); // the main thread, worker 0, worker 1
  const release = await freezeThread(worker ?? 0);
  assert.equal(await renew(gateway, renewed), false, 'a worker has not acknowledged it');
  await until('the worker is found', async () => (await gateway.metric('strictgate_workers_behind')) === 1, 15_000);
  const words = /worker 1 of the gateway hangs: it serves by generation (\d+), generation (\d+) was given to the gateway on [-0-9]+ [:0-9]+ UTC/;
  const [, behind, wanted] = words.exec(gateway.log()) ?? [];
  assert.ok(Number(behind) < Number(wanted), gateway.log());
  const status = await gateway.must('GET', '/v1/status');
  const [one] = (status['gateway'] as unknown as { workers_behind: Record<string, unknown>[] }).workers_behind;
  assert.deepEqual([one?.['worker'], one?.['generation'], one?.['wanted']], [1, Number(behind), Number(wanted)]);
  assert.match(inOneLine((await gateway.cli('status')).stdout), words);
  assert.match(inOneLine((await gateway.cli('cert', 'show', HOST)).stdout), /Acknowledged not by every worker yet Seen served not yet .*not every worker of the gateway serves it: worker 1 of the gateway hangs/);
  assert.match(inOneLine((await gateway.cli('cert', 'list')).stdout), /app\.example\.test .*not_acknowledged/);
  assert.match(inOneLine((await gateway.cli('notify', 'log')).stdout), /critical .*a worker of the gateway hangs and serves what was valid before/);

  // Visitors meet the other worker. That is what a look from outside sees, and it proves nothing.
  assert.equal((await served(gateway, HOST)).fingerprint, renewed.fingerprint);
  const looked = await certificate(gateway, true);
  assert.equal(looked.fingerprint_sha256, plain(renewed.fingerprint));
  assert.deepEqual([looked.acknowledged, looked.seen_last], [null, null]);
  assert.deepEqual(looked.problems.filter(({ severity }) => severity === 'alarm').map(({ id }) => id), ['not_acknowledged']);
  await renew(gateway, newest);
  await until('the newest goes to the worker that can', async () => (await served(gateway, HOST)).fingerprint === newest.fingerprint);

  await release();
  const over = await until('the newest is acknowledged and seen served', async () => {
    const now = await certificate(gateway);
    return now.acknowledged !== null && now.seen_last !== null && now;
  });
  assert.equal(over.fingerprint_sha256, plain(newest.fingerprint));
  assert.deepEqual(over.problems.filter(({ severity }) => severity === 'alarm'), []);
  assert.equal(await gateway.metric('strictgate_workers_behind'), 0);
  assert.match(gateway.log(), /the gateway answers again: every worker serves by generation/);
  assert.match(inOneLine((await gateway.cli('notify', 'log')).stdout), /every worker serves what is stored again/);
  assert.doesNotMatch((await gateway.cli('status')).stdout, /hangs/);
  await gateway.stop();
});

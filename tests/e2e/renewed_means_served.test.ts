// A renewed certificate counts when it is seen served: by every listener, on both sides of a pair. Whoever answers with
// another one in its place is found, named, and told wherever an operator looks.
import assert from 'node:assert/strict';
import { chmodSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import tls from 'node:tls';
import { type Pair, authority } from './lib/certs.ts';
import { type Gateway, type Json, startGateway } from './lib/gateway.ts';
import { createNamespace } from './lib/netns.ts';
import { run, runOk, start } from './lib/process.ts';
import { atEnd, temporaryDirectory } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'app.example.test';
const application = await startApplication();

interface Mismatch {
  place: string;
  name: string;
  fingerprint_sha256?: string;
  issuer?: string;
  serial?: string;
  since: string;
}
interface Certificate {
  side: string;
  fingerprint_sha256: string;
  stored: string | null;
  published: string | null;
  acknowledged: string | null;
  seen_first: string | null;
  seen_last: string | null;
  mismatches: Mismatch[];
  problems: { id: string; text: string }[];
}

const plain = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase();

async function certificates(gateway: Gateway, look = false): Promise<Certificate[]> {
  const site = await gateway.must('GET', `/v1/sites/${HOST}/certificates${look ? '?look=true' : ''}`);
  return site['certificates'] as unknown as Certificate[];
}

async function untilSeen(gateway: Gateway, pairs: Pair[]): Promise<void> {
  await until('the certificates are seen served', async () => {
    const seen = await certificates(gateway);
    return pairs.every((pair) => seen.some((one) => one.fingerprint_sha256 === plain(pair.fingerprint) && one.seen_last !== null));
  });
}

async function replace(gateway: Gateway, pairs: Pair[]): Promise<Json> {
  return gateway.must('PATCH', `/v1/sites/${HOST}`, { certificate_pem: pairs.map((pair) => pair.cert), key_pem: pairs.map((pair) => pair.key) });
}

test('both certificates of a pair are seen served by themselves, soon after every change', async () => {
  const gateway = await startGateway();
  const pairs = [await authority.issue([HOST]), await authority.issue([HOST], { algorithm: 'rsa' })];
  await gateway.addSite({ name: HOST, upstreams: [application.url], pairs });
  await untilSeen(gateway, pairs);
  for (const one of await certificates(gateway)) {
    const dates = [one.stored, one.published, one.acknowledged, one.seen_first, one.seen_last];
    assert.ok(dates.every((date) => date !== null), JSON.stringify(dates));
    assert.deepEqual(dates, dates.toSorted(), 'they come one after the other');
  }
  const renewed = [pairs[0] as Pair, await authority.issue([HOST], { algorithm: 'rsa' })];
  await replace(gateway, renewed);
  await untilSeen(gateway, renewed);
  const shown = await gateway.cli('cert', 'show', HOST);
  assert.match(shown.stdout, /ECDSA certificate[^]*RSA certificate/);
  assert.match(shown.stdout, /Renewals +0 of 2 were seen served/, 'one of the two sides was not renewed');
  await gateway.stop();
});

test('a listener whose socket file leads to an old server is named, and told everywhere', async () => {
  const socket = join(temporaryDirectory(), 'tls.sock');
  const gateway = await startGateway({ sections: { 'Listener inner': { Address: `unix:${socket}`, Protocol: 'https', Mode: '0666' } } });
  const old = await authority.issue([HOST]);
  const renewed = await authority.issue([HOST]);
  await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [old] });
  await untilSeen(gateway, [old]);

  renameSync(socket, `${socket}.aside`);
  const server = tls.createServer({ cert: old.cert, key: old.key });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  chmodSync(socket, 0o666);
  atEnd(() => void server.close());
  await replace(gateway, [renewed]);
  await until('it is found', async () => (await certificates(gateway))[0]?.mismatches.length === 1);

  const [one] = await certificates(gateway);
  assert.equal(one?.fingerprint_sha256, plain(renewed.fingerprint));
  assert.equal(one.seen_last, null, 'one listener of two is not everywhere');
  const [mismatch] = one.mismatches;
  assert.equal(mismatch?.place, `inner (unix:${socket})`);
  assert.equal(mismatch.fingerprint_sha256, plain(old.fingerprint));
  assert.equal(mismatch.issuer, 'CN=End-to-end test CA');
  assert.match(mismatch.serial ?? '', /^[0-9a-f]+$/);
  const words = new RegExp(`inner \\(unix:${socket}\\) serves another certificate for ${HOST} than the stored ECDSA one: serial ${mismatch.serial}`);
  assert.match(gateway.log(), words);
  assert.match((await gateway.cli('status')).stdout, words);
  assert.match((await gateway.cli('cert', 'list')).stdout.replaceAll(/\s+/g, ' '), words);
  assert.match((await gateway.cli('cert', 'show', HOST)).stdout, /NOT served by/);
  assert.equal(await gateway.metric('strictgate_certificate_mismatches', { site: HOST }), 1);
  assert.match((await gateway.cli('guards', HOST, 'start')).stdout.replaceAll(/\s+/g, ' '), /block served: .*inner \(unix:/);

  // It outlives a restart, with its beginning, and is over when the stored one is served again.
  await gateway.killChild('control');
  await gateway.untilServing();
  assert.equal((await certificates(gateway))[0]?.mismatches[0]?.since, mismatch.since);
  server.close();
  renameSync(`${socket}.aside`, socket);
  assert.deepEqual((await certificates(gateway, true))[0]?.mismatches, []);
  assert.match(gateway.log(), /inner \(unix:.*\) serves the stored ecdsa certificate again/);
  await untilSeen(gateway, [renewed]);
  await gateway.stop();
});

test('an address that another machine has taken over, with an old certificate, is named', async () => {
  const [here, there] = [await createNamespace([HOST]), await createNamespace([HOST])];
  const inside = async (where: typeof here, ...words: string[]): Promise<string> => {
    const command = where.enter('ip', words);
    return runOk(command.file, command.args);
  };
  const other = there.enter('true', []).args[1] as string;
  await inside(here, 'addr', 'add', '192.0.2.1/32', 'dev', 'lo');
  await inside(here, 'link', 'add', 'wire', 'type', 'veth', 'peer', 'name', 'wire', 'netns', other);
  for (const [where, address] of [[here, '198.51.100.1/24'], [there, '198.51.100.2/24']] as const) {
    await inside(where, 'addr', 'add', address, 'dev', 'wire');
    await inside(where, 'link', 'set', 'wire', 'up');
  }
  const gateway = await startGateway({ namespace: here, http: 80, https: 443, server: { 'Listen Address': '127.0.0.1, 192.0.2.1' } });
  const old = await authority.issue([HOST]);
  const renewed = await authority.issue([HOST]);
  await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [old] });
  await untilSeen(gateway, [old]);

  await inside(there, 'addr', 'add', '192.0.2.1/32', 'dev', 'lo');
  const command = there.enter('openssl', ['s_server', '-quiet', '-accept', '192.0.2.1:443', '-cert', old.certFile, '-key', old.keyFile]);
  const server = start(command.file, command.args);
  await inside(here, 'addr', 'del', '192.0.2.1/32', 'dev', 'lo');
  await inside(here, 'route', 'add', '192.0.2.1/32', 'via', '198.51.100.2');
  await until('the old server answers', async () => {
    const client = here.enter('openssl', ['s_client', '-connect', '192.0.2.1:443', '-brief']);
    return (await run(client.file, client.args, { input: '' })).code === 0;
  });
  await replace(gateway, [renewed]);
  await until('it is found', async () => (await certificates(gateway))[0]?.mismatches.length === 1);
  const [one] = await certificates(gateway);
  assert.match(one?.mismatches[0]?.place ?? '', /\(192\.0\.2\.1:443\)$/);
  assert.equal(one?.mismatches[0]?.fingerprint_sha256, plain(old.fingerprint));

  await server.end('SIGTERM');
  await inside(here, 'route', 'del', '192.0.2.1/32');
  await inside(here, 'addr', 'add', '192.0.2.1/32', 'dev', 'lo');
  assert.deepEqual((await certificates(gateway, true))[0]?.mismatches, []);
  await untilSeen(gateway, [renewed]);
  await gateway.stop();
});

import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { ask } from './lib/client.ts';
import { type Gateway, startGateway } from './lib/gateway.ts';
import { startLoad } from './lib/load.ts';
import { freePort } from './lib/ports.ts';
import { startApplication } from './lib/upstream.ts';
import { connectTls } from './lib/raw.ts';
import { until } from './lib/wait.ts';
import { openWebSocket, startWebSocketApplication } from './lib/websocket.ts';

const HOST = 'app.example.test';
const application = await startApplication();
const sockets = await startWebSocketApplication();
const pair = await authority.issue([HOST]);

async function started(format: string): Promise<Gateway> {
  const gateway = await startGateway({ log: { 'Access Log Format': format } });
  await gateway.addSite({ name: HOST, pairs: [pair], hsts: 300, routes: [
    { prefix: '/', kind: 'proxy', upstreams: [{ url: application.url }] },
    { prefix: '/socket/', kind: 'proxy', upstreams: [{ url: sockets.url }] },
    { prefix: '/dead/', kind: 'proxy', upstreams: [{ url: `http://127.0.0.1:${await freePort()}` }] },
  ] });
  return gateway;
}

const combined = await started('combined');
const json = await started('json');

/** Whole ones: what is read while it is written may end in the middle of one. */
function lines(gateway: Gateway): string[] {
  return existsSync(gateway.accessLog) ? readFileSync(gateway.accessLog, 'utf8').split('\n').slice(0, -1) : [];
}

async function lineOf(gateway: Gateway, marker: string): Promise<string> {
  return until(`a line with ${marker}`, () => lines(gateway).find((line) => line.includes(marker)));
}

const COMBINED = /^(\S+) - (\S+) \[(\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "(.*)" (\d{3}) (\d+|-) "(.*?)" "(.*?)"(.*)$/;

test('combined: one line a request, as every tool reads it', async () => {
  await ask(combined, { host: HOST, path: '/bytes/1234?q=1', headers: { referer: 'https://elsewhere.test/', 'user-agent': 'tester/1.0' } });
  const found = COMBINED.exec(await lineOf(combined, '/bytes/1234'));
  assert.ok(found !== null);
  assert.equal(found[1], '127.0.0.1');
  assert.equal(found[4], 'GET /bytes/1234?q=1 HTTP/1.1');
  assert.deepEqual(found.slice(5, 9), ['200', '1234', 'https://elsewhere.test/', 'tester/1.0']);
});

test('combined: HTTP/2, redirects, errors and refused heads are there too', async () => {
  await ask(combined, { via: 'h2', host: HOST, path: '/h2-line' });
  assert.match(await lineOf(combined, '/h2-line'), /"GET \/h2-line HTTP\/2(\.0)?" 200/);
  await ask(combined, { via: 'http', host: HOST, path: '/redirected' });
  assert.match(await lineOf(combined, '/redirected'), / 302 /);
  await ask(combined, { host: HOST, path: '/dead/x' });
  assert.match(await lineOf(combined, '/dead/x'), / 502 /);
  const client = await connectTls({ port: combined.https, servername: HOST });
  client.send(`GET /broken HTTP/1.1\r\nHost: ${HOST}\r\nHost: ${HOST}\r\n\r\n`);
  await client.untilClosed();
  await until('a line with 400', () => lines(combined).some((line) => / 400 /.test(line)));
});

test('combined: what a client sends cannot forge a line', async () => {
  await ask(combined, { via: 'h2', host: HOST, path: '/forged', headers: { 'user-agent': 'a" 200 1 "x" \\ \u00e9\tb' } });
  const line = await lineOf(combined, '/forged');
  const found = COMBINED.exec(line);
  assert.ok(found !== null, line);
  assert.ok(!/[^\\]" 200 1/.test(found[8] ?? ''), line);
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(line, /[\x00-\x1f\x7f]/);
});

test('json: one object a line with everything needed to find a fault', async () => {
  await ask(json, { via: 'h2', host: HOST, path: '/json-line?x="y"', headers: { 'user-agent': 'a"b\\c\u00e9', referer: 'https://r.test/' } });
  const entry = JSON.parse(await lineOf(json, '/json-line')) as Record<string, unknown>;
  const text = JSON.stringify(entry);
  for (const value of ['127.0.0.1', 'GET', HOST, '/json-line', '200', 'https://r.test/']) assert.ok(text.includes(value), `${value} in ${text}`);
  await ask(json, { host: HOST, path: '/dead/json' });
  assert.match(await lineOf(json, '/dead/json'), /502/);
  for (const line of lines(json)) assert.doesNotThrow(() => JSON.parse(line) as unknown, line);
});

test('every request of a load is in the log, none twice', { timeout: 60_000 }, async () => {
  const load = await startLoad(combined, { host: HOST, path: '/name?counted' });
  await until('some requests', () => load.done() > 500);
  const { done, failures } = await load.stop();
  assert.deepEqual(failures, []);
  await until('all are logged', () => lines(combined).filter((line) => line.includes('?counted')).length >= done);
  const logged = lines(combined).filter((line) => line.includes('?counted')).length;
  assert.equal(logged, done);
});

test('SIGUSR1 opens the log again: rotated under load, no line is lost', { timeout: 60_000 }, async () => {
  const load = await startLoad(combined, { host: HOST, path: '/name?rotated' });
  const old = `${combined.accessLog}.1`;
  await until('some requests', () => load.done() > 100);
  renameSync(combined.accessLog, old);
  combined.process.child.kill('SIGUSR1');
  await until('a new file is there', () => existsSync(combined.accessLog) && statSync(combined.accessLog).size > 0);
  const { done } = await load.stop();
  const count = (): number => [old, combined.accessLog].map((path) => readFileSync(path, 'utf8').split('\n').filter((line) => line.includes('?rotated')).length).reduce((a, b) => a + b);
  await until('all are logged', () => count() >= done);
  assert.equal(count(), done);
});

test('the access log can be off', async () => {
  const gateway = await startGateway({ log: { 'Access Log': 'off' } });
  await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [pair] });
  await ask(gateway, { host: HOST, path: '/quiet' });
  assert.equal(existsSync(gateway.accessLog), false);
  await gateway.stop();
});

test('metrics are Prometheus text, every line of them', async () => {
  const text = await combined.metrics();
  const typed = new Set<string>();
  for (const line of text.trim().split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-z_:][a-z0-9_:]*) (.+)$/i.exec(line);
    if (comment !== null) {
      if (comment[1] === 'TYPE') {
        assert.match(comment[3] ?? '', /^(counter|gauge|histogram)$/);
        assert.ok(!typed.has(comment[2] ?? ''), `${comment[2]} twice`);
        typed.add(comment[2] ?? '');
      }
      continue;
    }
    const sample = /^([a-z_:][a-z0-9_:]*)(\{([a-z_]+="([^"\\\n]|\\.)*",?)*\})? (-?[0-9.e+-]+|NaN|\+Inf)$/i.exec(line);
    assert.ok(sample !== null, line);
    const family = (sample[1] ?? '').replace(/_(bucket|sum|count)$/, '');
    assert.ok(typed.has(family) || typed.has(sample[1] ?? ''), `${line} has no TYPE`);
    assert.ok((sample[1] ?? '').startsWith('strictgate_'), line);
  }
});

test('metrics count exactly', async () => {
  const labels = { site: HOST };
  const read = async (): Promise<number[]> => Promise.all([
    json.metric('strictgate_site_requests_total', { ...labels, scheme: 'https' }), json.metric('strictgate_site_requests_total', { ...labels, scheme: 'http' }),
    json.metric('strictgate_site_redirects_total', labels), json.metric('strictgate_site_responses_total', { ...labels, class: '4xx' }),
    json.metric('strictgate_site_hsts_sent_total', labels), json.metric('strictgate_site_upstream_errors_total', labels),
  ]);
  const before = await read();
  for (let i = 0; i < 10; i++) await ask(json, { via: i % 2 === 0 ? 'https' : 'h2', host: HOST, path: '/name' });
  for (let i = 0; i < 4; i++) await ask(json, { via: 'http', host: HOST });
  for (let i = 0; i < 3; i++) await ask(json, { host: HOST, path: '/status/404' });
  for (let i = 0; i < 2; i++) await ask(json, { host: HOST, path: '/dead/' });
  const expected = [15, 4, 4, 3, 15, 2];
  const grown = async (): Promise<number[]> => (await read()).map((value, i) => value - (before[i] ?? 0));
  await until('all are counted', async () => (await grown()).every((value, i) => value >= (expected[i] ?? 0)));
  assert.deepEqual(await grown(), expected);
});

test('failed handshakes are counted by cause, tunnels and connections as they are', async () => {
  const unknown = (): Promise<number> => json.metric('strictgate_handshakes_failed_total', { cause: 'unknown_name' });
  const before = await unknown();
  await assert.rejects(connectTls({ port: json.https, servername: 'stranger.test' }));
  await until('it is counted', async () => (await unknown()) === before + 1);
  const { handshakes_failed_by_cause: causes } = (await json.must('GET', '/v1/status')) as unknown as { handshakes_failed_by_cause: Record<string, number> };
  assert.equal(causes['unknown_name'], before + 1);
  assert.match((await json.cli('status')).stdout, /^Handshakes failed +\d+: .*unknown_name \d+/m);
  const client = await openWebSocket(json, HOST, '/socket/');
  await until('the tunnel is counted', async () => (await json.metric('strictgate_tunnels_open')) === 1);
  client.terminate();
  await until('and gone', async () => (await json.metric('strictgate_tunnels_open')) === 0);
  assert.ok((await json.metric('strictgate_generation_acked')) > 0);
});

test('metrics never go back when the gateway or control is killed', async () => {
  const read = (): Promise<number> => json.metric('strictgate_site_requests_total', { site: HOST, scheme: 'https' });
  const before = await read();
  await json.killChild('control');
  await json.untilServing();
  assert.ok((await read()) >= before);
  await json.killChild('gateway');
  await ask(json, { host: HOST, path: '/name' });
  await until('counted on', async () => (await read()) > before);
});

// Tens of thousands of clients by address, with known numbers of those who never arrive, send something in clear or cannot get in: what is
// told of them agrees within the error that is told with it. The addresses come from a trusted proxy, as behind a balancer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { BROWSER, crowdOf } from './lib/crowd.ts';
import type { ClientsDay, Figure } from './lib/evidence.ts';
import { startGateway } from './lib/gateway.ts';
import { freePort } from './lib/ports.ts';
import { startApplication } from './lib/upstream.ts';
import { afterMidnightWithin } from './lib/wait.ts';

// No client may be redirected on one day and arrive on the next.
await afterMidnightWithin(120_000);

const application = await startApplication();
const [http, https] = [await freePort(), await freePort()];
const gateway = await startGateway({
  sections: {
    'Listener plain': { Address: `127.0.0.1:${http}`, Protocol: 'http', 'Trusted Proxies': '127.0.0.1' },
    'Listener secure': { Address: `127.0.0.1:${https}`, Protocol: 'https', 'Trusted Proxies': '127.0.0.1' },
  },
});

const { request, plain, secure } = crowdOf({ http, https });

async function today(site: string): Promise<ClientsDay> {
  const { clients } = (await gateway.must('GET', `/v1/sites/${site}/evidence`)) as unknown as { clients: ClientsDay[] };
  assert.ok(clients[0] !== undefined);
  return clients[0];
}

function agrees(what: string, { count, error }: Figure, truth: number): void {
  assert.ok(Math.abs(count - truth) <= 2 * error, `${what}: ${count} ± ${error}, not ${truth}`);
}

test('of a few clients each is told', async () => {
  const site = 'few.example.test';
  await gateway.addSite({ name: site, upstreams: [application.url], pairs: [await authority.issue([site])] });
  await plain([1, 2, 3, 4, 5, 6].map((client) => request(site, client, BROWSER, 'Upgrade-Insecure-Requests: 1\r\n')).concat([request(site, 7, 'curl/8', 'Cookie: a=b\r\n'), request(site, 7, 'curl/8')]));
  await secure(site, [1, 2, 3, 4].map((client) => request(site, client, BROWSER)).concat([request(site, 50, BROWSER)]));
  const day = await today(site);
  assert.deepEqual(
    [day.http, day.redirected, day.arrived, day.in_clear, day.programs, day.https].map(({ count, error }) => [count, error]),
    [[7, 0], [7, 0], [4, 0], [1, 0], [1, 0], [5, 0]],
  );
  assert.equal(day.waiting.count + day.stranded.count, 3); // they may still come
});

test('of very many a sample tells, within its error', { timeout: 60_000 }, async () => {
  const site = 'many.example.test';
  const [all, lost, scripts] = [30_000, 6_000, 3_000];
  await gateway.addSite({ name: site, upstreams: [application.url], pairs: [await authority.issue([site])] });
  const clients = Array.from({ length: all }, (_, client) => client);
  const agent = (client: number): string => (client < scripts ? 'python-requests/2.28.1' : BROWSER);
  await plain(clients.map((client) => request(site, client, agent(client), client < scripts ? 'Authorization: Basic eDp5\r\n' : 'Upgrade-Insecure-Requests: 1\r\n')));
  await secure(site, clients.slice(lost).map((client) => request(site, client, agent(client))));
  const day = await today(site);
  agrees('came over HTTP', day.http, all);
  agrees('redirected', day.redirected, all);
  agrees('arrived', day.arrived, all - lost);
  agrees('did not arrive', { count: day.waiting.count + day.stranded.count, error: day.waiting.error + day.stranded.error }, lost);
  agrees('in clear', day.in_clear, scripts);
  agrees('programs', day.programs, scripts);
  agrees('came over HTTPS', day.https, all - lost);
  assert.ok(day.http.error < all * 0.12, `± ${day.http.error}`);
});

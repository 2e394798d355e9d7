// Tens of thousands of clients by address, with known numbers of those who never arrive, send something in clear or cannot get in: what is
// told of them agrees within the error that is told with it. The addresses come from a trusted proxy, as behind a balancer.
import assert from 'node:assert/strict';
import net from 'node:net';
import tls from 'node:tls';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { freePort } from './lib/ports.ts';
import { startApplication } from './lib/upstream.ts';

interface Figure {
  count: number;
  error: number;
}

interface Day {
  day: string;
  https: Figure;
  http: Figure;
  redirected: Figure;
  arrived: Figure;
  waiting: Figure;
  stranded: Figure;
  in_clear: Figure;
  programs: Figure;
  failed: Figure;
  stranded_classes: (Figure & { class: string })[];
  networks: (Figure & { network: string | null })[];
}

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0';
const application = await startApplication();
const [http, https] = [await freePort(), await freePort()];
const gateway = await startGateway({
  sections: {
    'Listener plain': { Address: `127.0.0.1:${http}`, Protocol: 'http', 'Trusted Proxies': '127.0.0.1' },
    'Listener secure': { Address: `127.0.0.1:${https}`, Protocol: 'https', 'Trusted Proxies': '127.0.0.1' },
  },
});

const addressOf = (client: number): string => `10.${20 + (client % 4)}.${(client >> 8) & 255}.${client & 255}`;
const request = (site: string, client: number, agent: string, more = ''): string =>
  `GET /name HTTP/1.1\r\nHost: ${site}\r\nX-Forwarded-For: ${addressOf(client)}\r\nUser-Agent: ${agent}\r\n${more}\r\n`;

// All requests over one connection, a few hundred on the way at a time.
function send(socket: net.Socket, requests: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let answered = 0;
    let rest = '';
    const more = (): void => {
      while (sent < requests.length && sent - answered < 300) socket.write(requests[sent++] ?? '');
    };
    socket.on('error', reject);
    socket.on('close', () => (answered === requests.length ? resolve() : reject(new Error(`closed after ${answered} answers`))));
    socket.on('data', (piece: Buffer) => {
      const text = rest + piece.toString('latin1');
      const found = text.split('HTTP/1.1 ').length - 1;
      answered += found;
      rest = text.slice(text.lastIndexOf('HTTP/1.1 ') + 1).slice(-12);
      if (answered === requests.length) socket.end();
      else more();
    });
    more();
  });
}

const plain = (requests: string[]): Promise<void> => send(net.connect(http, '127.0.0.1'), requests);
const secure = (site: string, requests: string[]): Promise<void> =>
  send(tls.connect({ port: https, host: '127.0.0.1', servername: site, ca: authority.pem, ALPNProtocols: ['http/1.1'] }), requests);

async function today(site: string): Promise<Day> {
  const { clients } = (await gateway.must('GET', `/v1/sites/${site}/evidence`)) as unknown as { clients: Day[] };
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

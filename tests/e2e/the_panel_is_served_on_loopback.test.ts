import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Gateway, startGateway } from './lib/gateway.ts';
import { PASSWORD, browserAt, cookieOf } from './lib/panel.ts';
import { freePort } from './lib/ports.ts';
import { until } from './lib/wait.ts';

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

type Door = { port: number } | { socketPath: string };

function ask(door: Door, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', ...door, path, method, headers: { host: 'localhost', ...headers }, agent: false, timeout: 40_000 }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(pieces).toString() }));
    });
    request.once('timeout', () => request.destroy(new Error(`${path}: no answer`)));
    request.once('error', reject);
    request.end();
  });
}

const port = await freePort();
const gateway = await startGateway({ sections: { Panel: { Listen: `127.0.0.1:${port}` } } });
const doors: [string, Door][] = [['its address', { port }], ['panel.sock', { socketPath: join(gateway.data, 'panel.sock') }]];

for (const [name, door] of doors) {
  test(`the page is at ${name}, and kept only while it is the newest`, async () => {
    const page = await ask(door, '/');
    assert.equal(page.status, 200);
    assert.match(page.text, /^<!doctype html>/i);
    assert.equal(page.headers['cache-control'], 'no-cache');
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/);
    const again = await ask(door, '/', { 'if-none-match': String(page.headers.etag) });
    assert.equal(again.status, 304);
    assert.equal(again.text, '');
  });

  test(`nobody gets to the API at ${name} without having signed in`, async () => {
    assert.equal((await ask(door, '/v1/status')).status, 401);
    assert.equal((await ask(door, '/v1/backup')).status, 401);
    assert.equal((await ask(door, '/metrics')).status, 404);
  });

  test(`a name that may resolve to this machine by chance is refused at ${name}`, async () => {
    assert.equal((await ask(door, '/', { host: `rebound.example:${port}` })).status, 421);
    assert.equal((await ask(door, '/', { host: `127.0.0.1:${port}` })).status, 200);
    assert.equal((await ask(door, '/', { host: '[::1]:9999' })).status, 200);
  });
}

test('who takes all connections keeps nobody out, and is told of once in the log', async () => {
  const said = ['', 'GET / HTTP/1.1\r\nHost: ', 'POST /v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{'];
  const taken = await Promise.all(Array.from({ length: 600 }, (_, at) => new Promise<net.Socket>((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(socket)).on('error', () => undefined);
    socket.write(said[at % said.length] ?? '');
  })));
  await until('the door is full', () => gateway.log().includes('make room for new ones'));
  for (let times = 0; times < 5; times++) {
    assert.equal((await ask({ port }, '/')).status, 200);
    assert.equal((await ask({ port }, '/v1/session')).status, 200);
    assert.equal((await ask({ socketPath: join(gateway.data, 'panel.sock') }, '/v1/session')).status, 200);
    assert.equal((await gateway.api('GET', '/v1/status')).status, 200);
  }
  for (const socket of taken) socket.destroy();
  assert.equal(gateway.log().match(/make room for new ones/g)?.length, 1);
});

async function withoutControl(during: () => Promise<void>): Promise<void> {
  const control = gateway.child('control');
  assert.ok(control !== undefined);
  process.kill(control, 'SIGKILL');
  await during();
}

test('no browser is refused while control is started again', async () => {
  await withoutControl(async () => {
    for (let i = 0; i < 20; i++) {
      assert.equal((await ask({ port }, '/')).status, 200);
    }
  });
  await until('control is there again', async () => (await gateway.api('GET', '/v1/status')).status === 200);
});

async function reload(from: string, to: string): Promise<void> {
  const text = readFileSync(gateway.bootFile, 'utf8');
  assert.ok(text.includes(from));
  writeFileSync(gateway.bootFile, text.replace(from, to));
  process.kill(gateway.process.pid, 'SIGHUP');
}

test('a reload moves it, and switches it off', async () => {
  const other = await freePort();
  await reload(`127.0.0.1:${port}`, `127.0.0.1:${other}`);
  await until('the panel is at its new address', async () => (await ask({ port: other }, '/').catch(() => ({ status: 0 }))).status === 200);
  await until('nobody is at the old one', () => ask({ port }, '/').then(() => false, () => true));
  await reload(`127.0.0.1:${other}`, 'off');
  await until('nobody is at the new one', () => ask({ port: other }, '/').then(() => false, () => true));
  await until('the socket is there all the same', async () => (await ask({ socketPath: join(gateway.data, 'panel.sock') }, '/').catch(() => ({ status: 0 }))).status === 200);
});

test('the first account is made by the link in the log, or by a newer one, once', async () => {
  const own = await freePort();
  const first = await startGateway({ sections: { Panel: { Listen: `127.0.0.1:${own}` } } });
  const link = (): string | undefined => /this link: http:\/\/127\.0\.0\.1:\d+\/#setup=([\w-]{43})/.exec(first.log())?.[1];
  await until('the log has the link', () => link() !== undefined);
  const browser = browserAt({ port: own });
  assert.deepEqual((await browser.ask('/v1/session')).body, { state: 'setup' });
  const setUp = (token: string | undefined) => browser.ask('/v1/setup', { method: 'POST', body: { token, name: 'anna', password: PASSWORD } });
  const newer = await first.cli('admin', 'link');
  assert.match(newer.stdout, new RegExp(`^http://127\\.0\\.0\\.1:${own}/#setup=[\\w-]{43}$`, 'm'));
  const old = await setUp(link());
  assert.deepEqual([old.status, old.body['code']], [403, 'setup_token']);
  const token = /#setup=([\w-]{43})/.exec(newer.stdout)?.[1];
  const made = await setUp(token);
  assert.equal(made.status, 201, made.text);
  browser.cookie = cookieOf(made);
  browser.csrf = String(made.body['csrf']);
  assert.equal((await setUp(token)).status, 409);
  const late = await first.cli('admin', 'link');
  assert.equal(late.code, 1);
  assert.match(late.stderr, /there is an account already/);
  await first.killChild('control');
  await until('the session goes on after a crash of control', async () => (await browser.ask('/v1/status')).status === 200);
  assert.equal(first.log().match(/#setup=/g)?.length, 1);
});

test('an address that is taken stops the start when it was asked for', async () => {
  const taken = http.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port: number } = taken.address() as { port: number };
  const failure = await startGateway({ sections: { Panel: { Listen: `127.0.0.1:${number}` } } }).then((other: Gateway) => other.stop(), (error: unknown) => String(error));
  taken.close();
  assert.match(String(failure), /exit 2/);
  assert.match(String(failure), new RegExp(`strictgate.ini:\\d+: Listen: port ${number} is in use already on 127.0.0.1`));
});

import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { type Reply, ask } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { freePort } from './lib/ports.ts';
import { untilDead } from './lib/process.ts';
import { connectPlain, connectTls } from './lib/raw.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'app.example.test';
const application = await startApplication();
const pair = await authority.issue([HOST]);
const site = { name: HOST, upstreams: [application.url], pairs: [pair] };

function overUnix(socketPath: string): Promise<number> {
  return new Promise((resolve, reject) => {
    http.get({ socketPath, path: '/unix', headers: { host: HOST } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).once('error', reject);
  });
}

const named = (reply: Reply): string => reply.text;

test('all addresses, IPv4 and IPv6, when none is named', async () => {
  const gateway = await startGateway({ server: { 'Listen Address': '*' } });
  await gateway.addSite(site);
  assert.equal(named(await ask(gateway, { host: HOST, path: '/name' })), 'application');
  assert.equal(named(await ask(gateway, { host: HOST, path: '/name', address: '::1' })), 'application');
  assert.equal((await ask(gateway, { via: 'http', host: HOST, address: '::1' })).status, 302);
  await ask(gateway, { host: HOST, path: '/who', address: '::1' });
  assert.equal(application.seen.at(-1)?.field('x-forwarded-for'), '::1');
  assert.match(application.seen.at(-1)?.field('forwarded') ?? '', /for="\[::1\]"/i);
  await gateway.stop();
});

test('only the addresses that are named', async () => {
  const gateway = await startGateway({ server: { 'Listen Address': '127.0.0.1, ::1' } });
  await gateway.addSite(site);
  for (const address of ['127.0.0.1', '::1']) assert.equal((await ask(gateway, { host: HOST, path: '/name', address })).status, 200, address);
  await assert.rejects(connectPlain({ port: gateway.https, host: '127.0.0.2' }), /ECONNREFUSED/);
  await gateway.stop();
});

test('listeners of their own sections: HTTP, HTTPS, both, Unix', async () => {
  const [plain, secure, both] = [await freePort(), await freePort(), await freePort()];
  const socket = join(temporaryDirectory(), 'a.sock');
  const gateway = await startGateway({ sections: {
    'Listener plain': { Address: `127.0.0.1:${plain}`, Protocol: 'http' },
    'Listener secure': { Address: `[::1]:${secure}`, Protocol: 'https' },
    'Listener both': { Address: `*:${both}`, Protocol: 'both' },
    'Listener local': { Address: `unix:${socket}`, Protocol: 'http', Mode: '0660' },
  } });
  await gateway.addSite(site);
  assert.equal((await ask(gateway, { via: 'http', host: HOST, port: plain })).status, 302);
  assert.equal((await ask(gateway, { host: HOST, port: secure, address: '::1', path: '/name' })).status, 200);
  assert.equal((await ask(gateway, { host: HOST, port: both, path: '/name' })).status, 200);
  assert.equal((await ask(gateway, { via: 'http', host: HOST, port: both })).status, 302);
  assert.equal(await overUnix(socket), 302);
  assert.equal(statSync(socket).mode & 0o777, 0o660);
  await gateway.stop();
  assert.equal(existsSync(socket), false, 'the socket is removed');
});

test('a Unix socket left behind is replaced, one that is in use is an error', async () => {
  const socket = join(temporaryDirectory(), 'a.sock');
  const sections = { 'Listener local': { Address: `unix:${socket}`, Protocol: 'http' } };
  const first = await startGateway({ sections });
  const children = [first.child('gateway'), first.child('control')].filter((pid) => pid !== undefined);
  first.process.child.kill('SIGKILL');
  await first.process.exited;
  for (const pid of children) await untilDead(pid); // they listen, too, and end by themselves
  assert.equal(existsSync(socket), true);
  const second = await startGateway({ sections });
  await second.addSite(site);
  assert.equal(await overUnix(socket), 302);
  await assert.rejects(startGateway({ sections }), /exit 2|in use|a\.sock/);
  await second.stop();
});

// What systemd does: sockets from descriptor 3 on, LISTEN_FDS, LISTEN_FDNAMES, LISTEN_PID.
const ACTIVATOR = `
import os, socket, sys
ports = [int(port) for port in sys.argv[1].split(',')]
fds = []
for port in ports:
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('127.0.0.1', port)); s.listen(64); fds.append(s)
copies = [os.dup2(os.dup(s.fileno()), 100 + i) for i, s in enumerate(fds)]
for i, fd in enumerate(copies): os.dup2(fd, 3 + i, inheritable=True)
os.environ.update(LISTEN_FDS=str(len(ports)), LISTEN_FDNAMES=sys.argv[2], LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[3], sys.argv[3:])
`;

test('descriptors inherited from a service manager, by name and by number', async () => {
  const [plain, secure] = [await freePort(), await freePort()];
  const script = join(temporaryDirectory(), 'activate.py');
  writeFileSync(script, ACTIVATOR);
  for (const [httpAddress, httpsAddress] of [['fd:plain', 'fd:secure'], ['fd:3', 'fd:4']]) {
    const gateway = await startGateway({
      server: { 'Http Port': 0, 'Https Port': 0, 'Public Http Port': plain, 'Public Https Port': secure }, https: secure, http: plain,
      sections: { 'Listener web': { Address: httpAddress ?? '', Protocol: 'http' }, 'Listener tls': { Address: httpsAddress ?? '', Protocol: 'https' } },
      command: { file: '/usr/bin/python3', args: [script, `${plain},${secure}`, 'plain:secure'] },
    });
    await gateway.addSite(site);
    assert.equal((await ask(gateway, { via: 'http', host: HOST })).field('location'), `https://${HOST}:${secure}/`);
    assert.equal((await ask(gateway, { host: HOST, path: '/name' })).status, 200);
    await gateway.stop();
  }
});

test('without any HTTPS port plain HTTP goes to the application', async () => {
  const gateway = await startGateway({ server: { 'Https Port': 0 } });
  const added = await gateway.api('POST', '/v1/sites', { name: HOST, upstreams: [application.url], redirect: 'off' });
  assert.equal(added.status, 201, added.text);
  assert.equal(named(await ask(gateway, { via: 'http', host: HOST, path: '/name' })), 'application');
  await gateway.stop();
});

test('connections beyond the limit are turned away, and taken again when there is room', async () => {
  const gateway = await startGateway({ server: { Workers: 1 } });
  await gateway.addSite(site);
  await gateway.limits({ connections_max: 20 });
  const many = await Promise.all(Array.from({ length: 60 }, () => connectPlain({ port: gateway.https })));
  const closed = (): number => many.filter((client) => client.closed()).length;
  const refused = (): Promise<number> => gateway.metric('strictgate_connections_refused_total');
  await until('those beyond it are turned away', async () => closed() >= 40 && (await refused()) >= 40);
  assert.ok((await refused()) <= 45, `${await refused()} of 60 turned away`);
  for (const client of many) client.destroy();
  await until('there is room again', async () => (await gateway.metric('strictgate_connections_open')) === 0);
  const client = await connectTls({ port: gateway.https, servername: HOST });
  client.send(`GET /name HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await client.untilText('application');
  client.destroy();
  await gateway.stop();
});

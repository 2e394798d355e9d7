import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import bcrypt from 'bcryptjs';
import { launchBrowser } from './lib/browser.ts';
import { authority } from './lib/certs.ts';
import { ask } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { freePort } from './lib/ports.ts';
import { start } from './lib/process.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { until } from './lib/wait.ts';

const HOST = 'flows.example.test';
const PASSWORD = 'correct horse';
const directory = temporaryDirectory();
const port = await freePort();
writeFileSync(join(directory, 'settings.js'), `module.exports = ${JSON.stringify({
  uiHost: '127.0.0.1', uiPort: port, userDir: directory, flowFile: 'flows.json', credentialSecret: 'x', telemetry: { enabled: false, updateNotification: false },
  adminAuth: { type: 'credentials', users: [{ username: 'admin', password: bcrypt.hashSync(PASSWORD, 8), permissions: '*' }] },
  editorTheme: { tours: false, palette: { editable: false } }, externalModules: { autoInstall: false, palette: { allowInstall: false } },
  logging: { console: { level: 'info' } },
})};\n`);
writeFileSync(join(directory, 'flows.json'), '[]');
const red = createRequire(import.meta.url).resolve('node-red/red.js');
const application = start(process.execPath, [red, '-u', directory, '-s', join(directory, 'settings.js')]);
await until('Node-RED runs', () => /Server now running/.test(application.output()), 60_000);

const gateway = await startGateway();
await gateway.addSite({ name: HOST, upstreams: [`http://127.0.0.1:${port}`], pairs: [await authority.issue([HOST])], hsts: 300 });

test('a sign-in, a deployed flow and its WebSocket messages work in Chromium', { timeout: 120_000 }, async () => {
  const browser = await launchBrowser({ trust: [authority.file], resolve: [HOST] });
  const page = await browser.newPage();
  const sockets: string[] = [];
  const frames: string[] = [];
  page.on('websocket', (socket) => {
    sockets.push(socket.url());
    socket.on('framereceived', ({ payload }) => frames.push(String(payload)));
  });
  const failed: string[] = [];
  page.on('response', (response) => {
    if (response.status() >= 500) failed.push(`${response.status()} ${response.url()}`);
  });
  const first = await page.goto(`http://${HOST}:${gateway.http}/`);
  assert.equal(new URL(page.url()).protocol, 'https:');
  assert.equal(first?.status(), 200);
  await page.fill('#node-dialog-login-username', 'admin');
  await page.fill('#node-dialog-login-password', PASSWORD);
  await page.click('#node-dialog-login-submit');
  await page.waitForSelector('#red-ui-header-button-deploy', { timeout: 60_000 });
  await until('the editor has its WebSocket', () => sockets.some((url) => url === `wss://${HOST}:${gateway.https}/comms`) && frames.length > 0, 30_000);
  const flow = [
    { id: 'tab1', type: 'tab', label: 'Flow' },
    { id: 'inject1', type: 'inject', z: 'tab1', props: [{ p: 'payload' }], repeat: '1', once: true, onceDelay: 0.1, payload: 'ping through the gateway', payloadType: 'str', wires: [['debug1']], x: 100, y: 100 },
    { id: 'debug1', type: 'debug', z: 'tab1', active: true, tosidebar: true, console: false, tostatus: false, complete: 'payload', targetType: 'msg', wires: [], x: 300, y: 100 },
  ];
  const status = await page.evaluate(`(async () => {
    const token = JSON.parse(localStorage.getItem('auth-tokens')).access_token;
    const reply = await fetch('/flows', { method: 'POST', headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json', 'node-red-deployment-type': 'full' }, body: ${JSON.stringify(JSON.stringify(flow))} });
    return reply.status;
  })()`);
  assert.equal(status, 204);
  await until('debug messages arrive over the WebSocket', () => frames.some((text) => text.includes('ping through the gateway')), 20_000);
  assert.deepEqual(failed, []);
});

test('its responses carry the field exactly once, whatever they are', async () => {
  for (const [path, status] of [['/', 200], ['/flows', 401], ['/nothing-here', 404], ['/red/red.min.js', 200], ['/auth/login', 200]] as const) {
    for (const via of ['https', 'h2'] as const) {
      const reply = await ask(gateway, { via, host: HOST, path });
      assert.equal(reply.status, status, path);
      assert.deepEqual(reply.all('strict-transport-security'), ['max-age=300'], path);
    }
  }
});

test('a wrong password is refused by Node-RED, not by us', async () => {
  const body = 'client_id=node-red-admin&grant_type=password&scope=*&username=admin&password=wrong';
  const reply = await ask(gateway, { via: 'h2', host: HOST, path: '/auth/token', method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  assert.ok([401, 403].includes(reply.status), String(reply.status));
});

// The demonstration application by itself, without a gateway: what it must do for `make run` to show the truth.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { test } from 'node:test';
import { WebSocket } from 'ws';

import { configOf } from './lib/config.js';
import { createSessions } from './lib/sessions.js';
import { createDemo } from './server.js';

const PROXIED = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '192.0.2.7', Host: 'app.localhost' };

async function withDemo(config, use) {
  const server = createDemo(configOf(config)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(server.address().port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function ask(port, path, { method = 'GET', headers = {}, body = '' } = {}) {
  const sent = request({ port, host: '127.0.0.1', path, method, headers, agent: false });
  sent.end(body);
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, headers: response.headers, text };
}

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const signIn = (port, headers) =>
  ask(port, '/sign-in', { method: 'POST', headers: { ...FORM, ...headers }, body: 'name=Ada+%3Cb%3E&password=demo' });

test('a visitor signs in, sees the live page and signs out', () => withDemo('[Server]\nHttps Proxy = True', async (port) => {
  assert.match((await ask(port, '/', { headers: PROXIED })).text, /<h1>Sign in<\/h1>/);
  const signed = await signIn(port, { ...PROXIED, Origin: 'https://app.localhost' });
  assert.equal(signed.status, 303);
  assert.equal(signed.headers.location, '/live');
  const [cookie] = signed.headers['set-cookie'];
  assert.match(cookie, /^demo-session=[\w-]{32}; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
  const headers = { ...PROXIED, Cookie: cookie.split(';')[0] };
  const live = await ask(port, '/live', { headers });
  assert.match(live.text, /Hello, Ada &lt;b&gt;/);
  assert.match(live.text, /came over HTTPS/);
  assert.match(live.text, /192\.0\.2\.7/);
  assert.equal((await ask(port, '/sign-out', { method: 'POST', headers })).status, 303);
  assert.equal((await ask(port, '/live', { headers })).headers.location, '/');
}));

test('a wrong password is refused with the reason', () => withDemo('', async (port) => {
  const answer = await ask(port, '/sign-in', { method: 'POST', headers: FORM, body: 'name=Ada&password=no' });
  assert.equal(answer.status, 403);
  assert.match(answer.text, /role="alert"/);
}));

test('a form of another site is refused', () => withDemo('[Server]\nHttps Proxy = True', async (port) => {
  assert.equal((await signIn(port, { ...PROXIED, Origin: 'https://elsewhere.example' })).status, 403);
}));

test('without a gateway nobody is believed', () => withDemo('', async (port) => {
  const signed = await signIn(port, { 'X-Forwarded-Proto': 'https' });
  assert.doesNotMatch(signed.headers['set-cookie'][0], /Secure/);
  const live = await ask(port, '/live', { headers: { Cookie: signed.headers['set-cookie'][0].split(';')[0] } });
  assert.match(live.text, /no gateway in front/);
}));

test('plain HTTP through the gateway is sent to HTTPS', () =>
  withDemo('[server]\nHTTPS PROXY = true\ndomain = app.localhost:8443', async (port) => {
    const answer = await ask(port, '/live?x=1', { headers: { 'X-Forwarded-Proto': 'http' } });
    assert.equal(answer.status, 308);
    assert.equal(answer.headers.location, 'https://app.localhost:8443/live?x=1');
    assert.equal((await ask(port, '/healthz', { headers: { 'X-Forwarded-Proto': 'http' } })).status, 200);
  }));

test('an upload larger than the form is refused', () => withDemo('', async (port) => {
  const answer = await ask(port, '/sign-in', { method: 'POST', headers: FORM, body: 'x'.repeat(5000) });
  assert.equal(answer.status, 413);
}));

test('the WebSocket carries messages, the clock and the count', () => withDemo('', async (port) => {
  const signed = await signIn(port, {});
  const headers = { Cookie: signed.headers['set-cookie'][0].split(';')[0] };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live/socket`, { headers, origin: `http://127.0.0.1:${port}` });
  const seen = {};
  socket.on('message', (data) => {
    const message = JSON.parse(data);
    seen[message.type] = message;
  });
  await once(socket, 'open');
  socket.send('  good morning  ');
  while (Object.keys(seen).length < 3) await once(socket, 'message');
  assert.equal(seen.visitors.count, 1);
  assert.equal(seen.message.text, 'good morning');
  assert.equal(seen.message.from, 'Ada <b>');
  socket.close();
}));

test('the WebSocket is refused without a session and to other origins', () => withDemo('', async (port) => {
  const signed = await signIn(port, {});
  const Cookie = signed.headers['set-cookie'][0].split(';')[0];
  const own = `http://127.0.0.1:${port}`;
  for (const [headers, origin, status] of [[{}, own, 401], [{ Cookie }, 'https://elsewhere.example', 403]]) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/live/socket`, { headers, origin });
    const [, response] = await once(socket, 'unexpected-response');
    assert.equal(response.statusCode, status);
    socket.on('error', () => {}); // of the termination below
    socket.terminate();
  }
}));

test('a session ends by itself', () => {
  let now = 0;
  const sessions = createSessions(() => now);
  const id = sessions.open('Ada');
  assert.equal(sessions.find(id).name, 'Ada');
  now = 8 * 60 * 60 * 1000;
  assert.equal(sessions.find(id), undefined);
});

test('a setting that is wrong is named', () => {
  assert.throws(() => configOf('[Server]\nHttp Port = many'), /Http Port = many/);
  assert.throws(() => configOf('[Server]\nHttps Proxy = 1'), /Https Proxy = 1/);
  assert.throws(() => configOf('[Server]\nnothing'), /line 2/);
});

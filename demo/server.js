// The demonstration application: an ordinary small web application that knows nothing of certificates. It is what
// `make run` puts behind the gateway, and stands for whatever application an administrator has.
//
//     node server.js [config.ini]

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

import { readConfig } from './lib/config.js';
import { originOf, seenFrom } from './lib/seen.js';
import { createLive } from './lib/live.js';
import { livePage, notFoundPage, signInPage } from './lib/pages.js';
import { createSessions, sessionCookie, sessionIn } from './lib/sessions.js';

const PASSWORD = 'demo';
const FORM_SIZE_MAX = 4096; // a name and a password
const NAME_LENGTH_MAX = 40;

const STATIC = {
  '/style.css': { file: 'style.css', type: 'text/css; charset=utf-8' },
  '/live.js': { file: 'live.js', type: 'text/javascript; charset=utf-8' },
};

const FIELDS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; img-src data:; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

function answer(response, status, type, content, fields = {}) {
  const bytes = Buffer.from(content);
  response.writeHead(status, { ...FIELDS, 'Content-Type': type, 'Content-Length': bytes.length, ...fields });
  response.end(bytes);
}

const page = (response, status, html, fields) => answer(response, status, 'text/html; charset=utf-8', html, fields);
const see = (response, path, fields = {}) => answer(response, 303, 'text/plain', '', { Location: path, ...fields });

async function readForm(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > FORM_SIZE_MAX) return null;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

// A form of another site must not act in a visitor's name.
const fromOurselves = (config, request) =>
  request.headers.origin === undefined || request.headers.origin === originOf(config, request);

async function signIn(context, request, response) {
  if (!fromOurselves(context.config, request)) return answer(response, 403, 'text/plain', 'wrong origin\n');
  const form = await readForm(request);
  if (form === null) return answer(response, 413, 'text/plain', 'too large\n', { Connection: 'close' });
  const name = (form.get('name') ?? '').trim().slice(0, NAME_LENGTH_MAX);
  if (name === '' || form.get('password') !== PASSWORD) {
    const problem = name === '' ? 'Please give a name.' : 'That is not the password. It is “demo”.';
    return page(response, 403, signInPage({ name, problem }));
  }
  const id = context.sessions.open(name);
  const secure = seenFrom(context.config, request).scheme === 'https';
  return see(response, '/live', { 'Set-Cookie': sessionCookie(id, secure) });
}

function signOut(context, request, response) {
  if (!fromOurselves(context.config, request)) return answer(response, 403, 'text/plain', 'wrong origin\n');
  context.sessions.close(sessionIn(request));
  return see(response, '/', { 'Set-Cookie': sessionCookie('', false) });
}

async function route(context, request, response) {
  const path = request.url.split('?')[0];
  const read = request.method === 'GET' || request.method === 'HEAD';
  const session = context.sessions.find(sessionIn(request));

  if (read && path === '/healthz') return answer(response, 200, 'text/plain', 'ok\n');
  if (read && path in STATIC) {
    const { file, type } = STATIC[path];
    return answer(response, 200, type, await readFile(new URL(`public/${file}`, import.meta.url)));
  }
  if (request.method === 'POST' && path === '/sign-in') return signIn(context, request, response);
  if (request.method === 'POST' && path === '/sign-out') return signOut(context, request, response);
  if (read && path === '/') return session ? see(response, '/live') : page(response, 200, signInPage({}));
  if (read && path === '/live') {
    if (!session) return see(response, '/');
    return page(response, 200, livePage({ name: session.name, seen: seenFrom(context.config, request) }));
  }
  return page(response, 404, notFoundPage());
}

// With a gateway in front, plain HTTP that reaches us all the same is sent to HTTPS, as such applications do: whoever
// sees a loop here has a gateway that does not say X-Forwarded-Proto.
function mustMove(config, request) {
  return config.httpsProxy && request.headers['x-forwarded-proto'] === 'http' && request.url !== '/healthz';
}

export function createDemo(config) {
  const sessions = createSessions();
  const context = { config, sessions };
  const server = createServer((request, response) => {
    if (mustMove(config, request)) {
      answer(response, 308, 'text/plain', '', { Location: `https://${config.domain}${request.url}` });
      return;
    }
    route(context, request, response).catch((error) => {
      console.error(error);
      if (response.headersSent) response.destroy();
      else answer(response, 500, 'text/plain', 'something went wrong\n');
    });
  });
  const live = createLive({ config, sessions });
  server.on('upgrade', (request, socket, head) => live.upgrade(request, socket, head));
  server.on('close', () => live.close());
  return server;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const config = await readConfig(process.argv[2]);
  const server = createDemo(config);
  server.on('error', (error) => {
    console.error(`demo: ${error.message}`);
    process.exit(1);
  });
  server.listen(config.httpPort, '127.0.0.1', () => {
    console.log(`demo: listening on 127.0.0.1:${server.address().port}`);
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
}

// The pages. Everything that comes from outside passes through escape.

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text) => String(text).replace(/[&<>"']/g, (character) => ESCAPES[character]);

const shell = (title, main, script = '') => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · Harbour</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
${script}</head>
<body>
<header><p class="brand">Harbour</p><p>a demonstration application behind Strictgate</p></header>
<main>
${main}
</main>
</body>
</html>
`;

export const signInPage = ({ name = '', problem = '' }) => shell('Sign in', `<section class="card narrow">
<h1>Sign in</h1>
${problem ? `<p class="problem" role="alert">${escape(problem)}</p>` : ''}
<form method="post" action="/sign-in">
<label for="name">Your name</label>
<input id="name" name="name" value="${escape(name)}" autocomplete="username" maxlength="40" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" aria-describedby="hint" required>
<p id="hint" class="hint">Any name will do; the password is <code>demo</code>.</p>
<button type="submit">Sign in</button>
</form>
</section>`);

const row = ([name, value]) =>
  `<tr><th scope="row">${escape(name)}</th><td>${value === '' ? '<span class="hint">not sent</span>' : escape(value)}</td></tr>`;

const verdict = ({ scheme, proxied }) => {
  if (!proxied) return '<p class="problem">There is no gateway in front: this connection is not encrypted.</p>';
  if (scheme !== 'https') return '<p class="problem">The gateway says that you came over plain HTTP.</p>';
  return '<p class="good">The gateway says that you came over HTTPS.</p>';
};

export const livePage = ({ name, seen }) => shell('Live', `<section class="card">
<div class="bar">
<h1>Hello, ${escape(name)}</h1>
<form method="post" action="/sign-out"><button type="submit" class="quiet">Sign out</button></form>
</div>
<dl class="facts">
<div><dt>Clock of the application</dt><dd id="clock">–</dd></div>
<div><dt>Visitors here</dt><dd id="visitors">–</dd></div>
<div><dt>WebSocket</dt><dd id="state" role="status">connecting</dd></div>
</dl>
</section>
<section class="card">
<h2>Messages</h2>
<ol id="messages" aria-live="polite" aria-label="Messages"></ol>
<form id="say">
<label for="text">Say something to everybody here</label>
<div class="bar"><input id="text" name="text" maxlength="280" autocomplete="off" required><button type="submit">Send</button></div>
</form>
</section>
<section class="card">
<h2>What the application was told about you</h2>
${verdict(seen)}
<table><thead><tr><th scope="col">Field</th><th scope="col">Value</th></tr></thead>
<tbody>${seen.fields.map(row).join('\n')}</tbody></table>
<h2>What your browser was told</h2>
<p><code>Strict-Transport-Security</code>: <span id="promise">…</span></p>
</section>`, '<script type="module" src="/live.js"></script>\n');

export const notFoundPage = () => shell('Not found', `<section class="card narrow">
<h1>There is no such page</h1>
<p><a href="/">To the start</a></p>
</section>`);

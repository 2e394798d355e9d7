// The admin panel as an administrator uses it, from the one-time link on; and its pages as people see them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startGateway } from './lib/gateway.ts';
import { startViewer, violationsOf } from './lib/pages.ts';
import { freePort } from './lib/ports.ts';
import { startUpstream } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const NAME = 'amina';
const PASSWORD = 'river lantern forty-seven';

const port = await freePort();
const gateway = await startGateway({ sections: { Panel: { Listen: `127.0.0.1:${port}` } } });
const application = await startUpstream((_, response) => response.end('here'));
const viewer = await startViewer({ trust: [] });
const page = await viewer.open('about:blank', { width: 1280, language: 'en' });
// Each step builds on the one before: what does not come is not waited for twelve times over.
page.setDefaultTimeout(20_000);

// What the browser complains about: above all whatever the content security policy forbids.
const complaints: string[] = [];
page.on('pageerror', (error) => complaints.push(error.message));
page.on('console', (message) => {
  // Refusals are part of the test.
  if (message.type() === 'error' && !/status of 40[01]/.test(message.text())) complaints.push(message.text());
});
after(() => page.close());

const heading = (name: string) => page.getByRole('heading', { name, level: 1 });

test('the one-time link leads to the first account, and stays out of the address and the history', async () => {
  const link = (await gateway.cli('admin', 'link')).stdout.split('\n')[0] ?? '';
  assert.match(link, new RegExp(`^http://127\\.0\\.0\\.1:${port}/#setup=[\\w-]+$`));
  await page.goto(link);
  await heading('Create the first account').waitFor();
  assert.equal(page.url(), `http://127.0.0.1:${port}/#/`);
  await page.getByLabel('Name').fill(NAME);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password, once more').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create the account' }).click();
  await heading('Overview').waitFor();
  await page.getByText('No site yet').waitFor();
});

test('a site is added, and what is wrong is told at the field', async () => {
  await page.getByRole('main').getByRole('link', { name: 'Add a site' }).click();
  await heading('Add a site').waitFor();
  await page.getByLabel('Host name').fill('no such name');
  await page.getByLabel('Address of the application').fill(application.url.replace('http://', ''));
  await page.getByLabel(/From the built-in/).check();
  await page.keyboard.press('Enter');
  await page.getByText('"no such name" is not a host name').waitFor();
  assert.equal(await page.evaluate('document.activeElement.getAttribute("aria-invalid")'), 'true');
  await page.getByLabel('Host name').fill('app.example.org');
  await page.keyboard.press('Enter');
  await heading('app.example.org').waitFor();
  await page.getByText('app.example.org was added.').waitFor();
  await page.getByText('answers', { exact: true }).waitFor();
});

test('what others change is there without reloading', async () => {
  await page.getByRole('link', { name: 'Overview' }).first().click();
  await page.getByRole('link', { name: 'app.example.org' }).waitFor();
  await gateway.addSite({ name: 'plain.example.org', upstreams: [application.url] });
  await page.getByRole('link', { name: 'plain.example.org' }).waitFor();
  await page.getByText('No certificate: plain HTTP only').waitFor();
});

test('a session that was ended elsewhere leads to the door and back, with what was typed', async () => {
  await page.goto(`http://127.0.0.1:${port}/#/add`);
  await page.getByLabel('Host name').fill('half.typed.example');
  const { sessions } = (await gateway.must('GET', '/v1/sessions')) as unknown as { sessions: { id: number }[] };
  for (const { id } of sessions) await gateway.api('DELETE', `/v1/sessions/${id}`);
  await heading('Sign in').waitFor();
  await page.getByText('Your session has ended').waitFor();
  await page.getByLabel('Password', { exact: true }).fill('wrong wrong wrong');
  await page.keyboard.press('Enter');
  await page.getByText('The name or the password is not right.').waitFor();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await heading('Add a site').waitFor();
  assert.equal(await page.getByLabel('Host name').inputValue(), 'half.typed.example');
});

test('everything is reached with the keyboard, the content first of all', async () => {
  await page.goto(`http://127.0.0.1:${port}/#/`);
  await page.reload();
  await heading('Overview').waitFor();
  await page.getByRole('link', { name: 'app.example.org' }).waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the content');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Add a site');
  await page.keyboard.press('Enter');
  await heading('Add a site').waitFor();
  // Where one came to is where the focus is, so that a screen reader says it.
  await until('the focus is at the heading', async () => (await page.evaluate('document.activeElement.textContent')) === 'Add a site');
});

// A person with a passkey, as far as the browser can tell. What the account's page will do to make one is done here by hand.
const CREATE_PASSKEY = `async ({ password, label }) => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  const csrf = localStorage.getItem('strictgate.token');
  const post = async (body) => (await fetch('/v1/account/passkeys', { method: 'POST', headers: { 'content-type': 'application/json', 'x-strictgate-csrf': csrf }, body: JSON.stringify(body) })).json();
  const given = await post({ password });
  const { response } = await navigator.credentials.create({ publicKey: {
    challenge: bytes(given.challenge), rp: { id: given.rp_id, name: 'Strictgate' }, attestation: 'none',
    user: { id: bytes(given.user_id), name: given.user_name, displayName: given.user_name },
    pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg })), authenticatorSelection: { userVerification: 'required', residentKey: 'required', requireResidentKey: true },
  } });
  return post({ label, client_data: text(response.clientDataJSON), authenticator_data: text(response.getAuthenticatorData()) });
}`;

test('a passkey opens the door without a password, at a name', async () => {
  const byName = await viewer.open(`http://localhost:${port}/`, { width: 1280, language: 'en' });
  byName.setDefaultTimeout(20_000);
  const debug = await byName.context().newCDPSession(byName);
  await debug.send('WebAuthn.enable');
  await debug.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await byName.getByLabel('Name').fill(NAME);
  await byName.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await byName.keyboard.press('Enter');
  await byName.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  const made = (await byName.evaluate(`(${CREATE_PASSKEY})(${JSON.stringify({ password: PASSWORD, label: 'key' })})`)) as { passkeys?: unknown[] };
  assert.equal(made.passkeys?.length, 1, JSON.stringify(made));
  await byName.getByRole('button', { name: NAME }).click();
  await byName.getByRole('button', { name: 'Sign out' }).click();
  await byName.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
  assert.equal(await byName.getByText('Your session has ended').count(), 0, 'who left knows');
  await byName.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await byName.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  await byName.close();
});

// Every route of the panel is a place; one with a name of another kind than a site's has to be told apart here first.
const PATTERNS = [...readFileSync(new URL('../../web/src/routes.ts', import.meta.url), 'utf8').matchAll(/\bpattern: '([^']+)'/g)].map((found) => found[1] ?? '');
const PLACES: string[] = [...PATTERNS.map((pattern) => `#${pattern.replace(':name', 'app.example.org')}`), '#/sites/app.example.org/application?view=text', '#/nowhere'];
const WIDTHS = [360, 1280];

// axe-core finds nothing, and nothing is wider than the window.
async function isSound(shown: Page, where: string): Promise<void> {
  assert.deepEqual(await violationsOf(shown), [], where);
  assert.equal(await shown.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true, `${where}: wider than the window`);
}

test('the places are those of the routes', () => {
  assert.equal(PLACES.includes('#/') && PLACES.includes('#/sites/app.example.org/hsts'), true, PLACES.join(' '));
  assert.deepEqual(PLACES.filter((hash) => hash.includes(':')), [], 'what stands for this name?');
});

// Each page in both languages and both schemes.
for (const [scheme, language] of [['light', 'en'], ['dark', 'fr']] as const) {
  test(`every page can be read: ${scheme}, ${language}`, async () => {
    for (const hash of PLACES) {
      const shown = await viewer.open(`http://127.0.0.1:${port}/${hash}`, { width: 1280, scheme, language });
      await shown.getByRole('heading', { level: 1 }).waitFor();
      await shown.locator('main .loading').first().waitFor({ state: 'detached' });
      if (hash === '#/') await shown.getByRole('link', { name: 'app.example.org' }).waitFor();
      assert.equal(await shown.evaluate('document.documentElement.lang'), language);
      for (const width of WIDTHS) {
        await shown.setViewportSize({ width, height: 800 });
        await isSound(shown, `${hash}, ${width} px`);
      }
      await shown.close();
    }
  });
}

test('signing out leads to the door, which can be read as well', async () => {
  await page.getByRole('button', { name: NAME }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await heading('Sign in').waitFor();
  await page.setViewportSize({ width: 360, height: 740 });
  await isSound(page, 'the door');
  assert.equal((await page.request.get(`http://127.0.0.1:${port}/v1/status`)).status(), 401);
});

test('the browser had nothing to complain about', () => {
  assert.deepEqual(complaints, []);
});

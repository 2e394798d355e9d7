// Accounts in the panel, in Chromium: an owner adds an operator, who signs in and is not offered what owners do; codes and passkeys.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { oneTimeCode } from './lib/authenticator.ts';
import { startViewer, violationsOf } from './lib/pages.ts';
import { PASSWORD, startPanel } from './lib/panel.ts';
import { until } from './lib/wait.ts';

const panel = await startPanel();
// By the name, since browsers have no passkeys for addresses.
const at = (hash: string) => `http://localhost:${panel.port}/${hash}`;
const viewer = await startViewer({ trust: [], resolve: ['localhost'] });
const page = await viewer.open('about:blank', { width: 1280, language: 'en' });
page.setDefaultTimeout(20_000);
after(() => page.close());

const complaints: string[] = [];
page.on('pageerror', (error) => complaints.push(error.message));
page.on('console', (message) => {
  // Refusals are part of the test.
  if (message.type() === 'error' && !/status of 40[0139]/.test(message.text())) complaints.push(message.text());
});

const heading = (name: string) => page.getByRole('heading', { name, level: 1 });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const OPERATOR = 'olga';
const FIRST = 'given on the telephone';

async function signIn(name: string, password: string): Promise<void> {
  await heading('Sign in').waitFor();
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
}

async function signOut(name: string): Promise<void> {
  await button(name).click();
  await page.locator('.menu-panel').getByRole('button', { name: 'Sign out' }).click();
  await heading('Sign in').waitFor();
}

async function isSound(shown: Page, where: string): Promise<void> {
  for (const width of [360, 1280]) {
    await shown.setViewportSize({ width, height: 800 });
    assert.deepEqual(await violationsOf(shown), [], `${where}, ${width} px`);
    assert.equal(await shown.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true, `${where}: wider than ${width} px`);
    const folder = process.env['PICTURES'];
    if (folder !== undefined) writeFileSync(join(folder, `${where.replaceAll(/\W+/g, '-')}-${width}.png`), await shown.screenshot({ fullPage: true }));
  }
}

test('an owner adds an operator', async () => {
  await page.goto(at('#/accounts'));
  await signIn('owner', PASSWORD);
  await heading('Accounts').waitFor();
  await page.getByText('The last owner').waitFor();
  await page.getByRole('button', { name: 'Add an account' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('operator');
  await dialog.getByLabel('Password').fill(FIRST);
  await dialog.getByRole('button', { name: 'Add the account' }).click();
  await dialog.getByText('already').waitFor();
  await dialog.getByLabel('Name').fill(OPERATOR);
  await page.keyboard.press('Enter');
  await page.getByRole('rowheader', { name: OPERATOR }).waitFor();
  await dialog.waitFor({ state: 'detached' });
  await signOut('owner');
});

test('the operator signs in, and is not offered what owners do', async () => {
  await page.goto(at('#/settings'));
  await signIn(OPERATOR, FIRST);
  await heading('Settings').waitFor();
  const list = page.getByRole('main');
  await list.getByRole('link', { name: 'My account' }).waitFor();
  assert.equal(await list.getByRole('link', { name: 'Accounts', exact: true }).count(), 0);
  await page.goto(at('#/accounts'));
  await page.getByText('Your role does not include this page.').waitFor();
});

test('the password given on the telephone is changed, with the present one', async () => {
  await page.goto(at('#/account'));
  await page.getByLabel('Present password').fill('a guess that is wrong');
  await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('New password, once more').fill(PASSWORD);
  await button('Change the password').click();
  await page.getByText('This is not your password.').waitFor();
  await page.getByLabel('Present password').fill(FIRST);
  await button('Change the password').click();
  await page.getByText('The password was changed.').waitFor();
});

test('one-time codes are set up by the secret that is shown, and asked for from then on', async () => {
  await button('Set up one-time codes').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await dialog.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
  const secret = (await dialog.locator('code').innerText()).replaceAll(' ', '');
  await dialog.getByLabel('Code', { exact: true }).fill(oneTimeCode(secret));
  await page.keyboard.press('Enter');
  await page.getByText('in use', { exact: true }).waitFor();
  await signOut(OPERATOR);
  await signIn(OPERATOR, PASSWORD);
  await heading('Enter your code').waitFor();
  await page.getByLabel('Code').fill(oneTimeCode(secret, 1)); // each is good once
  await page.keyboard.press('Enter');
  await heading('My account').waitFor();
});

test('a passkey is made, signs in, and is removed', async () => {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await button('Add a passkey').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name of the passkey').fill('Laptop');
  await dialog.getByLabel('Your password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText('Laptop', { exact: true }).waitFor();
  await isSound(page, 'my account');
  await signOut(OPERATOR);
  await button('Sign in with a passkey').click();
  await heading('My account').waitFor();
  await button('Remove the passkey Laptop').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the passkey' }).click();
  await page.getByText('You have none yet.').waitFor();
});

test('a session that somebody else left open is ended', async () => {
  const forgotten = await panel.as('operator');
  await signOut(OPERATOR);
  await page.goto(at('#/accounts'));
  await signIn('owner', PASSWORD);
  const row = page.getByRole('row').filter({ hasText: 'unknown' }).filter({ hasText: 'operator' });
  await row.getByRole('button', { name: /^Sign out/ }).click();
  await until('the session has ended', async () => (await forgotten.ask('/v1/status')).status === 401);
  await isSound(page, 'accounts');
});

for (const scheme of ['light', 'dark'] as const) {
  test(`the pages can be read in French, ${scheme}`, async () => {
    for (const hash of ['settings', 'account', 'accounts']) {
      const shown = await viewer.open(at(`#/${hash}`), { width: 1280, scheme, language: 'fr' });
      await shown.getByRole('heading', { level: 1 }).waitFor();
      await isSound(shown, `${hash}, French, ${scheme}`);
      await shown.close();
    }
  });
}

test('the browser had nothing to complain about', () => {
  assert.deepEqual(complaints, []);
});

// A fresh proof, in Chromium: what would give the installation away is done when the dialog got its password or passkey, by itself, with what was typed.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startViewer, violationsOf } from './lib/pages.ts';
import { PASSWORD, startPanel } from './lib/panel.ts';
import { temporaryDirectory } from './lib/scope.ts';

const panel = await startPanel();
// By the name, since browsers have no passkeys for addresses.
const at = (hash: string) => `http://localhost:${panel.port}/${hash}`;
const viewer = await startViewer({ trust: [], resolve: ['localhost'] });
const page = await viewer.open(at('#/accounts'), { width: 1280, language: 'en' });
page.setDefaultTimeout(20_000);
after(() => page.close());

const heading = (name: string) => page.getByRole('heading', { name, level: 1 });
const dialog = page.getByRole('dialog', { name: 'Is it still you?' });
const file = join(temporaryDirectory(), 'mine.db');

async function give(password: string): Promise<void> {
  await dialog.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
}

async function accountNames(): Promise<string[]> {
  const { accounts } = (await panel.gateway.must('GET', '/v1/accounts')) as unknown as { accounts: { name: string }[] };
  return accounts.map(({ name }) => name);
}

async function addAccount(name: string): Promise<void> {
  await page.getByRole('button', { name: 'Add an account' }).click();
  const form = page.getByRole('dialog', { name: 'Add an account' });
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('Password', { exact: true }).fill('given on the telephone');
  await page.keyboard.press('Enter');
}

async function cookie(): Promise<string | undefined> {
  return (await page.context().cookies()).find(({ name }) => name === 'strictgate_session')?.value;
}

async function isSound(shown: Page, where: string): Promise<void> {
  for (const width of [360, 1280]) {
    await shown.setViewportSize({ width, height: 800 });
    assert.deepEqual(await violationsOf(shown), [], `${where}, ${width} px`);
    const folder = process.env['PICTURES'];
    if (folder !== undefined) writeFileSync(join(folder, `proof-${where}-${width}.png`), await shown.screenshot());
  }
}

test('after the sign-in nothing is asked', async () => {
  await page.getByLabel('Name').fill('owner');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await heading('Accounts').waitFor();
  await addAccount('first');
  await page.getByRole('rowheader', { name: 'first' }).waitFor();
});

test('later the dialog comes over the form; closed, it leaves what was typed, and nothing was done', async () => {
  await panel.staleness();
  await addAccount('second');
  await dialog.waitFor();
  await isSound(page, 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await isSound(page, 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.keyboard.press('Escape');
  await page.getByText('You did not confirm that it is you.').waitFor();
  assert.equal(await page.getByRole('dialog', { name: 'Add an account' }).getByLabel('Name').inputValue(), 'second');
  assert.ok(!(await accountNames()).includes('second'));
});

test('with the password the act goes on by itself, and the session has another cookie', async () => {
  const before = await cookie();
  await page.getByRole('dialog', { name: 'Add an account' }).getByRole('button', { name: 'Add the account' }).click();
  await dialog.waitFor();
  await give('a guess at it');
  await dialog.getByText('The password is not right.').waitFor();
  await give(PASSWORD);
  await page.getByRole('rowheader', { name: 'second' }).waitFor();
  assert.ok((await accountNames()).includes('second'));
  assert.notEqual(await cookie(), before);
  await page.getByRole('dialog').waitFor({ state: 'detached' }); // the list may have it before the form has its answer
  assert.equal(await page.getByRole('heading', { name: 'Sign in', level: 1 }).count(), 0);
});

test('a download waits for it', async () => {
  await page.goto(at('#/backup'));
  await page.getByRole('button', { name: 'Download the backup' }).waitFor(); // what is asked for while control ends is answered by nobody
  await panel.staleness();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    (async () => {
      await page.getByRole('button', { name: 'Download the backup' }).click();
      await dialog.waitFor();
      await give(PASSWORD);
    })(),
  ]);
  await download.saveAs(file);
});

test('an upload waits for it, and is sent once', async () => {
  await panel.staleness();
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/v1/restore')) sent.push(request.url());
  });
  await page.getByLabel('Backup file').setInputFiles(file);
  await dialog.waitFor();
  assert.deepEqual(sent, []);
  await give(PASSWORD);
  await page.getByRole('heading', { name: 'What mine.db would change' }).waitFor();
  assert.equal(sent.length, 1);
});

test('a passkey will do instead', async () => {
  const debug = await page.context().newCDPSession(page);
  await debug.send('WebAuthn.enable');
  await debug.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await page.goto(at('#/account'));
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Your password').fill(PASSWORD);
  await form.getByLabel('Name of the passkey').fill('key');
  await page.keyboard.press('Enter');
  await page.getByText('The passkey was made.').waitFor();
  await page.reload(); // the session as it is now: with a passkey
  await page.goto(at('#/accounts'));
  await page.getByRole('rowheader', { name: 'second' }).waitFor();
  await panel.staleness();
  await addAccount('third');
  await dialog.waitFor();
  await dialog.getByRole('button', { name: 'Use a passkey' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('rowheader', { name: 'third' }).waitFor();
  assert.ok((await accountNames()).includes('third'));
});

// The main path without a mouse: from the printed link to the trial of Strict Transport Security and back, with Tab, Enter, Space and an
// arrow for the choice. Wherever the focus is, it is seen; nothing traps it; a dialog gives it back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PANEL, startIntranet } from './lib/intranet.ts';
import { handAt } from './lib/hand.ts';
import { keyboardOf } from './lib/keyboard.ts';
import { until } from './lib/wait.ts';

const SITE = 'app.example.test';
const PASSWORD = 'river lantern forty-seven';
const { browser, gateway, application, link } = await startIntranet('chromium', SITE);
const { reads, type } = handAt(browser);

const { focus, goTo } = keyboardOf(browser);

// Whoever comes to another page is at its heading, which a screen reader says.
async function atHeading(words: string): Promise<void> {
  await until(`the focus is at the heading "${words}"`, async () => (await browser.evaluate("document.activeElement.matches('h1') && document.activeElement.textContent")) === words);
}

async function fill(label: string, text: string): Promise<void> {
  await goTo(label);
  await type(text);
}

test('the first account', { timeout: 60_000 }, async () => {
  await browser.goto(await link());
  await reads('Create the first account');
  await until('the focus is at the first field', async () => (await focus()).words === 'Name');
  await type('amina');
  await fill('Password', PASSWORD);
  await fill('Password, once more', PASSWORD);
  await goTo('Create the account');
  await browser.press('Enter');
  await reads('No site yet');
});

test('a site with a certificate', { timeout: 60_000 }, async () => {
  await goTo('Add a site');
  await browser.press('Enter');
  await atHeading('Add a site');
  await fill('Host name', SITE);
  await fill('Address of the application', application);
  await goTo('Later: I have one, or will decide then');
  await browser.press('ArrowDown');
  assert.match((await focus()).words, /^From the built-in/);
  await goTo('Add the site');
  await browser.press(' ');
  await atHeading(`${SITE} – Summary`);
  await reads(`${SITE} was added.`);
});

test('the trial', { timeout: 90_000 }, async () => {
  await goTo('Strict Transport Security');
  await browser.press('Enter');
  await atHeading(`${SITE} – Strict Transport Security`);
  assert.equal(await browser.evaluate('document.title'), `Strict Transport Security · ${SITE} · Strictgate`);
  const act = 'Start enabling Strict Transport Security';
  await until('the act is open', async () => (await browser.evaluate(`[...document.querySelectorAll('button')].some((one) => one.innerText.trim() === ${JSON.stringify(act)} && !one.disabled)`)) === true, 40_000);
  await goTo(act);
  await browser.press('Enter');
  await reads(`${SITE} now sends “max-age=300”.`);
});

test('no page is a trap: Tab comes round', { timeout: 60_000 }, async () => {
  for (const page of ['/', '/add', `/sites/${SITE}`, `/sites/${SITE}/certificate`, `/sites/${SITE}/hsts`]) {
    // The heading of the page before may have the focus still: it is marked, and another one is waited for.
    await browser.evaluate("document.querySelector('h1').dataset.before = ''");
    await browser.goto(`http://${PANEL}/#${page}`);
    await until(`${page} is there`, async () => (await browser.evaluate("document.activeElement.matches('h1:not([data-before])')")) === true);
    // The overview shows what it knew when it was left, without a site: what one comes to there is about to go away.
    if (page === '/') await until('the site is in the list', async () => (await browser.evaluate("document.querySelector('main table') !== null")) === true);
    await goTo('Skip to the content');
    await goTo('Skip to the content');
  }
});

test('a dialog keeps the focus, and gives it back', { timeout: 90_000 }, async () => {
  const act = 'Release browsers';
  await goTo(act);
  await browser.press('Enter');
  await reads(`Release the browsers of ${SITE}?`);
  assert.equal((await focus()).inDialog, true);
  await browser.press('Escape');
  await until('the dialog is closed', async () => (await browser.evaluate("document.querySelector('dialog') === null")) === true);
  assert.deepEqual(await focus(), { words: act, seen: true, inDialog: false });
  await browser.press('Enter');
  await until('the focus is in the dialog', async () => (await focus()).inDialog);
  await goTo(act);
  assert.equal((await focus()).inDialog, true);
  await browser.press(' ');
  await reads(`${SITE} now sends “max-age=0”.`);
  const { hsts } = (await gateway.must('GET', `/v1/sites/${SITE}`)) as unknown as { hsts: { phase: string } };
  assert.equal(hsts.phase, 'releasing');
});

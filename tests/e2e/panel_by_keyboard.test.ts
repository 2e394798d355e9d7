// The settings and a site's application without a mouse: every stop is seen and has a name, no page is a trap, and a dialog takes the
// focus, keeps it, and gives it back.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { keyboardOf } from './lib/keyboard.ts';
import { startViewer } from './lib/pages.ts';
import { PASSWORD, startPanel } from './lib/panel.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const SITE = 'app.example.org';
const SKIP = 'Skip to the content';
const panel = await startPanel();
const application = await startApplication();
await panel.gateway.addSite({ name: SITE, upstreams: [application.url], localCa: true });
await panel.gateway.must('POST', '/v1/cas', { name: 'letsencrypt', terms_agreed: true });
await panel.gateway.must('POST', '/v1/notify/channels', { name: 'journal', kind: 'syslog', facility: 'daemon' });
const viewer = await startViewer({ trust: [] });
const page = await viewer.open(`http://127.0.0.1:${panel.port}/`, { width: 1280, language: 'en' });
page.setDefaultTimeout(20_000);
after(() => page.close());

const { focus, goTo, round } = keyboardOf({ press: (key) => page.keyboard.press(key), evaluate: (expression) => page.evaluate(expression) });
const heading = (name: string) => page.getByRole('heading', { name, level: 1 });
const dialog = page.getByRole('dialog');

async function visit(hash: string): Promise<void> {
  await page.goto(`http://127.0.0.1:${panel.port}/${hash}`);
  await page.reload(); // so that the first Tab is the page's first
  await heading('').first().waitFor();
  await page.locator('main .loading').first().waitFor({ state: 'detached' });
}

test('signing in', async () => {
  await until('the focus is at the first field', async () => (await focus()).words === 'Name');
  await page.keyboard.type('owner');
  await goTo('Password');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await heading('Overview').waitFor();
});

const PLACES = ['#/settings', '#/account', '#/accounts', '#/authorities', '#/notifications', '#/audit', '#/backup', '#/about', `#/sites/${SITE}/application`];
for (const [width, places] of [[1280, PLACES], [360, ['#/', '#/accounts', '#/audit']]] as const) {
  test(`every stop of the pages is seen and named, and Tab comes round: ${width} px`, { timeout: 60_000 }, async () => {
    await page.setViewportSize({ width, height: 800 });
    for (const place of places) {
      await visit(place);
      await goTo(SKIP);
      const stops = await round(SKIP);
      assert.ok(stops.length > 4, `${place}: ${stops.join(' | ')}`);
      // Once round there is the browser itself, where nothing of the page has the focus.
      assert.ok(stops.filter((words) => words === '').length <= 1, `${place}: a stop without a name: ${stops.join(' | ')}`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  });
}

// Page, what opens the dialog, what it is called, where the focus is then.
const DIALOGS: [string, string, string, string][] = [
  ['#/account', 'Set up one-time codes', 'Set up one-time codes', 'Your password'],
  ['#/accounts', 'Add an account', 'Add an account', 'Name'],
  ['#/accounts', 'Role of operator', 'Role of operator', 'Operator'],
  ['#/accounts', 'Give operator a way in again', 'Give operator a way in again', 'New password'],
  ['#/accounts', 'Remove the account operator', 'Remove the account operator', 'Type operator to confirm'],
  ['#/authorities', 'Add an authority', 'Add an authority', 'Authority'],
  ['#/authorities', 'Remove Let’s Encrypt', 'Remove Let’s Encrypt', 'Type letsencrypt to confirm'],
  ['#/notifications', 'Add a channel', 'Add a channel', 'How'],
  ['#/notifications', 'Remove the channel journal', 'Remove the channel journal', 'Remove the channel journal'],
  [`#/sites/${SITE}/application`, 'Remove the site …', `Remove ${SITE}?`, `Type ${SITE} to confirm`],
];

test('a dialog takes the focus, keeps it, and gives it back on Escape', { timeout: 60_000 }, async () => {
  let there = '';
  for (const [place, button, title, first] of DIALOGS) {
    if (place !== there) await visit(place);
    there = place;
    await goTo(button);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: title }).waitFor();
    await until(`${title}: the focus is where one begins`, async () => (await focus()).words === first);
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      const stop = await focus();
      assert.ok(stop.inDialog || stop.words === '', `${title}: the focus left for "${stop.words}"`);
      assert.equal(stop.seen, true, `${title}: the focus is not seen at "${stop.words}"`);
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(await focus(), { words: button, seen: true, inDialog: false });
  }
});

test('when what had the focus is gone, it is at the heading of that part', async () => {
  await visit('#/notifications');
  await goTo('Remove the channel journal');
  await page.keyboard.press('Enter');
  await until('the focus is in the dialog', async () => (await focus()).inDialog);
  await goTo('Remove the channel');
  await page.keyboard.press('Enter');
  await page.getByText('Nobody is told yet').waitFor();
  await until('the focus is at a heading', async () => (await page.evaluate('document.activeElement.matches("h1, h2")')) === true);
});

test('a session that ends under a dialog leads to the door, and back to what was typed', async () => {
  await visit('#/accounts');
  await goTo('Add an account');
  await page.keyboard.press('Enter');
  await until('the focus is at the first field', async () => (await focus()).words === 'Name');
  await page.keyboard.type('half');
  const { sessions } = (await panel.gateway.must('GET', '/v1/sessions')) as unknown as { sessions: { id: number }[] };
  for (const { id } of sessions) await panel.gateway.api('DELETE', `/v1/sessions/${id}`);
  await heading('Sign in').waitFor();
  await until('the focus is at the first field', async () => (await focus()).words === 'Name');
  await goTo('Password');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await dialog.waitFor();
  assert.deepEqual(await focus(), { words: 'Name', seen: true, inDialog: true });
  assert.equal(await dialog.getByLabel('Name').inputValue(), 'half');
});

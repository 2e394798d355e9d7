// The application of a site in the panel, in Chromium: a route is added and served, what is wrong is told at its field, and the site
// is removed, which a promise forbids at first.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { authority } from './lib/certs.ts';
import { ask } from './lib/client.ts';
import { startViewer, violationsOf } from './lib/pages.ts';
import { PASSWORD, startPanel } from './lib/panel.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { startUpstream } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'app.example.org';
const TRIAL_S = 300;
const panel = await startPanel();
const { gateway } = panel;
const application = await startUpstream((_, response) => response.end('here'));
const other = await startUpstream((_, response) => response.end('there'));
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])] });
const viewer = await startViewer({ trust: [] });
const page = await viewer.open('about:blank', { width: 1280, language: 'en' });
page.setDefaultTimeout(20_000);
after(() => page.close());

const complaints: string[] = [];
page.on('pageerror', (error) => complaints.push(error.message));
page.on('console', (message) => {
  // Refusals are part of the test.
  if (message.type() === 'error' && !/status of 4(0[0149]|12)/.test(message.text())) complaints.push(message.text());
});

const button = (name: string, within: Pick<Page, 'getByRole'> = page) => within.getByRole('button', { name, exact: true });

async function isSound(where: string): Promise<void> {
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    assert.deepEqual(await violationsOf(page), [], `${where}, ${width} px`);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true, `${where}: wider than ${width} px`);
    const folder = process.env['PICTURES'];
    if (folder !== undefined) writeFileSync(join(folder, `${where.replaceAll(/\W+/g, '-')}-${width}.png`), await page.screenshot({ fullPage: true }));
  }
}

// What was said before is not taken for what is said now.
async function dismissAll(): Promise<void> {
  // All at once: they go away by themselves as well.
  await page.evaluate("for (const close of document.querySelectorAll('.toast-close')) close.click()");
  await page.getByRole('button', { name: 'Dismiss' }).first().waitFor({ state: 'detached' });
}

test('a route is added; what is wrong with it is told at its field, and then it is served', async () => {
  await page.goto(`http://127.0.0.1:${panel.port}/#/sites/${HOST}/application`);
  await page.getByLabel('Name').fill('owner');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText('answers', { exact: true }).waitFor();
  await button('Add a route').click();
  const route = page.getByRole('region', { name: 'New route' });
  await route.getByLabel('Address of the application').fill(`${other.url}/path`);
  await route.getByLabel('Paths that begin with').fill('/there');
  await button('Save').click();
  await page.getByText('requests keep the path they came with').waitFor();
  assert.equal(await page.evaluate('document.activeElement.getAttribute("aria-invalid")'), 'true');
  await page.getByRole('textbox', { name: 'Further names' }).fill('www.example.org');
  await page.getByText('The certificate does not have this name: www.example.org').waitFor();
  await isSound('a route that was refused');
  await page.getByRole('region', { name: 'Route /there' }).getByLabel('Address of the application').fill(other.url.replace('http://', ''));
  await page.getByRole('textbox', { name: 'Further names' }).fill('');
  await button('Save').click();
  await page.getByText(`${HOST}: saved, and served so from now on.`).waitFor();
  assert.equal((await ask(gateway, { host: HOST, path: '/there/x' })).text, 'there');
  assert.equal((await ask(gateway, { host: HOST, path: '/x' })).text, 'here');
});

test('the text is what `strictgate apply` takes, and says the same', async () => {
  // Whatever may surprise in YAML, in either of its versions.
  const error_page = ['<p>: # off', '', '  null \t', '\u0085\u2028\u{1f600} "\'\\', '%@`&*!|>'].join('\r\n');
  await gateway.must('PATCH', `/v1/sites/${HOST}`, { error_page, ladder: [300, 600] });
  await page.getByRole('link', { name: 'Text', exact: true }).click();
  const text = page.getByRole('textbox', { name: `${HOST} as text` });
  await until('the text has it', async () => (await text.inputValue()).includes('error_page'));
  const file = join(temporaryDirectory(), 'site.yaml');
  writeFileSync(file, await text.inputValue());
  const same = await gateway.cli('apply', file, '--dry-run');
  assert.equal(same.code, 0, same.stderr);
  assert.match(same.stdout, /All is as the file says already/);
  await gateway.must('PATCH', `/v1/sites/${HOST}`, { error_page: '', ladder: [300, 86_400, 604_800, 2_592_000, 31_536_000] });
  await until('the text shows it', async () => !(await text.inputValue()).includes('error_page'));
});

test('the text is changed: what is wrong is told with its line, what would change before it does', async () => {
  await dismissAll();
  const text = page.getByRole('textbox', { name: `${HOST} as text` });
  const there = await text.inputValue();
  await text.fill(there.replace('redirect: temporary', 'redirct: permanent'));
  await page.getByText('Did you mean redirect?').waitFor();
  await isSound('a text that cannot be read');
  await text.fill(there.replace(`${application.url}`, `${application.url}/path`));
  await page.getByText('requests keep the path they came with').waitFor();
  await text.fill(there.replace('redirect: temporary', 'redirect: permanent').replace('prefix: /there', 'prefix: /where'));
  await page.getByText('2 members would be different.').waitFor();
  await page.getByText('routes[1].prefix').waitFor();
  await isSound('what would change');
  assert.equal((await gateway.must('GET', `/v1/sites/${HOST}`)).redirect, 'temporary');
  await button('Save').click();
  await page.getByText(`${HOST}: saved, and served so from now on.`).waitFor();
  assert.equal((await ask(gateway, { host: HOST, path: '/where/x' })).text, 'there');
  assert.equal((await gateway.must('GET', `/v1/sites/${HOST}`)).redirect, 'permanent');
  await button('Undo').click();
  await page.getByText('Taken back: all is as it was before.').waitFor();
  assert.equal((await ask(gateway, { host: HOST, path: '/there/x' })).text, 'there');
  await page.getByRole('link', { name: 'Form', exact: true }).click();
  await page.getByRole('region', { name: 'Route /there' }).waitFor();
});

test('a change is taken back by the keyboard, for that state and no other', async () => {
  await dismissAll();
  await page.getByRole('radio', { name: /is served as it is/ }).check();
  await button('Save').click();
  await page.getByText(`${HOST}: saved, and served so from now on.`).waitFor();
  assert.equal((await gateway.must('GET', `/v1/sites/${HOST}`)).redirect, 'off');
  await isSound('a change that can be taken back');
  await page.keyboard.press('F8');
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'UndoF8');
  await page.keyboard.press('Enter');
  await page.getByText('Taken back: all is as it was before.').waitFor();
  assert.equal((await gateway.must('GET', `/v1/sites/${HOST}`)).redirect, 'temporary');
  await until('the form shows it', () => page.getByRole('radio', { name: /is moved to HTTPS, temporarily/ }).isChecked());
  await dismissAll();
  await page.getByRole('radio', { name: /is served as it is/ }).check();
  await button('Save').click();
  await button('Undo').waitFor();
  await gateway.must('PATCH', `/v1/sites/${HOST}`, { redirect: 'temporary' });
  await button('Undo').click();
  await page.getByText('It cannot be taken back: it was changed again meanwhile.').waitFor();
  await until('the form shows it', () => page.getByRole('radio', { name: /is moved to HTTPS, temporarily/ }).isChecked());
});

test('what others change is not written over', async () => {
  const fields = page.getByRole('radio', { name: /is moved to HTTPS, permanently/ });
  await page.getByRole('region', { name: 'Route /there' }).getByLabel('What answers').selectOption({ label: 'The same text every time' });
  await page.getByRole('region', { name: 'Route /there' }).getByLabel('Text of the answer').fill('closed');
  await gateway.must('PATCH', `/v1/sites/${HOST}`, { redirect: 'permanent' });
  await page.getByText('Somebody else changed this meanwhile').waitFor();
  await button('Save').click();
  await page.getByRole('alert').getByText('was changed by somebody else meanwhile').waitFor();
  assert.equal((await ask(gateway, { host: HOST, path: '/there/x' })).text, 'there');
  await button('Show what is there now').click();
  assert.equal(await fields.isChecked(), true);
});

test('removing the site is refused while browsers are bound, and an owner may all the same', async () => {
  await gateway.setHsts(HOST, TRIAL_S);
  await page.getByText('Browsers insist on HTTPS here').waitFor();
  await button('Remove the site …').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/to confirm/).fill(HOST);
  await isSound('removing the site');
  await button('Remove the site', dialog).click();
  await page.getByText(/would not be served any more, but browsers were told/).first().waitFor();
  await isSound('a removal that was refused');
  await button('Do it all the same …').click();
  await dialog.getByLabel('Reason').fill('a test');
  await dialog.getByLabel(/to confirm/).fill(HOST);
  await button('Remove the site', dialog).click();
  await page.getByText(`${HOST} is removed.`).waitFor();
  await until('the site is gone', async () => (await gateway.api('GET', `/v1/sites/${HOST}`)).status === 404);
});

test('the browser had nothing to complain about', () => assert.deepEqual(complaints, []));

// Who would be locked out, in the panel, in Chromium: of clients whose number is known, told by a trusted proxy's word for where they come
// from, the page says how many arrived, how many did not, what those are and where. A client counts as stranded ten minutes after it was
// sent to HTTPS: for the pages that show it so, what is on the way in the server's answer is made stranded on its way to the browser.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { authority } from './lib/certs.ts';
import { BROWSER, type Crowd, crowdOf } from './lib/crowd.ts';
import type { ClientsDay } from './lib/evidence.ts';
import { startViewer, violationsOf } from './lib/pages.ts';
import { PASSWORD, startPanel } from './lib/panel.ts';
import { freePort } from './lib/ports.ts';
import { atEnd } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';
import { afterMidnightWithin } from './lib/wait.ts';

// No client may come on one day, and others on the next.
await afterMidnightWithin(120_000);

const HOST = 'app.example.org';
const [http, https] = [await freePort(), await freePort()];
const panel = await startPanel({
  sections: {
    'Listener plain': { Address: `127.0.0.1:${http}`, Protocol: 'http', 'Trusted Proxies': '127.0.0.1' },
    'Listener secure': { Address: `127.0.0.1:${https}`, Protocol: 'https', 'Trusted Proxies': '127.0.0.1' },
  },
});
const { gateway } = panel;
const application = await startApplication();
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])] });
const crowd: Crowd = crowdOf({ http, https });
const viewer = await startViewer({ trust: [] });
const page = await viewer.open('about:blank', { width: 1280, language: 'en' });
page.setDefaultTimeout(20_000);
atEnd(() => page.unrouteAll({ behavior: 'ignoreErrors' })); // before the browser ends: the page may be asking just then

const complaints: string[] = [];
page.on('pageerror', (error) => complaints.push(error.message));
page.on('console', (message) => {
  if (message.type() === 'error' && !/status of 401/.test(message.text())) complaints.push(message.text());
});

const here = `http://127.0.0.1:${panel.port}/#/sites/${HOST}/evidence`;
const card = (shown: Page, name: string): Locator => shown.getByRole('region', { name, exact: true });

// As it will be told ten minutes from now, and of the days before as they might have been.
async function tenMinutesOn(shown: Page): Promise<void> {
  await shown.route('**/v1/sites/*/evidence?*', async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as { clients: ClientsDay[] };
    const [today] = answer.clients;
    if (today !== undefined && today.waiting.count > 0) {
      const { waiting } = today;
      Object.assign(today, {
        stranded: waiting,
        waiting: { count: 0, error: 0 },
        stranded_classes: [{ class: 'firefox', ...waiting, count: waiting.count - 1 }, { class: 'python', count: 1, error: 0 }],
        networks: [{ network: '10.20.0.0/16', ...waiting }],
      });
      const before = (days: number): string => new Date(Date.parse(today.day) - days * 86_400_000).toISOString().slice(0, 10);
      const told = answer.clients.slice(0, 1);
      answer.clients = [...told, ...Array.from({ length: 12 }, (_, i) => ({ ...today, day: before(i + 1), stranded: { count: 8 - (i % 7), error: i % 3 === 0 ? 2 : 0 } }))];
    }
    await route.fulfill({ response, json: answer });
  });
}

test('of a crowd it says who arrived and who is on the way', async () => {
  const sent = [1, 2, 3, 4, 5, 6, 7, 8];
  await crowd.plain([...sent.map((client) => crowd.request(HOST, client, BROWSER, 'Upgrade-Insecure-Requests: 1\r\n')), crowd.request(HOST, 9, 'python-requests/2.28.1', 'Cookie: a=b\r\n')]);
  await crowd.secure(HOST, [1, 2, 3, 4, 5, 50].map((client) => crowd.request(HOST, client, BROWSER)));
  await page.goto(here);
  await page.getByLabel('Name').fill('viewer');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText('Nobody is missing so far: of 9 clients that were sent to HTTPS, 5 arrived, and 4 are on the way.').waitFor();
  const told = card(page, 'Who would be locked out');
  await told.getByText('All numbers of this day').click();
  for (const [name, count] of [['Came over HTTPS', '6'], ['Came over plain HTTP', '9'], ['Did not say over HTTP that they are browsers', '1'], ['Sent a password, a cookie or content over plain HTTP', '1']] as const) {
    const fact = told.locator('.facts > div').filter({ hasText: name });
    assert.equal(await fact.locator('dd').textContent(), count, name);
  }
  await told.getByRole('img', { name: /^Arrived over HTTPS, by day: at most 5/ }).locator('canvas').waitFor();
});

test('of what came in clear it says what it was and what helps', async () => {
  const told = card(page, 'In clear');
  await told.getByText('1 of 9 requests over plain HTTP carried a password, a cookie or content (11.1%).').waitFor();
  const items = told.getByRole('list', { name: 'What was in clear, and what helps' }).getByRole('listitem');
  assert.equal(await items.count(), 1);
  await items.getByRole('heading', { name: 'Cookies' }).waitFor();
  await told.getByText('As a table').click();
  await told.getByRole('row', { name: 'Program: Python scripts' }).waitFor();
});

test('once something is promised it says whom a certificate that fails would lock out, here and at the site’s other places', async () => {
  await card(page, 'If the certificate failed now').getByText(/nobody would be locked out/).waitFor();
  await gateway.setHsts(HOST, 300);
  await crowd.secure(HOST, [1, 2, 3].map((client) => crowd.request(HOST, client, BROWSER)));
  const told = /^If the certificate failed now, (at most )?\d+% of (this|last) week’s visitors could not get in, the last until /;
  await page.reload();
  await card(page, 'If the certificate failed now').getByText(told).waitFor();
  const tried = card(page, 'Who has tried it');
  await tried.getByText(/^Since the present rung began on .*, 3 different clients came over HTTPS\./).waitFor();
  await tried.getByRole('img', { name: /^Different clients over HTTPS, week by week: at most 6 on / }).locator('canvas').waitFor();
  const rungs = card(page, 'From rung to rung');
  await rungs.getByText(/^Only one rung has been held/).waitFor();
  await rungs.getByRole('row', { name: /^5 minutes/ }).waitFor();
  for (const part of ['', '/hsts']) {
    await page.goto(`http://127.0.0.1:${panel.port}/#/sites/${HOST}${part}`);
    await page.getByText(told).waitFor();
  }
  await page.goto(`http://127.0.0.1:${panel.port}/#/`);
  await page.getByRole('row', { name: HOST }).getByText(/^binds (at most )?\d+% of (this|last) week’s visitors$/).waitFor();
  await page.goto(here);
});

test('of those that never arrived it says what they are, where, and what to do; and so does the file', async () => {
  await tenMinutesOn(page);
  await page.reload();
  const told = card(page, 'Who would be locked out');
  await told.getByText(/^4 of 9 clients that were sent to HTTPS never arrived \(44\.4%\)\.$/).waitFor();
  await told.getByText(/^Browsers are people\./).waitFor();
  await told.getByRole('table', { name: 'What they are' }).getByText('Python scripts').waitFor();
  await told.getByRole('table', { name: 'Where they are' }).getByText('10.20.0.0/16').waitFor();
  await told.getByText('As a table').click();
  const [download] = await Promise.all([page.waitForEvent('download'), told.getByRole('button', { name: 'Export as CSV' }).click()]);
  assert.equal(download.suggestedFilename(), `${HOST}-clients.csv`);
  const lines = readFileSync(await download.path(), 'utf8').replace('\ufeff', '').trimEnd().split('\r\n');
  assert.equal(lines.length, 14);
  assert.deepEqual((lines[1] ?? '').split(',').slice(1, 5), ['4', '0', '9', '0']);
});

test('another day is chosen by the keyboard, and the pictures are read with it', async () => {
  const told = card(page, 'Who would be locked out');
  await told.getByText(/^4 of 9 clients/).waitFor();
  const day = told.getByLabel('Day (UTC)');
  await day.focus();
  await page.keyboard.press('ArrowDown');
  await told.getByText(/^8 ± 2 of 9 clients/).waitFor();
  const slider = told.getByRole('slider', { name: 'Read the picture' });
  await slider.focus();
  await page.keyboard.press('Home');
  assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /: 4 never arrived, 5 arrived$/);
});

test('it can be read: light, dark, narrow, in French, with all that is folded away', async () => {
  for (const [scheme, language, width] of [['light', 'en', 1280], ['dark', 'fr', 360]] as const) {
    const shown = await viewer.open('about:blank', { width, scheme, language });
    await tenMinutesOn(shown);
    await shown.goto(here);
    await shown.locator('canvas').nth(3).waitFor();
    const folder = process.env['PICTURES'];
    if (folder !== undefined) writeFileSync(join(folder, `clients-${scheme}-${language}-${width}.png`), await shown.screenshot({ fullPage: true }));
    await shown.evaluate('document.querySelectorAll("details").forEach((folded) => { folded.open = true; })');
    assert.deepEqual(await violationsOf(shown), [], `${scheme}, ${width} px`);
    assert.equal(await shown.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true, `wider than ${width} px`);
    await shown.unrouteAll({ behavior: 'ignoreErrors' }); // the page may be asking just now
    await shown.close();
  }
});

test('the browser had nothing to complain about', () => {
  assert.deepEqual(complaints, []);
});

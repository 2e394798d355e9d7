// The evidence in the panel, in Chromium: known requests and failures are there in words, pictures, tables and files, and what comes
// later appears by itself.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { authority } from './lib/certs.ts';
import { ask } from './lib/client.ts';
import { startViewer, violationsOf } from './lib/pages.ts';
import { PASSWORD, startPanel } from './lib/panel.ts';
import { run } from './lib/process.ts';
import { startUpstream } from './lib/upstream.ts';

const HOST = 'app.example.org';
const panel = await startPanel();
const { gateway } = panel;
const application = await startUpstream((_, response) => response.end('here'));
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])] });
const viewer = await startViewer({ trust: [] });
const page = await viewer.open('about:blank', { width: 1280, language: 'en' });
page.setDefaultTimeout(20_000);
after(() => page.close());

const complaints: string[] = [];
page.on('pageerror', (error) => complaints.push(error.message));
page.on('console', (message) => {
  if (message.type() === 'error' && !/status of 401/.test(message.text())) complaints.push(message.text());
});

const here = `http://127.0.0.1:${panel.port}/#/sites/${HOST}/evidence`;
const card = (name: string): Locator => page.getByRole('region', { name, exact: true });

// curl trusts the authorities of this machine, which ours is none of, and says so by an alert.
async function comeDistrusting(name: string): Promise<void> {
  const ran = await run('curl', ['-sS', '--resolve', `${name}:${gateway.https}:127.0.0.1`, `https://${name}:${gateway.https}/`]);
  assert.notEqual(ran.code, 0);
}

// Plain HTTP on the port of HTTPS; it is over when the gateway closes the connection.
function speakPlainly(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(gateway.https, '127.0.0.1', () => socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`));
    socket.on('data', () => undefined);
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}

test('before anybody came, it says what to do', async () => {
  await page.goto(`${here}?span=1h`);
  await page.getByLabel('Name').fill('viewer');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /^(Nobody came in this time|Nothing has been counted yet)$/ }).waitFor();
  await page.getByRole('heading', { name: 'Nobody is bound by a promise' }).waitFor();
});

test('known requests and failures are there by themselves, in words and in pictures', async () => {
  for (let i = 0; i < 5; i++) assert.equal((await ask(gateway, { host: HOST })).status, 200);
  for (let i = 0; i < 2; i++) assert.equal((await ask(gateway, { host: HOST, via: 'http' })).status, 302);
  await comeDistrusting(HOST);
  await comeDistrusting(HOST);
  await comeDistrusting('nobody.example.org');
  await speakPlainly();
  // The page is asked for nothing: it asks again every ten seconds.
  await page.getByText(/^2 of 7 requests came over plain HTTP \(28\.6%\); the last on /).waitFor({ timeout: 30_000 });
  await page.getByText('2 of 7 connections over TLS failed (28.6%).').waitFor();
  await card('Requests').getByRole('img', { name: /^Over HTTPS: 5 in all/ }).locator('canvas').waitFor();
  await card('Requests').getByRole('img', { name: /^Over plain HTTP: 2 in all/ }).locator('canvas').waitFor();
  const cause = page.getByRole('list', { name: 'Why, and what helps' }).getByRole('listitem');
  assert.equal(await cause.count(), 1);
  await cause.getByRole('heading', { name: 'The visitor does not know who issued the certificate' }).waitFor();
  await cause.getByText('bring its root onto these devices').waitFor();
  await cause.getByRole('img', { name: /: 2 in all/ }).waitFor();
});

test('the table and its file have the same numbers', async () => {
  const requests = card('Requests');
  await requests.getByText('As a table').click();
  const columns = (await requests.getByRole('columnheader').count()) - 1; // beside the time
  // All of it at once: with the next minute every row is another one.
  const numbers = (await requests.getByRole('cell').locator('.table-value').allTextContents()).map((text) => Number.parseInt(text, 10));
  const sums = [0, 1].map((column) => numbers.reduce((sum, one, i) => sum + (i % columns === column ? one : 0), 0));
  assert.deepEqual(sums, [5, 2]);
  const [download] = await Promise.all([page.waitForEvent('download'), requests.getByRole('button', { name: 'Export as CSV' }).click()]);
  assert.equal(download.suggestedFilename(), `${HOST}-requests.csv`);
  const lines = readFileSync(await download.path(), 'utf8').replace('\ufeff', '').trimEnd().split('\r\n');
  assert.equal(lines[0], 'Time,Over HTTPS,Over plain HTTP,Redirected,TLS connections');
  assert.equal(lines.length, numbers.length / columns + 1);
  const told = lines.slice(1).map((line) => line.split(','));
  assert.match(told[0]?.[0] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
  assert.deepEqual([1, 2, 3, 4].map((column) => told.reduce((sum, row) => sum + Number(row[column]), 0)), [5, 2, 2, 5]);
});

test('the pictures are read with the keys, and spans are addresses', async () => {
  const slider = card('Requests').getByRole('slider');
  const before = await slider.getAttribute('aria-valuetext');
  assert.match(before ?? '', /: \d over HTTPS, \d over plain HTTP$/);
  await slider.focus();
  await page.keyboard.press('Home');
  assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /: (0 over HTTPS, 0 over plain HTTP|not known)$/);
  await page.getByRole('link', { name: '30 days' }).click();
  await page.getByText(/^Days are counted by UTC/).waitFor();
  assert.equal(page.url(), `${here}?span=30d`);
  await page.goBack();
  await page.getByText(/by the minute\.$/).waitFor();
});

test('the gateway as a whole has what no site is known for', async () => {
  await page.getByRole('link', { name: 'Overview' }).first().click();
  await page.getByRole('main').getByRole('link', { name: 'Evidence' }).click();
  await page.getByRole('heading', { name: 'Evidence of the gateway' }).waitFor();
  await page.getByText('4 of 9 connections over TLS failed (44.4%).').waitFor();
  for (const cause of ['Asked for a name that no site has', 'Spoke plain HTTP to the HTTPS port']) await page.getByRole('heading', { name: cause }).waitFor();
  await page.getByRole('main').getByRole('link', { name: HOST }).click();
  await page.getByRole('heading', { name: HOST, level: 1 }).waitFor();
});

test('what is promised is compared with the certificate as soon as it is', async () => {
  await gateway.setHsts(HOST, 300);
  await page.getByText(/^The certificate ends on .* From .* on more is promised than it holds|^Promises end with the certificate/).waitFor();
  await card('The certificate’s end, and how far promises reach').locator('canvas').waitFor();
});

test('it can be read: light, dark, narrow, in French, with all that is folded away', async () => {
  for (const [scheme, language, width] of [['light', 'en', 1280], ['dark', 'fr', 360]] as const) {
    const shown = await viewer.open(`${here}?span=24h`, { width, scheme, language });
    await shown.locator('canvas').nth(3).waitFor();
    await shown.evaluate('document.querySelectorAll("details").forEach((folded) => { folded.open = true; })');
    assert.deepEqual(await violationsOf(shown), [], `${scheme}, ${width} px`);
    assert.equal(await shown.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true, `wider than ${width} px`);
    const folder = process.env['PICTURES'];
    if (folder !== undefined) writeFileSync(join(folder, `evidence-${scheme}-${width}.png`), await shown.screenshot({ fullPage: true }));
    await shown.close();
  }
});

test('the browser had nothing to complain about', () => {
  assert.deepEqual(complaints, []);
});

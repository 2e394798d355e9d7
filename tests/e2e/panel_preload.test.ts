// The browsers' preload list in the panel, in Chromium: fetched from a server, from a file, looked up, and nothing goes out but the
// question for the list.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { startViewer } from './lib/pages.ts';
import { startPanel } from './lib/panel.ts';
import { isSound, leave, picture, signedInAt } from './lib/panel_page.ts';
import { atEnd, temporaryDirectory } from './lib/scope.ts';

// As many as a list has to have, and three that are looked for.
const COUNT = 10_000;
const entries = [
  '{ "name": "dev", "policy": "public-suffix", "mode": "force-https", "include_subdomains": true }',
  '{ "name": "listed.example.test", "policy": "bulk-1-year", "mode": "force-https", "include_subdomains": true }',
  '{ "name": "alone.example.test", "policy": "custom", "mode": "force-https" }',
  ...Array.from({ length: COUNT }, (_, at) => `{ "name": "n${at}.example.net", "policy": "bulk-1-year", "mode": "force-https", "include_subdomains": true }`),
];
const listOf = (lines: readonly string[]): string => `{"entries": [\n${lines.join(',\n')}\n]}\n`;
const small = join(temporaryDirectory(), 'small.json');
writeFileSync(small, listOf(entries.slice(0, 2)));

const pair = await authority.issue(['localhost']);
const asked: string[] = [];
const server = https.createServer({ cert: pair.cert, key: pair.key }, (request, response) => {
  asked.push(`${request.method} ${request.url}`);
  if (request.url === '/list') response.end(listOf(entries));
  else response.writeHead(404).end();
});
await new Promise<void>((done) => server.listen(0, 'localhost', done));
atEnd(() => { server.closeAllConnections(); server.close(); });
const address = `https://localhost:${(server.address() as AddressInfo).port}`;

const panel = await startPanel();
const declared = await panel.gateway.cli('trust', '--declare-file', authority.file);
assert.equal(declared.code, 0, declared.stderr);
await panel.gateway.must('PATCH', '/v1/settings', { preload: { address: `${address}/gone` } });
const viewer = await startViewer({ trust: [] });
let page = await signedInAt(viewer, panel.port, 'owner', '#/settings');

const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

test('it is found in the settings, says that there is none, and why none could be had', async () => {
  await page.getByRole('link', { name: 'The browsers’ preload list' }).click();
  await page.getByRole('heading', { name: 'The browsers’ preload list', level: 1 }).waitFor();
  await page.getByText('There is no list here yet').waitFor();
  await isSound(page, 'without a list');
  await press('Fetch the list now');
  await page.getByText('The last attempt brought no list').waitFor();
  await page.getByText(`${address}/gone: it answers with status 404.`).waitFor();
  await page.getByText('There is no list here yet').waitFor();
});

test('the address is changed, what is no address is told at its field', async () => {
  await page.getByRole('heading', { name: 'Where and when' }).click();
  const field = page.getByLabel('Fetched from');
  await field.fill('http://localhost/list');
  await press('Save');
  await page.getByText('no address that begins with https:// and a host').waitFor();
  await field.fill(`${address}/list`);
  await page.getByLabel('Fetch it by itself').selectOption('7');
  await press('Save');
  await page.getByText('Saved.').waitFor();
});

test('the list is fetched and names are looked up in it', async () => {
  await press('Fetch the list now');
  await page.getByText('The list is in use: 10,003 entries.').waitFor();
  await page.getByText('fresh', { exact: true }).waitFor();
  await page.getByLabel('Names').fill('web.dev a.listed.example.test alone.example.test sub.alone.example.test');
  await page.keyboard.press('Enter');
  const said = page.getByRole('list', { name: 'What the list says' }).getByRole('listitem');
  await said.nth(3).waitFor();
  const words = (await said.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
  assert.match(words[0] ?? '', /web\.dev is bound: dev is on the list with all names below it\..*by the registry alone/);
  assert.match(words[1] ?? '', /a\.listed\.example\.test is bound: listed\.example\.test is on the list.*with a promise of a year/);
  assert.match(words[2] ?? '', /alone\.example\.test is bound by an entry of its own\..*The name alone/);
  assert.match(words[3] ?? '', /^Not bound Neither sub\.alone\.example\.test/);
  await picture(page, 'preload');
  await isSound(page, 'with a list and names');
});

test('a small list from a file is refused with what helps, and taken when that is wanted', async () => {
  await page.getByRole('heading', { name: 'Take the list from a file' }).click();
  await page.getByLabel('Drop the file here, or choose it').setInputFiles(small);
  await press('Take this list');
  await page.getByText(/only 2 entries/).waitFor();
  await page.getByText('10,003', { exact: true }).waitFor();
  await page.getByLabel('Take it even if it has far fewer entries').check();
  await press('Take this list');
  await page.getByText('The list is in use: 2 entries.').waitFor();
  await page.getByText('small.json', { exact: true }).waitFor();
});

test('a viewer looks and changes nothing', async () => {
  await leave(page);
  page = await signedInAt(viewer, panel.port, 'viewer', '#/preload');
  await page.getByRole('button', { name: 'Look up' }).waitFor();
  for (const name of ['Fetch the list now', 'Save', 'Take this list']) assert.equal(await page.getByRole('button', { name }).count(), 0, name);
});

test('the server was asked for the list and for nothing else', () => {
  assert.deepEqual(asked, ['GET /gone', 'GET /list']);
});

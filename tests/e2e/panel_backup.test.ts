// A backup in the panel, in Chromium: downloaded, looked at, and put back over what was changed since.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startViewer } from './lib/pages.ts';
import { PASSWORD, startPanel } from './lib/panel.ts';
import { temporaryDirectory } from './lib/scope.ts';

const { gateway, port } = await startPanel();
const UPSTREAMS = ['http://127.0.0.1:9'];
await gateway.must('POST', '/v1/sites', { name: 'kept.example.org', upstreams: UPSTREAMS });
const viewer = await startViewer({ trust: [] });
const page = await viewer.open(`http://127.0.0.1:${port}/#/backup`, { width: 1280, language: 'en' });
page.setDefaultTimeout(20_000);
after(() => page.close());

const directory = temporaryDirectory();
const file = join(directory, 'mine.db');
const button = (name: string | RegExp) => page.getByRole('button', { name });

async function siteNames(): Promise<string[]> {
  const { sites } = (await gateway.must('GET', '/v1/sites')) as unknown as { sites: { name: string }[] };
  return sites.map((site) => site.name).sort();
}

test('an owner downloads it, and is told what is in it', async () => {
  await page.getByLabel('Name').fill('owner');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText('Whoever has this file has your private keys').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), button('Download the backup').click()]);
  assert.match(download.suggestedFilename(), /^strictgate-backup-[\d-]+\.db$/);
  await download.saveAs(file);
  await page.getByText('was handed to your browser').waitFor();
});

test('what is no backup is refused in words', async () => {
  const other = join(directory, 'other.txt');
  writeFileSync(other, 'no backup');
  await page.getByLabel('Backup file').setInputFiles(other);
  await page.getByText(/^This is no backup that can be used/).waitFor();
});

test('it is looked at without changing anything, and put back after a word was typed', async () => {
  await gateway.must('POST', '/v1/sites', { name: 'newer.example.org', upstreams: UPSTREAMS });
  await page.getByLabel('Backup file').setInputFiles(file);
  await page.getByRole('heading', { name: 'What mine.db would change' }).waitFor();
  assert.deepEqual(await siteNames(), ['kept.example.org', 'newer.example.org']);
  await button(/^Restore this backup/).click();
  await page.getByText('1 site that is not in the backup is removed').waitFor();
  await page.getByLabel(/to confirm/).fill('restore');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'What mine.db has changed' }).waitFor();
  assert.deepEqual(await siteNames(), ['kept.example.org']);
});

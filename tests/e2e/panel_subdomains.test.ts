// The names below a site in the panel, in Chromium: taken in from what is typed and from a file, answered for, excepted, taken out.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startViewer } from './lib/pages.ts';
import { startPanel } from './lib/panel.ts';
import { isSound, leave, picture, signedInAt } from './lib/panel_page.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'example.test';
const zone = join(temporaryDirectory(), 'db.example.test');
writeFileSync(zone, `$ORIGIN ${HOST}.\n$TTL 300\nwiki IN A 192.0.2.7\nbroken IN A\nprinter IN A 192.0.2.9\n`);

const panel = await startPanel();
const { gateway } = panel;
const application = await startApplication();
await gateway.addSite({ name: HOST, upstreams: [application.url], localCa: true, hsts: 300 });
const viewer = await startViewer({ trust: [] });
let page = await signedInAt(viewer, panel.port, 'operator', `#/sites/${HOST}/hsts`);

interface Names { names: { name: string; sign_off: { comment: string } | null; exception: { reason: string; until: string | null } | null }[] }
const known = async (): Promise<Names['names']> => ((await gateway.must('GET', `/v1/sites/${HOST}/subdomains`)) as unknown as Names).names;
const button = (name: string) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');

test('the page of promises leads there, and without names it says what to do', async () => {
  await page.getByRole('heading', { name: 'Subdomains', level: 2 }).click();
  await page.getByRole('link', { name: 'To the names below this site' }).first().click();
  await page.getByRole('heading', { name: 'No names below this one are known yet' }).waitFor();
  await isSound(page, 'without names');
});

test('names are typed in', async () => {
  await page.getByLabel('Names', { exact: true }).fill(`mail.${HOST} elsewhere.test`);
  await button('Add these names').click();
  await page.getByRole('heading', { name: '1 name was added' }).waitFor();
  await page.getByText('Not below this site').waitFor();
  await page.getByRole('rowheader', { name: new RegExp(`mail\\.${HOST}`) }).waitFor();
});

test('a zone file is recognised, and the line that cannot be read is told', async () => {
  await page.getByLabel('Drop the file here, or choose it').setInputFiles(zone);
  await page.getByRole('heading', { name: '2 names were added' }).waitFor();
  await page.getByText('Line 4:').waitFor();
  await page.getByText('Zone file of a name server').last().waitFor();
  await page.getByRole('rowheader', { name: new RegExp(`printer\\.${HOST}`) }).waitFor();
  assert.deepEqual((await known()).map(({ name }) => name).sort(), ['mail', 'printer', 'wiki'].map((name) => `${name}.${HOST}`));
  await picture(page, 'subdomains');
  await isSound(page, 'with names');
});

test('a name is signed off with a comment, and another is an exception until a day', async () => {
  await button(`Details of printer.${HOST}`).click();
  const sign = dialog().getByRole('button', { name: 'Sign it off' });
  if (!(await sign.isVisible())) await dialog().getByText('Answer for it', { exact: true }).click();
  await dialog().getByLabel('Comment').fill('in the hall');
  await isSound(page, 'the dialog of a name');
  await sign.click();
  await page.getByText(`printer.${HOST} is signed off.`).waitFor();
  await button(`Details of wiki.${HOST}`).click();
  await dialog().getByText('Make an exception of it').click();
  await dialog().getByLabel('Reason').fill('moves soon');
  await dialog().getByLabel('Until').fill('2099-01-31');
  await button('Make the exception').click();
  await page.getByText(`wiki.${HOST} is an exception now.`).waitFor();
  const [, printer, wiki] = (await known()).sort((a, b) => a.name.localeCompare(b.name));
  assert.equal(printer?.sign_off?.comment, 'in the hall');
  assert.deepEqual([wiki?.exception?.reason, wiki?.exception?.until], ['moves soon', '2099-01-31T00:00:00Z']);
  await page.getByRole('link', { name: /^2 Answered for/ }).click();
  // Not the moment when none are shown, because the list is being asked for.
  for (const name of ['printer', 'wiki']) await page.getByRole('rowheader', { name: new RegExp(`${name}\\.${HOST}`) }).waitFor();
  await until('only those two are left', async () => (await page.getByRole('rowheader').count()) === 2);
});

test('a transfer that does not come about is told in its dialog, and the key stays nowhere', async () => {
  await button('Zone transfer …').click();
  await dialog().getByLabel('Name server').fill('no address');
  await dialog().getByLabel(/^Name of the key/).fill('axfr');
  await dialog().getByLabel(/^Secret of the key/).fill('c2VjcmV0LW9mLXRoZS1rZXk=');
  await isSound(page, 'the dialog of the transfer');
  await button('Fetch the names').click();
  await page.getByText(/"no address" is no address/).waitFor();
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
  await button('Zone transfer …').click();
  assert.equal(await dialog().getByLabel(/^Secret of the key/).inputValue(), '');
  await page.keyboard.press('Escape');
});

test('a name is taken out again; a viewer sees the rest and changes nothing', async () => {
  await button(`Details of wiki.${HOST}`).click();
  await dialog().getByText('Take it out of the list').click();
  await button('Take it out').click();
  await page.getByText(`wiki.${HOST} is not in the list any more.`).waitFor();
  assert.equal((await known()).length, 2);
  await leave(page);
  page = await signedInAt(viewer, panel.port, 'viewer', `#/sites/${HOST}/subdomains?state=all`);
  await button(`Details of printer.${HOST}`).click();
  await dialog().getByText('in the hall').waitFor();
  for (const name of ['Sign it off', 'Take the signature back', 'Take it out', 'Add these names', 'Look at all names now']) assert.equal(await button(name).count(), 0, name);
});

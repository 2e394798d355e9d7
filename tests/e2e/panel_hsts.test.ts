// Strict Transport Security in the panel, from the first press to the way back; the same browser visits the site.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { createNamespace } from './lib/netns.ts';
import { startViewer, violationsOf } from './lib/pages.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { startWebSocketApplication } from './lib/websocket.ts';

const HOST = 'app.example.test';
const PASSWORD = 'river lantern forty-seven';
const PANEL = '127.0.0.1:8460';

const namespace = await createNamespace([HOST]);
const application = await startWebSocketApplication({ unix: join(temporaryDirectory(), 'application.sock'), page: '<!doctype html><title>here</title>' });
const gateway = await startGateway({ namespace, http: 80, https: 443, sections: { Panel: { Listen: PANEL } } });
await gateway.must('POST', '/v1/private-roots', { certificate_pem: authority.pem });
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])] });
const viewer = await startViewer({ trust: [authority.file], namespace });
const page = await viewer.open('about:blank', { width: 1280, language: 'en' });
page.setDefaultTimeout(30_000); // an act may wait for a look from outside
const complaints: string[] = [];
page.on('pageerror', (error) => complaints.push(error.message));
page.on('console', (message) => {
  if (message.type() === 'error') complaints.push(message.text());
});
after(() => page.close());

const button = (name: string, within: Pick<Page, 'getByRole'> = page) => within.getByRole('button', { name, exact: true });
const START = 'Start enabling Strict Transport Security';
const PERMANENT = 'Make Strict Transport Security permanent';

// What a visitor's browser is told; and whether it goes to HTTPS by itself.
async function visit(url: string): Promise<{ field: string | null; byItself: boolean }> {
  const visitor = await viewer.open('about:blank', { width: 1280 });
  const response = await visitor.goto(url);
  const first = await response?.request().redirectedFrom()?.response();
  const seen = { field: (await response?.headerValue('strict-transport-security')) ?? null, byItself: (await first?.headerValue('non-authoritative-reason')) === 'HSTS' };
  await visitor.close();
  return seen;
}

test('what will be promised is said before, and one press promises it', async () => {
  const link = (await gateway.cli('admin', 'link')).stdout.split('\n')[0] ?? '';
  await page.goto(link);
  await page.getByLabel('Name').fill('amina');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password, once more').fill(PASSWORD);
  await button('Create the account').click();
  await page.getByRole('link', { name: HOST }).click();
  await page.getByRole('link', { name: 'Strict Transport Security' }).click();
  await page.getByText(`Every browser that visits will refuse plain HTTP for ${HOST} for 5 minutes after its last visit`).waitFor();
  const warned = page.getByRole('list', { name: `What was checked for “${START}”` });
  await warned.getByRole('heading', { name: 'Browsers trust the certificate' }).waitFor();
  assert.deepEqual(await visit(`https://${HOST}/`), { field: null, byItself: false });
  await button(START).click();
  await page.getByText(`${HOST} now sends “max-age=300”.`).waitFor();
  assert.equal((await visit(`https://${HOST}/`)).field, 'max-age=300');
  assert.equal((await visit(`http://${HOST}/`)).byItself, true);
  await page.getByText(/^If browsers were released now, the last one would be free in 2 hours/).waitFor();
  await page.locator('canvas').waitFor();
});

test('a French panel has what the server says in French, with dates as French has them', async () => {
  const french = await viewer.open(page.url(), { width: 1280, language: 'fr' });
  french.setDefaultTimeout(30_000);
  const climb = french.getByRole('list', { name: /^Ce qui a été vérifié pour «\sMonter à 1\sjour maintenant\s»$/ });
  await climb.getByText(/^L’échelon de 5\sminutes n’est tenu que depuis le \d{1,2} \S+ \d{4}, \d\d:\d\d\s: tant qu’il n’est pas arrivé/).waitFor();
  await climb.getByText(/^Ce qui aide\s: Attendez jusqu’au \d{1,2} \S+ \d{4}, \d\d:\d\d, et interrogez ceux qui aident les utilisateurs\.$/).waitFor();
  // Of all that was looked at, what is good included.
  assert.ok((await french.locator('.guard').count()) > 20);
  assert.deepEqual(await french.locator('[lang="en"]').allTextContents(), []);
  await french.close();
});

test('an act that is blocked says why, and an owner may do it all the same, with the name typed and a reason', async () => {
  const climb = page.getByRole('list', { name: 'What was checked for “Climb to 1 day now”' });
  await climb.getByRole('heading', { name: 'Time on this rung' }).waitFor();
  assert.equal(await button('Climb to 1 day now').isDisabled(), true);
  await page.getByRole('button', { name: 'Do it all the same … (Climb to 1 day now)' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('a test has no days');
  await dialog.getByLabel(/to confirm/).fill('app.example');
  await button('Override and do it', dialog).click();
  await dialog.getByText(`Type exactly: ${HOST}`).waitFor();
  await dialog.getByLabel(/to confirm/).fill(HOST);
  await page.keyboard.press('Enter');
  await page.getByText(`${HOST} now sends “max-age=86400”.`).waitFor();
  assert.equal((await visit(`https://${HOST}/`)).field, 'max-age=86400');
  await page.getByText(/Overridden: .*Time on this rung.*Reason: a test has no days/).waitFor();
});

test('it can be read: light, dark, narrow, with all that is folded away', async () => {
  await button(PERMANENT).waitFor();
  await page.evaluate('document.querySelectorAll("details").forEach((folded) => { folded.open = true; })');
  for (const [scheme, width] of [['light', 1280], ['dark', 360]] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 800 });
    assert.deepEqual(await violationsOf(page), [], `${scheme}, ${width} px`);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true, `wider than ${width} px`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('released, it counts down to the moment when the last browser is free, and browsers that come by are free at once', async () => {
  await button('Release browsers').click();
  const dialog = page.getByRole('dialog', { name: `Release the browsers of ${HOST}?` });
  await button('Release browsers', dialog).click();
  await page.getByText(`${HOST} now sends “max-age=0”.`).waitFor();
  const { bound_until } = (await gateway.must('GET', `/v1/sites/${HOST}/hsts`)) as unknown as { bound_until: string };
  await page.getByRole('timer').waitFor();
  const [left, now] = (await page.evaluate("[document.querySelector('[role=timer]').textContent, Date.now()]")) as [string, number];
  const [, days = '0', hours = '', minutes = '', seconds = ''] = /^(?:(\d+) days? )?(\d\d):(\d\d):(\d\d)$/.exec(left) ?? [];
  const told = Number(days) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
  assert.ok(Math.abs(told - (Date.parse(bound_until) - now) / 1000) < 5, `${left} until ${bound_until}`);
  assert.equal((await visit(`https://${HOST}/`)).field, 'max-age=0');
  assert.equal((await visit(`http://${HOST}/`)).byItself, false);
  await page.getByRole('table', { name: 'History' }).getByText('Released browsers').waitFor();
});

test('the browser had nothing to complain about', () => {
  assert.deepEqual(complaints, []);
});

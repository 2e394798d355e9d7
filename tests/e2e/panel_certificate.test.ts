// Site → SSL Certificate in a real browser: a file with a fault tells it and changes nothing, a good one is served a moment later.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import tls from 'node:tls';
import type { Page } from 'playwright-core';
import { startViewer, violationsOf } from './lib/pages.ts';
import { type Pair, authority } from './lib/certs.ts';
import { PASSWORD, startPanel } from './lib/panel.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const NAME = 'app.example.test';
const panel = await startPanel();
const application = await startApplication();
const first = await authority.issue([NAME]);
await panel.gateway.must('POST', '/v1/private-roots', { certificate_pem: authority.pem });
await panel.gateway.addSite({ name: NAME, upstreams: [application.url], pairs: [first] });
const viewer = await startViewer({ trust: [] });

function served(name = NAME): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: '127.0.0.1', port: panel.gateway.https, servername: name, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
      socket.end();
    });
    socket.once('error', reject);
  });
}

async function signIn(role: string): Promise<Page> {
  const page = await viewer.open(`http://127.0.0.1:${panel.port}/#/sites/${NAME}/certificate`, { width: 1100, language: 'en' });
  page.setDefaultTimeout(20_000);
  await page.getByLabel('Name').fill(role);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'In service' }).waitFor();
  return page;
}

async function leave(page: Page): Promise<void> {
  await page.context().clearCookies();
  await page.close();
}

async function give(page: Page, ...files: string[]): Promise<void> {
  await page.getByLabel(/^Drop the files here/).setInputFiles(files);
  for (const file of files) await page.getByText(file.split('/').pop() ?? '', { exact: true }).waitFor();
}

const check = (page: Page): Promise<void> => page.getByRole('button', { name: 'Check', exact: true }).click();

async function takeAway(page: Page): Promise<void> {
  const remove = page.getByRole('button', { name: /^Remove / });
  while ((await remove.count()) > 0) await remove.first().click();
}

test('files with a fault tell it with the fix, stay where they are, and change nothing', async () => {
  const page = await signIn('operator');
  const [other, stranger] = await Promise.all([authority.issue([NAME]), authority.issue(['elsewhere.example.test'])]);

  await give(page, other.certFile, stranger.keyFile);
  await check(page);
  await page.getByText('The private key belongs to none of the certificates.').waitFor();
  await page.getByText(/^Add the key that the certificate was requested with/).waitFor();
  assert.equal(await page.getByRole('button', { name: /^Put it into service/ }).count(), 0);
  assert.equal(await page.getByRole('list', { name: 'Given so far' }).getByRole('listitem').count(), 2);
  assert.deepEqual(await violationsOf(page), []);

  await takeAway(page);
  await give(page, stranger.certFile, stranger.keyFile);
  await check(page);
  await page.getByText(`The certificate covers elsewhere.example.test, but not ${NAME}.`).waitFor();
  await page.getByRole('button', { name: 'Put it into service all the same' }).click();
  await page.getByText(/^Nothing was changed: the certificate in service works/).waitFor();
  assert.equal(await served(), first.fingerprint);
  await leave(page);
});

async function uploadGood(page: Page, pair: Pair): Promise<void> {
  await check(page);
  await page.getByText('Nothing stands against this certificate').waitFor();
  assert.equal(await served(), first.fingerprint);
  await page.getByRole('button', { name: 'Put it into service', exact: true }).click();
  await until('the new certificate is served', async () => (await served()) === pair.fingerprint);
  await page.getByRole('list', { name: 'Given so far' }).waitFor({ state: 'detached' });
}

test('a good one is checked without being served, then served; its text can be pasted', async () => {
  const page = await signIn('operator');
  const next = await authority.issue([NAME]);
  await page.getByText('Paste text instead').click();
  await page.getByLabel('Text of the certificate or key').fill(next.cert);
  await page.getByRole('button', { name: 'Add the text' }).click();
  await page.getByText('Pasted text 1', { exact: true }).waitFor();
  await give(page, next.keyFile);
  await uploadGood(page, next);
  await leave(page);
});

test('a viewer sees what is in service, and no act', async () => {
  const page = await signIn('viewer');
  await page.getByRole('list', { name: 'Chain of trust' }).waitFor();
  assert.equal(await page.getByText(/Drop the files here/).count(), 0);
  await leave(page);
});

test('the built-in authority gives a site its certificate in one click, and its root to take away', async () => {
  const bare = 'bare.example.test';
  await panel.gateway.addSite({ name: bare, upstreams: [application.url] });
  const page = await signIn('operator');
  await page.goto(`http://127.0.0.1:${panel.port}/#/sites/${bare}/certificate?way=local`);
  await page.getByRole('button', { name: 'Make a certificate' }).click();
  await page.getByRole('heading', { name: /^ECDSA, \d+ days left$/ }).waitFor();
  // The page shows it as soon as it is stored; the gateway has it a moment later.
  await until('it is served', async () => (await served(bare)) !== '');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download the root' }).click()]);
  assert.match(readFileSync(await download.path(), 'utf8'), /^-----BEGIN CERTIFICATE-----/);
  assert.deepEqual(await violationsOf(page), []);
  await leave(page);
});

// Site → SSL Certificate in a real browser, what goes by files: a request whose certificate comes back from an authority, one that is kept ready
// and brought in, one that is taken away with its key; and who is told about all of it.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { certificateOf, served } from './lib/acme.ts';
import { authority } from './lib/certs.ts';
import { startViewer } from './lib/pages.ts';
import { startPanel } from './lib/panel.ts';
import { downloadBy, isSound, leave, picture, signedInAt } from './lib/panel_page.ts';
import { run, runOk } from './lib/process.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { fieldOf, startMailServer } from './lib/smtp.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const HOST = 'app.example.test';
const ALIAS = 'www.example.test';
const PASSWORD = 'seven words to open a file';
const folder = temporaryDirectory();
const file = (name: string): string => join(folder, name);

const panel = await startPanel();
const { gateway } = panel;
const application = await startApplication();
const [first, stranger, second] = await Promise.all([authority.issue([HOST, ALIAS]), authority.issue(['elsewhere.example.test']), authority.issue([HOST, ALIAS], { algorithm: 'rsa' })]);
await gateway.must('POST', '/v1/private-roots', { certificate_pem: authority.pem });
await gateway.addSite({ name: HOST, aliases: [ALIAS], upstreams: [application.url], pairs: [first] });
const viewer = await startViewer({ trust: [] });
let page = await signedInAt(viewer, panel.port, 'operator', `#/sites/${HOST}/certificate?way=request`);
after(() => page.close());

const button = (name: string) => page.getByRole('button', { name, exact: true });
const section = (name: string) => page.locator('section.card', { has: page.getByRole('heading', { name, level: 2, exact: true }) });
const isServed = (fingerprint: string): Promise<boolean> => until('it is served', async () => (await served(gateway, HOST)).fingerprint === fingerprint);

async function give(where: ReturnType<Page['locator']>, ...files: string[]): Promise<void> {
  await where.getByLabel(/^Drop the files here/).setInputFiles(files);
  for (const one of files) await where.getByText(one.split('/').pop() ?? '', { exact: true }).waitFor();
}

test('a request is made, taken away, and what an authority makes of it is uploaded without a key', { timeout: 60_000 }, async () => {
  const ways = section('Ways to a certificate');
  await button('Make a request').click();
  const request = await downloadBy(page, () => button('Download').click());
  assert.equal(request.name, `${HOST}.csr`);
  await picture(page, 'files-request');
  await isSound(page, 'a request');
  assert.match(await runOk('openssl', ['req', '-in', request.path, '-noout', '-verify', '-text']), new RegExp(`DNS:${HOST}, DNS:${ALIAS}`));
  const issued = await runOk('openssl', ['x509', '-req', '-in', request.path, '-CA', authority.file, '-CAkey', join(dirname(authority.file), 'ca.key'), '-days', '20', '-copy_extensions', 'copy']);
  writeFileSync(file('issued.crt'), issued);
  await page.getByRole('link', { name: 'Upload the certificate that came back' }).click();
  await give(ways, file('issued.crt'));
  await button('Check').click();
  await page.getByText('Nothing stands against this certificate').waitFor();
  await button('Put it into service').click();
  await isServed(new X509Certificate(issued).fingerprint256);
  await page.goto(`http://127.0.0.1:${panel.port}/#/sites/${HOST}/certificate?way=request`);
  await button('Make a request').waitFor(); // none waits any more
});

test('a second certificate is checked, kept ready, brought in, and brought back', { timeout: 60_000 }, async () => {
  const before = (await served(gateway, HOST)).fingerprint;
  const kept = section('Kept ready');
  await kept.getByRole('button', { name: 'Keep one ready' }).click();
  await give(kept, stranger.certFile, stranger.keyFile);
  await kept.getByRole('button', { name: 'Check', exact: true }).click();
  await kept.getByText(/^The certificate covers elsewhere\.example\.test, but not/).waitFor();
  while ((await kept.getByRole('button', { name: /^Remove / }).count()) > 0) await kept.getByRole('button', { name: /^Remove / }).first().click();
  await give(kept, second.certFile, second.keyFile);
  await kept.getByRole('button', { name: 'Check', exact: true }).click();
  await kept.getByText('Nothing stands against this certificate').waitFor();
  await kept.getByRole('button', { name: 'Keep it ready', exact: true }).click();
  await kept.getByRole('heading', { name: /^RSA, \d+ days left$/ }).waitFor();
  assert.equal((await served(gateway, HOST)).fingerprint, before);
  await picture(page, 'files-drawer');
  await isSound(page, 'kept ready');

  for (const [kind, fingerprint] of [['ECDSA', second.fingerprint], ['RSA', before]] as const) {
    await kept.getByRole('button', { name: 'Switch to it' }).click();
    await page.getByRole('dialog').getByText(/^What is served now is kept ready instead/).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Switch to it' }).click();
    await isServed(fingerprint);
    await kept.getByRole('heading', { name: new RegExp(`^${kind}, `) }).waitFor();
  }
  await kept.getByRole('button', { name: 'Keep it ready no longer' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep it ready no longer' }).click();
  await kept.getByText('None is kept ready.').waitFor();
  await leave(page);
});

test('an owner takes the certificate away with its key, in a file that its password alone opens', { timeout: 60_000 }, async () => {
  page = await signedInAt(viewer, panel.port, 'owner', `#/sites/${HOST}/certificate`);
  await page.getByRole('button', { name: /^Export with its key/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Password for the file').fill(PASSWORD);
  const taken = await downloadBy(page, () => dialog.getByRole('button', { name: 'Download' }).click());
  await dialog.waitFor({ state: 'detached' });
  assert.equal(taken.name, `${HOST}.p12`);
  writeFileSync(file('password'), `${PASSWORD}\n`);
  const opened = await runOk('openssl', ['pkcs12', '-in', taken.path, '-passin', `file:${file('password')}`, '-nodes']);
  assert.equal(new X509Certificate(opened).fingerprint256, (await served(gateway, HOST)).fingerprint);
  writeFileSync(file('opened.pem'), opened);
  const keys = await Promise.all([runOk('openssl', ['pkey', '-in', file('opened.pem'), '-pubout']), runOk('openssl', ['x509', '-in', file('opened.pem'), '-noout', '-pubkey'])]);
  assert.equal(keys[0], keys[1]);
  assert.notEqual((await run('openssl', ['pkcs12', '-in', taken.path, '-passin', 'pass:another', '-nodes'])).code, 0);
});

test('nobody is told, until an owner adds a channel; a test by it arrives', { timeout: 60_000 }, async () => {
  const mail = await startMailServer({ pair: first, starttls: false });
  const told = section('Who is told');
  await told.getByText('Nobody is told when this certificate needs somebody').waitFor();
  await picture(page, 'files-nobody-told');
  await told.getByRole('button', { name: 'Add a channel' }).click();
  const dialog = page.getByRole('dialog');
  for (const [label, value] of [['Name', 'post'], ['To', 'anna@example.test'], ['From', 'gateway@example.test'], ['Mail server', '127.0.0.1']] as const) await dialog.getByLabel(label, { exact: true }).fill(value);
  await dialog.getByLabel('Encryption').selectOption('none');
  await dialog.getByLabel(/^Port/).fill(String(mail.port));
  await dialog.getByRole('button', { name: 'Add the channel' }).click();
  await told.getByText(/^Of its end: 14 days before, from/).waitFor();
  await told.getByText('Nothing was sent there yet.').waitFor();
  await told.getByRole('button', { name: 'Send a test by post' }).click();
  await told.getByText('The test was delivered.').waitFor();
  await until('the mail is there', () => mail.mails.some((one) => /test/i.test(fieldOf(one, 'Subject'))));
  await told.getByText('delivered', { exact: true }).first().waitFor();
  await isSound(page, 'who is told');
  await picture(page, 'files-told');
  assert.equal((await certificateOf(gateway, HOST)).source, 'file');
});

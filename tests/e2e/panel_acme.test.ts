// Site → SSL Certificate → Automatic in a real browser, with Pebble as the authority: ordered with each step seen as it is taken, refused in
// plain words and tried again, renewed, rehearsed, revoked, and with another kind of key.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addAuthority, certificateOf, served } from './lib/acme.ts';
import { startAcmeProxy } from './lib/acme_proxy.ts';
import { startViewer } from './lib/pages.ts';
import { startPanel } from './lib/panel.ts';
import { isSound, picture, signedInAt } from './lib/panel_page.ts';
import { startPebble } from './lib/pebble.ts';
import { startApplication } from './lib/upstream.ts';
import { until, within } from './lib/wait.ts';

const HOST = 'app.example.test';
const REFUSED = 'refused.example.test';
const UNREACHED = 'unreached.example.test';

const panel = await startPanel();
const { gateway } = panel;
const application = await startApplication();
const [pebble, deaf] = await Promise.all([
  startPebble({ httpPort: gateway.http, config: { domainBlocklist: [REFUSED] } }),
  startPebble({ httpPort: 1 }), // nobody is where it looks
]);
const proxy = await startAcmeProxy(pebble.port);
const gates: ((path: string) => Promise<void>)[] = [];
proxy.before = async ({ path }) => {
  for (const gate of gates) await gate(path);
  return undefined;
};
await addAuthority(gateway, 'pebble', proxy.directory, { preference: 1 });
await addAuthority(gateway, 'deaf', deaf.directory, { preference: 2 });
await addAuthority(gateway, 'staging', deaf.directory, { rehearsal: true });
for (const name of [HOST, REFUSED, UNREACHED]) await gateway.addSite({ name, upstreams: [application.url] });
const viewer = await startViewer({ trust: [] });
const page = await signedInAt(viewer, panel.port, 'operator', `#/sites/${HOST}/certificate?way=automatic`);
page.setDefaultTimeout(20_000);
after(() => page.close());

const at = (site: string): Promise<unknown> => page.goto(`http://127.0.0.1:${panel.port}/#/sites/${site}/certificate?way=automatic`);
const button = (name: string) => page.getByRole('button', { name, exact: true });
const step = () => page.locator('.certificate-order [aria-current=step]');

/** Lets nothing of this kind pass to the authority until it is told to. */
function hold(which: RegExp): { reached: () => Promise<void>; release: () => void } {
  let release = (): void => undefined;
  let tell = (): void => undefined;
  const reached = new Promise<void>((resolve) => (tell = resolve));
  const held = new Promise<void>((resolve) => (release = resolve));
  gates.push(async (path) => {
    if (!which.test(path)) return;
    tell();
    await held;
  });
  return { reached: () => within(`a request like ${String(which)}`, reached), release };
}

const inHex = (fingerprint: string | undefined): string => (fingerprint ?? '').replaceAll(':', '').toLowerCase();

/** What visitors get is what the store has. */
async function untilServed(site: string): Promise<string> {
  return until('the stored certificate is served', async () => {
    const seen = inHex((await served(gateway, site)).fingerprint);
    return seen === inHex((await certificateOf(gateway, site)).fingerprint_sha256) && seen;
  });
}

async function untilAnother(before: string): Promise<string> {
  await until('another certificate is stored', async () => inHex((await certificateOf(gateway, HOST)).fingerprint_sha256) !== before);
  return untilServed(HOST);
}

test('a certificate is ordered, each step is seen while it is taken, and it is served', { timeout: 60_000 }, async () => {
  const held = [hold(/order-plz/), hold(/chalZ/), hold(/finalize-order/)];
  await page.getByLabel('Certificate authority').selectOption('pebble');
  await button('Get the certificate').click();
  for (const [i, words] of (['Place the order', 'Prove the names', 'Have it issued'] as const).entries()) {
    await held[i]?.reached();
    await step().getByText(words).waitFor();
    if (i === 1) await picture(page, 'acme-progress');
    held[i]?.release();
  }
  await page.getByText(/^The last one came from pebble/).waitFor();
  await page.getByText(`${HOST} has a new certificate.`).waitFor();
  await untilServed(HOST);
  await page.getByRole('list', { name: 'Way to the visitors' }).getByText('Seen served').waitFor();
  await isSound(page, 'obtained');
});

test('it is renewed when somebody asks, and another kind of key is a matter of a choice', { timeout: 60_000 }, async () => {
  const first = await untilServed(HOST);
  await button('Renew now').click();
  const second = await untilAnother(first);
  await page.getByText('Settings', { exact: true }).last().click();
  await page.getByRole('radio', { name: /^RSA/ }).check();
  await page.getByText(/^A certificate with the other kind of key is ordered as soon as you save/).waitFor();
  await button('Save').click();
  await page.getByRole('heading', { name: /^RSA, / }).waitFor();
  await untilAnother(second);
  assert.equal((await gateway.must('GET', `/v1/sites/${HOST}`))['certificate']?.['ecdsa'], null);
  await page.getByRole('radio', { name: /^ECDSA/ }).check();
  await page.getByText(/clients that know only RSA are turned away/).waitFor();
  await button('Save').click();
  await page.getByRole('alert').getByText(/choose RSA as the kind of key/).waitFor();
  await picture(page, 'acme-rsa-ends');
  await page.getByRole('heading', { name: /^ECDSA, / }).waitFor();
  await page.getByRole('alert').waitFor({ state: 'detached' });
});

test('a rehearsal tells how it went and puts nothing into service; one that fails says why', { timeout: 60_000 }, async () => {
  const before = await untilServed(HOST);
  await page.getByText('Rehearse', { exact: true }).click();
  await button('Rehearse now').click();
  await page.getByText('The rehearsal failed').waitFor();
  await isSound(page, 'a rehearsal that failed');
  await picture(page, 'acme-rehearsal');
  await gateway.must('PATCH', '/v1/cas/staging', { directory: pebble.directory });
  await button('Rehearse now').click();
  await page.getByText('The rehearsal went well').waitFor();
  assert.equal(await untilServed(HOST), before);
});

test('revoking replaces the certificate first', { timeout: 60_000 }, async () => {
  const before = await untilServed(HOST);
  await button('Revoke …').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^First a new certificate is obtained/).waitFor();
  await dialog.getByLabel(/to confirm/).fill(HOST);
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await untilAnother(before);
  await until('the authority has revoked it', () => /the replaced certificate is revoked/.test(gateway.log()));
  await page.getByText('The certificate before waits to be revoked.').waitFor({ state: 'detached' });
});

test('a name that the authority does not serve, and one that it cannot reach, are told in plain words, and tried again', { timeout: 60_000 }, async () => {
  await at(REFUSED);
  await page.getByLabel('Certificate authority').selectOption('pebble');
  await button('Get the certificate').click();
  await page.getByText('No new certificate could be obtained').waitFor();
  await page.getByText(/^It will not work before this is mended/).waitFor();
  await picture(page, 'acme-refused');
  await isSound(page, 'refused');

  await at(UNREACHED);
  await page.getByLabel('Certificate authority').selectOption('deaf');
  await button('Get the certificate').click();
  await page.getByText('No new certificate could be obtained').waitFor();
  await page.getByText(/^It is tried again by itself at/).waitFor();
  await picture(page, 'acme-unreached');
  await gateway.must('PATCH', '/v1/cas/deaf', { directory: pebble.directory });
  await page.getByText(/^The last one came from deaf/).waitFor();
  await untilServed(UNREACHED);
});

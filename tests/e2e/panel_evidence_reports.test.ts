// What browsers report, in the panel, in Chromium: an owner has a site take reports and browsers asked for them; what comes from known
// networks is there in plain words.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { after, test } from 'node:test';
import { authority } from './lib/certs.ts';
import { BROWSER, crowdOf } from './lib/crowd.ts';
import { startViewer, violationsOf } from './lib/pages.ts';
import { PASSWORD, startPanel } from './lib/panel.ts';
import { freePort } from './lib/ports.ts';

const [HOST, COLLECTOR] = ['app.example.org', 'reports.example.org'];
const https = await freePort();
const panel = await startPanel({ sections: { 'Listener secure': { Address: `127.0.0.1:${https}`, Protocol: 'https', 'Trusted Proxies': '127.0.0.1' } } });
const { gateway } = panel;
for (const name of [HOST, COLLECTOR]) await gateway.addSite({ name, routes: [{ prefix: '/', kind: 'fixed', status: 200, body: 'hello', content_type: 'text/html' }], pairs: [await authority.issue([name])] });
const crowd = crowdOf({ http: https, https });
const viewer = await startViewer({ trust: [] });
const page = await viewer.open('about:blank', { width: 1280, language: 'en' });
page.setDefaultTimeout(20_000);
after(() => page.close());

const here = `http://127.0.0.1:${panel.port}/#/sites/${HOST}/evidence`;
const told = page.getByRole('region', { name: 'What browsers report', exact: true });

// Where the site's responses tell browsers to report to.
function pathOfReports(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ port: https, host: '127.0.0.1', servername: HOST, ca: authority.pem, ALPNProtocols: ['http/1.1'] });
    let text = '';
    socket.on('error', reject);
    socket.on('data', (piece: Buffer) => {
      text += piece.toString('latin1');
    });
    socket.on('close', () => {
      const path = new RegExp(`"url":"https://${COLLECTOR}(?::\\d+)?(/[^"]+)"`).exec(text)?.[1];
      if (path === undefined) reject(new Error(text));
      else resolve(path);
    });
    socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
  });
}

const report = (path: string, address: string, type: string): string => {
  const body = JSON.stringify([{ type: 'network-error', age: 10, url: `https://${HOST}/`, user_agent: BROWSER, body: { type, phase: 'connection', server_ip: '192.0.2.1' } }]);
  return `POST ${path} HTTP/1.1\r\nHost: ${COLLECTOR}\r\nX-Forwarded-For: ${address}\r\nContent-Type: application/reports+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};

test('an owner chooses who takes reports, and has browsers asked for them', async () => {
  // Somebody came, else the page has nothing to show.
  await crowd.secure(HOST, [crowd.request(HOST, 1, BROWSER)]);
  await page.goto(here);
  await page.getByLabel('Name').fill('owner');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await told.getByText('Browsers are not asked to report.').waitFor();
  await told.getByText('First choose which site takes the reports.').waitFor();
  await told.getByLabel('Site that takes the reports (the collector)').selectOption(COLLECTOR);
  await told.getByRole('button', { name: 'Save' }).click();
  await told.getByRole('button', { name: 'Have browsers report' }).click();
  await told.getByText(`Browsers that come over HTTPS are asked to report failures to ${COLLECTOR}.`).waitFor();
  await told.getByRole('button', { name: 'Ask no more' }).waitFor();
});

test('what comes is told in plain words, by how many networks it came from', async () => {
  const path = await pathOfReports();
  const sent = ['198.51.100.1', '203.0.113.1', '192.0.2.1'].map((address) => report(path, address, 'tls.cert.date_invalid'));
  await crowd.secure(COLLECTOR, [...sent, report(path, '198.51.100.1', 'http.error')]);
  await page.reload();
  await told.getByText('Browsers reported that they could not get in over TLS: from 3 networks, added up by day.').waitFor();
  const row = told.getByRole('row').filter({ hasText: 'met a certificate that is over or not valid yet' });
  assert.deepEqual((await row.locator('.table-value').allTextContents()).slice(1, 4), ['it connected', '3', '3']);
});

test('it can be read: light and wide, dark and narrow and in French, with all that is folded away', async () => {
  for (const [scheme, language, width] of [['light', 'en', 1280], ['dark', 'fr', 360]] as const) {
    const shown = await viewer.open(here, { width, scheme, language });
    await shown.getByText(/tls\.cert\.date_invalid/).waitFor();
    await shown.locator('canvas').nth(1).waitFor();
    const folder = process.env['PICTURES'];
    if (folder !== undefined) writeFileSync(join(folder, `reports-${scheme}-${language}-${width}.png`), await shown.locator('section', { hasText: 'tls.cert.date_invalid' }).screenshot());
    await shown.evaluate('document.querySelectorAll("details").forEach((folded) => { folded.open = true; })');
    assert.deepEqual(await violationsOf(shown), [], `${scheme}, ${width} px`);
    assert.equal(await shown.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true, `wider than ${width} px`);
    await shown.close();
  }
});

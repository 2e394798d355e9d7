// What Lighthouse says of the panel's pages: nothing against their accessibility, and nothing against how they are made. No part of the
// suite: it is slow, and brings two hundred packages with it. tools/lighthouse gets them and runs this.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchBrowser } from './lib/browser.ts';
import { PASSWORD, startPanel } from './lib/panel.ts';
import { freePort } from './lib/ports.ts';
import { startApplication } from './lib/upstream.ts';

interface Audit {
  title: string;
  score: number | null;
  details?: unknown;
}

interface Result {
  runtimeError?: unknown;
  categories: Record<string, { title: string; score: number; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, Audit | undefined>;
}

type Lighthouse = (url: string, flags: object, config: object) => Promise<{ lhr: Result }>;

const LIGHTHOUSE = 'lighthouse'; // no dependency of the suite's, so nothing that its types could be checked against
const lighthouse = ((await import(LIGHTHOUSE)) as { default: Lighthouse }).default;

const SITE = 'app.example.test';
const PAGES: [string, string, string][] = [
  ['the door', '', 'Sign in'],
  ['overview', '#/', 'Overview'],
  ['certificate', `#/sites/${SITE}/certificate`, SITE],
  ['strict transport security', `#/sites/${SITE}/hsts`, SITE],
];
const CONFIG = {
  extends: 'lighthouse:default',
  settings: { onlyCategories: ['accessibility', 'best-practices'], formFactor: 'desktop', screenEmulation: { disabled: true }, throttlingMethod: 'provided', disableStorageReset: true },
};

const panel = await startPanel();
const application = await startApplication();
await panel.gateway.addSite({ name: SITE, upstreams: [application.url], localCa: true, hsts: 300 });
const port = await freePort();
const browser = await launchBrowser({ trust: [], args: [`--remote-debugging-port=${port}`] });

async function signIn(): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${panel.port}/`);
  await page.getByLabel('Name').fill('owner');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.close();
}

for (const [name, hash, heading] of PAGES) {
  test(name, { timeout: 60_000 }, async () => {
    if (hash === '#/') await signIn(); // and stays so
    const url = `http://127.0.0.1:${panel.port}/${hash}`;
    const page = await browser.newPage();
    await page.goto(url);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await page.close();
    const { lhr } = await lighthouse(url, { port, logLevel: 'error' }, CONFIG);
    assert.equal(lhr.runtimeError, undefined);
    const faults = Object.values(lhr.categories).flatMap(({ auditRefs }) => auditRefs)
      .filter(({ id, weight }) => weight > 0 && lhr.audits[id]?.score !== null && lhr.audits[id]?.score !== 1)
      .map(({ id }) => ({ id, title: lhr.audits[id]?.title, details: JSON.stringify(lhr.audits[id]?.details).slice(0, 1500) }));
    assert.deepEqual(faults, []);
    assert.deepEqual(Object.values(lhr.categories).map(({ title, score }) => [title, score]), [['Accessibility', 1], ['Best Practices', 1]]);
  });
}

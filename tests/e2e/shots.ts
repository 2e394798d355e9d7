// Pictures of every page of the panel, for people to look at: each route in both languages, light and dark, on a desk and on a phone.
// No part of the suite: what it makes is judged by eyes. tools/shots runs it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startViewer } from './lib/pages.ts';
import { PASSWORD, startPanel } from './lib/panel.ts';
import { freePort } from './lib/ports.ts';
import { startApplication } from './lib/upstream.ts';

const SITE = 'app.example.org';
const WIDTHS = [1280, 360];
const LOOKS = [['light', 'en'], ['dark', 'en'], ['light', 'fr'], ['dark', 'fr']] as const;
// A page that looks at a site from outside shows what it found after that long at most.
const SETTLED_MS = 30_000;

const folder = process.env['SHOTS'] ?? 'shots';
const only = process.env['ONLY'] ?? '';
const PATTERNS = [...readFileSync(new URL('../../web/src/routes.ts', import.meta.url), 'utf8').matchAll(/\bpattern: '([^']+)'/g)].map((found) => found[1] ?? '');

const panel = await startPanel();
const { gateway } = panel;
const viewer = await startViewer({ trust: [] });
const at = (hash: string): string => `http://127.0.0.1:${panel.port}/${hash}`;

async function take(name: string, hash: string): Promise<void> {
  for (const [scheme, language] of LOOKS) {
    for (const width of WIDTHS) {
      const page = await viewer.open(at(hash), { width, scheme, language });
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('main .loading').first().waitFor({ state: 'detached', timeout: SETTLED_MS });
      await page.waitForLoadState('networkidle', { timeout: 1_000 }).catch(() => undefined); // events keep it busy for ever
      writeFileSync(join(folder, `${name}-${language}-${scheme}-${width}.png`), await page.screenshot({ fullPage: true, animations: 'disabled' }));
      await page.close();
    }
  }
}

async function signIn(): Promise<void> {
  const page = await viewer.open(at('#/'), { width: 1280, language: 'en' });
  await page.getByLabel('Name').fill('owner');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.close();
}

// An installation in which something is of every kind: sites that do well, climb, are on the way back, and do not answer.
async function populate(): Promise<void> {
  const application = await startApplication();
  await gateway.addSite({ name: SITE, aliases: ['www.app.example.org'], upstreams: [application.url], localCa: true, hsts: 300 });
  await gateway.addSite({ name: 'climbing.example.org', upstreams: [application.url], localCa: true, hsts: 86_400 });
  await gateway.addSite({ name: 'released.example.org', upstreams: [application.url], localCa: true, hsts: 604_800 });
  await gateway.must('POST', '/v1/sites/released.example.org/hsts/moves', { move: 'release' });
  await gateway.addSite({ name: 'silent.example.org', upstreams: [`http://127.0.0.1:${await freePort()}`], localCa: true });
  await gateway.addSite({ name: 'a-rather-long-name-of-a-department.ministry-of-something.example.org', upstreams: [application.url] });
  await gateway.must('POST', '/v1/cas', { name: 'letsencrypt', contacts: ['admin@example.org'], terms_agreed: true });
  await gateway.must('POST', '/v1/cas', { name: 'zerossl', terms_agreed: true, eab_kid: 'kid-1', eab_key: 'a2V5LW9mLXRoZS1iaW5kaW5n', preference: 20 });
  await gateway.must('POST', '/v1/notify/channels', { name: 'log', kind: 'syslog', facility: 'daemon' });
  await gateway.must('POST', '/v1/notify/channels', { name: 'mail', kind: 'email', host: '127.0.0.1', port: await freePort(), security: 'none', from: 'strictgate@example.org', to: ['admin@example.org'], user: null });
}

mkdirSync(folder, { recursive: true });
const wanted = (name: string): boolean => name.includes(only);

test('the door', async () => {
  if (wanted('door')) await take('door', '#/');
});

test('an empty installation', async () => {
  await signIn();
  for (const [name, hash] of [['empty-overview', '#/'], ['empty-authorities', '#/authorities'], ['empty-notifications', '#/notifications']] as const) if (wanted(name)) await take(name, hash);
});

test('every page', async () => {
  await populate();
  for (const pattern of [...PATTERNS, '/nowhere']) {
    const name = pattern === '/' ? 'overview' : pattern.replace('/sites/:name', 'site').replaceAll('/', '-').replace(/^-/, '');
    if (wanted(name)) await take(name, `#${pattern.replace(':name', SITE)}`);
  }
  for (const site of ['climbing', 'released']) if (wanted(`hsts-${site}`)) await take(`site-hsts-${site}`, `#/sites/${site}.example.org/hsts`);
});

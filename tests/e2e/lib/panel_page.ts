// The panel in a browser: signed in, at a page; and what is taken away from there.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type Look, type Viewer, violationsOf } from './pages.ts';
import { PASSWORD } from './panel.ts';
import { HANG_MS } from './wait.ts';

/** By an account that is named like its role (startPanel). `hash` is where it goes, "#/sites/…". */
export async function signedInAt(viewer: Viewer, port: number, role: string, hash: string, look: Partial<Look> = {}): Promise<Page> {
  const page = await viewer.open(`http://127.0.0.1:${port}/${hash}`, { width: 1100, language: 'en', ...look });
  page.setDefaultTimeout(HANG_MS);
  await page.getByLabel('Name').fill(role);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor({ state: 'detached' });
  return page;
}

export async function leave(page: Page): Promise<void> {
  await page.context().clearCookies();
  await page.close();
}

/** axe-core finds nothing and nothing is wider than the window: as it is shown, and on a phone in the dark. */
export async function isSound(page: Page, where: string): Promise<void> {
  const before = page.viewportSize() ?? { width: 1100, height: 800 };
  for (const [width, colorScheme] of [[before.width, 'light'], [360, 'dark']] as const) {
    await page.setViewportSize({ ...before, width });
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await violationsOf(page), [], `${where}, ${width} px, ${colorScheme}`);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true, `${where}: wider than ${width} px`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(before);
}

export async function downloadBy(page: Page, press: () => Promise<void>): Promise<{ name: string; path: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  const path = await download.path();
  return { name: download.suggestedFilename(), path, text: readFileSync(path, 'latin1') };
}

/** Into the folder that PICTURES names, for whoever wants to look. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['PICTURES'];
  if (folder === undefined) return;
  await page.evaluate('window.scrollTo(0, 0)');
  writeFileSync(join(folder, `${name}.png`), await page.screenshot({ fullPage: true, animations: 'disabled' }));
}

// Chromium behind the interface of browsers.ts. HTTPS-First and its relatives are off (Playwright's own defaults), so that HSTS alone is seen.
import { join } from 'node:path';
import { launchBrowser } from './browser.ts';
import type { Browser, OpenOptions } from './browsers.ts';
import { temporaryDirectory } from './scope.ts';

export async function openChromium(options: OpenOptions): Promise<Browser> {
  const profile = join(temporaryDirectory(), 'profile');
  const context = await launchBrowser({ trust: options.trust, namespace: options.namespace, profile });
  const page = context.pages()[0] ?? (await context.newPage());
  await page.setViewportSize({ width: options.width ?? 1000, height: options.height ?? 700 });
  page.setDefaultTimeout(30_000);
  return {
    kind: 'chromium',
    version: context.browser()?.version() ?? 'unknown',
    profile,
    async goto(url) {
      try {
        await page.goto(url);
        return { loaded: true, url: page.url(), fault: null };
      } catch (failure) {
        const fault = /net::(\w+)/.exec(String(failure))?.[1];
        if (fault === undefined) throw failure;
        return { loaded: false, url: page.url(), fault };
      }
    },
    url: async () => page.url(),
    text: (selector = 'body') => page.innerText(selector),
    waitFor: (selector) => page.locator(selector).first().waitFor({ state: 'attached' }),
    click: (selector) => page.click(selector),
    type: (selector, text) => page.locator(selector).pressSequentially(text),
    press: (key) => page.keyboard.press(key),
    evaluate: (expression) => page.evaluate(expression),
    screenshot: () => page.screenshot(),
    async clickThrough() {
      await page.click('#details-button');
      const link = page.locator('#proceed-link');
      if (!(await link.isVisible())) return false;
      await Promise.all([page.waitForURL(/^https:/), link.click()]);
      return true;
    },
    close: () => context.close(),
  };
}

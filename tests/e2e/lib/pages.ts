// Pages as people see them: in a window of some width, light or dark, in their language; and as axe-core judges them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { type BrowserOptions, launchBrowser } from './browser.ts';

export interface Look {
  width: number;
  height?: number;
  scheme?: 'light' | 'dark';
  /** As browsers say it: "fr", "ar-EG". */
  language?: string;
}

export interface Violation {
  id: string;
  impact: string;
  help: string;
  where: string[];
}

export interface Viewer {
  /** The page stays open until the test closes it. */
  open(url: string, look: Look): Promise<Page>;
  /** PNG of the whole page, however long. */
  picture(url: string, look: Look): Promise<Buffer>;
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export async function startViewer(options: BrowserOptions): Promise<Viewer> {
  const context = await launchBrowser(options);
  const viewer: Viewer = {
    async open(url, look) {
      const page = await context.newPage();
      await page.setViewportSize({ width: look.width, height: look.height ?? 800 });
      await page.emulateMedia({ colorScheme: look.scheme ?? 'light', reducedMotion: 'reduce' });
      if (look.language !== undefined) {
        const session = await context.newCDPSession(page);
        const userAgent = String(await page.evaluate('navigator.userAgent'));
        await session.send('Emulation.setUserAgentOverride', { userAgent, acceptLanguage: look.language });
      }
      await page.goto(url);
      return page;
    },
    async picture(url, look) {
      const page = await viewer.open(url, look);
      try {
        return await page.screenshot({ fullPage: true, animations: 'disabled' });
      } finally {
        await page.close();
      }
    },
  };
  return viewer;
}

/** What axe-core holds against the page, of all its rules. It runs by the debugger: the page's own policy for scripts does not matter. */
export async function violationsOf(page: Page): Promise<Violation[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run(document)')) as { violations: { id: string; impact: string; help: string; nodes: { target: unknown[] }[] }[] };
  return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, where: nodes.map(({ target }) => target.join(' ')) }));
}

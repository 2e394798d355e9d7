// A hand at the panel in any of the three browsers: it finds what it wants by its words, as people do, and counts its clicks.
import type { Browser } from './browsers.ts';
import { until } from './wait.ts';

/** The guards look at a site for up to 25 s before an act is open; the machine may be busy besides. */
const PATIENCE_MS = 40_000;
const MARK = 'data-hand';

export interface Hand {
  clicks(): number;
  /** A link, a button, or a label: the innermost dialog's first of all. Waits until it is there and may be pressed. */
  click(words: string): Promise<void>;
  /** Into what has the focus. */
  type(text: string): Promise<void>;
  /** Goes on to the next field with the keyboard: buttons on the way are passed over. */
  nextField(): Promise<void>;
  enter(): Promise<void>;
  /** Comes back when the page says so. */
  reads(words: string): Promise<void>;
}

// Marks what the words mean, so that the driver can press it for real.
const FIND = `((words, mark) => {
  for (const one of document.querySelectorAll('[' + mark + ']')) one.removeAttribute(mark);
  const dialogs = [...document.querySelectorAll('dialog[open]')];
  const within = dialogs.at(-1) ?? document;
  const said = (one) => (one.getAttribute('aria-label') ?? one.innerText).trim().split('\\n')[0].trim();
  const found = [...within.querySelectorAll('a, button, label')].filter((one) => one.checkVisibility()).find((one) => said(one) === words);
  if (found === undefined) return false;
  const target = found.control ?? found;
  if (target.disabled || target.getAttribute('aria-disabled') === 'true') return false;
  target.setAttribute(mark, '');
  target.scrollIntoView({ block: 'center' });
  return true;
})`;

// Not :focus, which matches nothing in a window that no person looks at.
const TAKE = `((mark) => {
  for (const one of document.querySelectorAll('[' + mark + ']')) one.removeAttribute(mark);
  const field = document.activeElement;
  if (field === null || !field.matches('input, textarea')) return false;
  field.setAttribute(mark, '');
  return true;
})`;

export function handAt(browser: Browser): Hand {
  let clicks = 0;
  const read = (): Promise<string> => browser.text('body');
  const told = (what: string): Promise<unknown> => read().then((text) => Promise.reject(new Error(`${browser.kind}: ${what}; the page says:\n${text}`)));
  return {
    clicks: () => clicks,
    async click(words) {
      const found = await until(words, async () => (await browser.evaluate(`${FIND}(${JSON.stringify(words)}, '${MARK}')`)) === true, PATIENCE_MS).catch(() => false);
      if (!found) await told(`nothing to press says "${words}"`);
      await browser.click(`[${MARK}]`);
      clicks++;
    },
    async type(text) {
      await until('a field has the focus', async () => (await browser.evaluate(`${TAKE}('${MARK}')`)) === true);
      await browser.type(`[${MARK}]`, text);
    },
    async nextField() {
      do await browser.press('Tab');
      while ((await browser.evaluate("document.activeElement.matches('button')")) === true);
    },
    enter: () => browser.press('Enter'),
    async reads(words) {
      const found = await until(words, async () => (await read()).includes(words), PATIENCE_MS).catch(() => false);
      if (!found) await told(`it does not say "${words}"`);
    },
  };
}

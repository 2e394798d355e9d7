// One interface over three real browsers, each fresh, in a namespace of the test's own, trusting the test's authorities only.
// What tells them apart (how a refusal is named, what can be seen of it) is in the three files behind it.
import { openChromium } from './chromium.ts';
import { openFirefox } from './firefox.ts';
import type { Namespace } from './netns.ts';
import { openWebKit } from './webkit.ts';

export type Kind = 'chromium' | 'firefox' | 'webkit';

export interface Visit {
  /** Whether a page of the site is shown, and where the browser is then. */
  loaded: boolean;
  url: string;
  /** The browser's own word for why not, where it has one. */
  fault: string | null;
}

export interface Browser {
  readonly kind: Kind;
  readonly version: string;
  /** The folder of what it remembers; complete when it is closed. */
  readonly profile: string;
  /** Comes back when the page is there, or when the browser has given it up. */
  goto(url: string): Promise<Visit>;
  url(): Promise<string>;
  /** The text of the first element that matches, as it is seen. */
  text(selector?: string): Promise<string>;
  /** Comes back when there is an element that matches. */
  waitFor(selector: string): Promise<void>;
  click(selector: string): Promise<void>;
  type(selector: string, text: string): Promise<void>;
  press(key: 'Enter' | 'Tab' | 'Escape' | 'ArrowDown' | ' '): Promise<void>;
  evaluate(expression: string): Promise<unknown>;
  /** PNG of what is in the window. */
  screenshot(): Promise<Buffer>;
  /** Does what a user can who wants to see the site in spite of a fault of its certificate, and tells whether it is shown then; null where
   *  the driver shows nothing of it. */
  clickThrough(): Promise<boolean | null>;
  close(): Promise<void>;
}

export interface OpenOptions {
  namespace: Namespace;
  trust: string[];
  width?: number;
  height?: number;
}

export const KINDS: readonly Kind[] = ['chromium', 'firefox', 'webkit'];

/** The namespace needs an address besides the loopback's, and for WebKit the authorities in its bundle (see createNamespace). */
export function openBrowser(kind: Kind, options: OpenOptions): Promise<Browser> {
  switch (kind) {
    case 'chromium': return openChromium(options);
    case 'firefox': return openFirefox(options);
    case 'webkit': return openWebKit(options);
  }
}

// WebKitGTK behind the interface of browsers.ts: its own driver and its MiniBrowser, on a display that nobody sees.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, OpenOptions } from './browsers.ts';
import { reachInside } from './inside.ts';
import type { Namespace } from './netns.ts';
import { start } from './process.ts';
import { freePort } from './ports.ts';
import { atEnd, temporaryDirectory } from './scope.ts';
import { until } from './wait.ts';
import { webDriver } from './webdriver.ts';

const BLANK = 'about:blank';
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'; // the name that the standard gives references to elements
const KEYS = { Enter: '\uE007', Tab: '\uE004', Escape: '\uE00C', ArrowDown: '\uE015', ' ': ' ' };

// Beside the driver there is a browser for it, in a folder that is named for the interface's version.
function miniBrowser(): string {
  const libraries = `/usr/lib/${{ x64: 'x86_64', arm64: 'aarch64' }[process.arch as 'x64' | 'arm64'] ?? process.arch}-linux-gnu`;
  const folders = readdirSync(libraries).filter((name) => /^webkit2?gtk-\d/.test(name)).toSorted();
  const found = folders.map((name) => join(libraries, name, 'MiniBrowser')).findLast((file) => existsSync(file));
  if (found === undefined) throw new Error(`no MiniBrowser in ${libraries}: tools/setup test installs it`);
  return found;
}

async function startDisplay(namespace: Namespace): Promise<string> {
  const { file, args } = namespace.enter('Xvfb', ['-displayfd', '1', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp', '-ac']);
  const running = start(file, args);
  return until('the display is there', () => {
    if (running.child.exitCode !== null) throw new Error(running.output());
    const number = /^(\d+)$/m.exec(running.output())?.[1];
    return number === undefined ? undefined : `:${number}`;
  });
}

export async function openWebKit(options: OpenOptions): Promise<Browser> {
  const home = temporaryDirectory();
  const port = await freePort();
  const env = {
    ...process.env, DISPLAY: await startDisplay(options.namespace), GDK_BACKEND: 'x11', GIO_USE_PROXY_RESOLVER: 'dummy', NO_AT_BRIDGE: '1',
    HOME: home, XDG_CACHE_HOME: join(home, 'cache'), XDG_CONFIG_HOME: join(home, 'config'), XDG_DATA_HOME: join(home, 'data'), XDG_RUNTIME_DIR: home,
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', WEBKIT_DISABLE_DMABUF_RENDERER: '1', LIBGL_ALWAYS_SOFTWARE: '1',
  };
  const command = options.namespace.enter('WebKitWebDriver', [`--port=${port}`]);
  const running = start(command.file, command.args, { env });
  const ask = webDriver(await reachInside(options.namespace), port);
  await until('WebKitWebDriver answers', () => {
    if (running.child.exitCode !== null) throw new Error(running.output());
    return ask('GET', '/status').then(() => true);
  }, 60_000);
  const capabilities = { 'webkitgtk:browserOptions': { binary: miniBrowser(), args: ['--automation'] }, pageLoadStrategy: 'normal' };
  const made = (await ask('POST', '/session', { capabilities: { alwaysMatch: capabilities } })) as { sessionId: string; capabilities: { browserVersion: string } };
  const session = `/session/${made.sessionId}`;
  await ask('POST', `${session}/timeouts`, { pageLoad: 30_000, script: 30_000, implicit: 0 });
  await ask('POST', `${session}/window/rect`, { width: options.width ?? 1000, height: options.height ?? 700 });
  const close = async (): Promise<void> => {
    await ask('DELETE', session).catch(() => undefined);
    await running.end();
  };
  atEnd(close);

  const url = async (): Promise<string> => (await ask('GET', `${session}/url`)) as string;
  const evaluate = (expression: string): Promise<unknown> => ask('POST', `${session}/execute/sync`, { script: `return (${expression});`, args: [] });
  const element = async (selector: string): Promise<string> => {
    const found = (await ask('POST', `${session}/element`, { using: 'css selector', value: selector })) as Record<string, string>;
    return `${session}/element/${found[ELEMENT] ?? ''}`;
  };
  return {
    kind: 'webkit',
    version: made.capabilities.browserVersion,
    profile: join(home, 'data'),
    // A load that fails is no error to this driver and leaves the page that was there (its URL may or may not change): so nothing is there before.
    async goto(wanted) {
      await ask('POST', `${session}/url`, { url: BLANK });
      await ask('POST', `${session}/url`, { url: wanted });
      const shown = String(await evaluate('location.href'));
      return { loaded: shown !== BLANK, url: shown, fault: null };
    },
    url,
    text: async (selector = 'body') => String(await evaluate(`document.querySelector(${JSON.stringify(selector)}).innerText`)),
    waitFor: async (selector) => void (await until(`there is ${selector}`, () => element(selector))),
    click: async (selector) => void (await ask('POST', `${await element(selector)}/click`, {})),
    type: async (selector, text) => void (await ask('POST', `${await element(selector)}/value`, { text })),
    press: async (key) => void (await ask('POST', `${await element(':focus')}/value`, { text: KEYS[key] })),
    evaluate,
    // The driver waits for the next frame, which a page at rest never draws: so it is kept from resting.
    async screenshot() {
      await evaluate("window.unrest = setInterval(() => { const { style } = document.documentElement; style.opacity = style.opacity === '' ? '0.999' : ''; }, 30)");
      const picture = (await ask('GET', `${session}/screenshot`)) as string;
      await evaluate("(clearInterval(window.unrest), document.documentElement.style.opacity = '')");
      return Buffer.from(picture, 'base64');
    },
    clickThrough: async () => null,
    close,
  };
}

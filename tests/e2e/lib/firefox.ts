// Firefox behind the interface of browsers.ts, over WebDriver BiDi. HTTPS-First and HTTPS-Only are off, so that HSTS alone is seen.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import puppeteer, { type ConnectionTransport, type Page } from 'puppeteer-core';
import { WebSocket } from 'ws';
import type { Browser, OpenOptions, Visit } from './browsers.ts';
import { type Inside, reachInside } from './inside.ts';
import { trustOnly } from './nss.ts';
import { start } from './process.ts';
import { atEnd, temporaryDirectory } from './scope.ts';
import { until } from './wait.ts';

const BLANK = 'about:blank';
const PATIENCE_MS = 30_000; // the machine may be busy with other tests
const FIREFOX = process.env['FIREFOX'] ?? ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find(existsSync) ?? 'firefox';

// Nothing is fetched that the test did not ask for, and no page is opened by itself.
const PREFERENCES: Record<string, string | number | boolean> = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.newtabpage.enabled': false,
  'browser.region.network.url': '',
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.search.update': false,
  'browser.sessionstore.resume_from_crash': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.security.https_first': false,
  'dom.security.https_only_mode': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.http.speculative-parallel-limit': 0,
  'network.prefetch-next': false,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'signon.rememberSignons': false,
  'toolkit.telemetry.server': '',
  'trailhead.firstrun.didSeeAboutWelcome': true,
};

async function transport(inside: Inside, port: number): Promise<ConnectionTransport> {
  const connection = await inside.connect(port);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/session`, { createConnection: () => connection, perMessageDeflate: false, maxPayload: 256 * 1024 * 1024 });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const made: ConnectionTransport = { send: (message) => socket.send(message), close: () => socket.close() };
  socket.on('message', (data: Buffer) => made.onmessage?.(data.toString()));
  socket.on('close', () => made.onclose?.());
  return made;
}

// Puppeteer's answer is not waited for in vain: when the browser goes to HTTPS by itself, Firefox may call that a new navigation that has
// interrupted the first. What counts is what the window shows in the end.
async function visit(page: Page, url: string): Promise<Visit> {
  await page.goto(BLANK);
  const failure = await page.goto(url).then(() => undefined, (reason: unknown) => reason);
  const shown = new URL(await until(`something is shown (${String(failure)})`, async () => {
    const [uri, state] = (await page.evaluate('[document.documentURI, document.readyState]')) as [string, string];
    return uri !== BLANK && (state === 'complete' || uri.startsWith('about:')) && uri; // an error page never completes
  }, PATIENCE_MS));
  if (shown.protocol !== 'about:') return { loaded: true, url: shown.href, fault: null };
  return { loaded: false, url: shown.href, fault: shown.searchParams.get('s') || shown.searchParams.get('e') };
}

// The buttons are in the shadow tree of the one element of the error page; the last one is disabled for a second, against hasty clicks.
async function clickThrough(page: Page): Promise<boolean> {
  const holds = (expression: string): Promise<boolean> => page.evaluate(`Boolean(${expression})`) as Promise<boolean>;
  const card = "document.querySelector('net-error-card')?.shadowRoot";
  const exception = `${card}?.querySelector('#exception-button')`;
  await until('the error page is complete', () => holds(`${card}?.querySelector('#advanced-button')`), PATIENCE_MS);
  await page.evaluate(`${card}.querySelector('#advanced-button').click()`);
  await until('its details are shown', () => holds(`${card}?.querySelector('#viewCertificate')`), PATIENCE_MS);
  if (!(await holds(exception))) return false;
  await until('the button may be pressed', () => holds(`!${exception}.disabled`));
  await page.evaluate(`${exception}.click()`);
  await until('the site is shown', () => holds("document.documentURI.startsWith('https:')"), PATIENCE_MS);
  return true;
}

export async function openFirefox(options: OpenOptions): Promise<Browser> {
  const home = temporaryDirectory();
  const profile = join(home, 'profile');
  await trustOnly(profile, options.trust);
  writeFileSync(join(profile, 'user.js'), Object.entries(PREFERENCES).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(''));
  const size = { width: options.width ?? 1000, height: options.height ?? 700 };
  const command = options.namespace.enter(FIREFOX, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank']);
  const running = start(command.file, command.args, { env: { ...process.env, HOME: home, XDG_CACHE_HOME: join(home, '.cache'), XDG_CONFIG_HOME: join(home, '.config'), MOZ_HEADLESS_WIDTH: String(size.width), MOZ_HEADLESS_HEIGHT: String(size.height + 90) } });
  const port = await until('Firefox listens', () => {
    if (running.child.exitCode !== null) throw new Error(running.output());
    return Number(/BiDi listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(running.output())?.[1] ?? 0) || undefined;
  }, 60_000);
  const browser = await puppeteer.connect({ transport: await transport(await reachInside(options.namespace), port), protocol: 'webDriverBiDi', defaultViewport: size });
  const page = (await browser.pages())[0] ?? (await browser.newPage());
  page.setDefaultTimeout(PATIENCE_MS);
  const close = async (): Promise<void> => {
    await browser.close().catch(() => undefined);
    await running.end();
  };
  atEnd(close);
  return {
    kind: 'firefox',
    version: (await browser.version()).replace(/^\D*/, ''),
    profile,
    goto: (url) => visit(page, url),
    url: async () => page.url(),
    text: async (selector = 'body') => String(await page.evaluate(`document.querySelector(${JSON.stringify(selector)}).innerText`)),
    waitFor: async (selector) => void (await page.waitForSelector(selector)),
    click: (selector) => page.click(selector),
    type: (selector, text) => page.type(selector, text),
    press: (key) => page.keyboard.press(key === ' ' ? 'Space' : key),
    evaluate: (expression) => page.evaluate(expression),
    screenshot: async () => Buffer.from(await page.screenshot()),
    clickThrough: () => clickThrough(page),
    close,
  };
}

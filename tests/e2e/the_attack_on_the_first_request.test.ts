// Somebody who runs the network answers a visitor's first, unencrypted request with a sign-in page of his own. docs/guide/the-attack.md
// tells it with pictures, which this test makes: PICTURES=$PWD/FOLDER tools/e2e the_attack_on_the_first_request
import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Browser, KINDS, type Kind, openBrowser } from './lib/browsers.ts';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { reachInside } from './lib/inside.ts';
import { createNetwork } from './lib/network.ts';
import { startOrigin } from './lib/origin.ts';
import { type Scene, keepPicture } from './lib/pictures.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { type SignIn, signInPage } from './lib/sign_in.ts';
import { startUpstream } from './lib/upstream.ts';

// Names of the public Internet, so that whatever a browser does for those alone would be noticed in the first run.
const OPEN = 'clinic.example.org';
const TRIAL = 'trial.example.org';
const LISTED = 'clinic.example.app'; // every name below .app is on the browsers' own list
const NAMES = [OPEN, TRIAL, LISTED];
const VICTIM: SignIn = { name: 'amina', password: 'river-Lantern-47' };

const network = await createNetwork(NAMES, { trust: [authority.file] });
const hostile = signInPage('The service is busy. Please try again later.');
const clinic = signInPage('Welcome, Amina.');
const application = await startUpstream(clinic.listener, { unix: join(temporaryDirectory(), 'clinic.sock') });
const intercepted = await startOrigin(await reachInside(network.router), { address: '0.0.0.0', port: network.hostilePort }, hostile.listener);
const gateway = await startGateway({ namespace: network.site, http: 80, https: 443, server: { 'Listen Address': '0.0.0.0' } });
const pair = await authority.issue(NAMES);
for (const name of NAMES) await gateway.addSite({ name, upstreams: [application.url], pairs: [pair] });
await gateway.setHsts(TRIAL, 300);
const browsers = await Promise.all(KINDS.map((kind) => openBrowser(kind, { namespace: network.visitor, trust: [authority.file], width: 640, height: 400 })));

// Browsers believe the list they were built with for some weeks only (Chromium 70 days).
const LIST_LASTS_DAYS = 60;
const BUILT: Record<Kind, string | null> = { chromium: '/usr/lib/chromium/chromium', firefox: '/usr/lib/firefox-esr/libxul.so', webkit: null };

/** What somebody does who has only the name of the site: types it, and signs in on the page that comes. */
async function visitAndSignIn(browser: Browser, site: string, scene: Omit<Scene, 'url' | 'window' | 'told'>): Promise<{ url: string; attacker: SignIn[]; application: SignIn[] }> {
  hostile.told.length = 0;
  clinic.told.length = 0;
  intercepted.requests.length = 0;
  const { loaded, url } = await browser.goto(`http://${site}/`);
  assert.equal(loaded, true);
  await browser.type('#name', VICTIM.name);
  await browser.type('#password', VICTIM.password);
  const window = await browser.screenshot();
  await browser.click('#go');
  await browser.waitFor('#answer');
  if (browser.kind === 'chromium') await keepPicture(async () => ({ ...scene, url, window, told: hostile.told }));
  return { url, attacker: [...hostile.told], application: [...clinic.told] };
}

function inEach(name: string, fact: (browser: Browser, t: TestContext) => Promise<void>): void {
  test(name, { timeout: 60_000 }, async (t) => {
    for (const browser of browsers) await t.test(`${browser.kind} ${browser.version}`, (own) => fact(browser, own));
  });
}

inEach('without HSTS the attacker gets the password', async (browser) => {
  await network.turnHonest();
  assert.equal((await browser.goto(`http://${OPEN}/`)).url, `https://${OPEN}/`, 'an honest visit is redirected');
  await network.turnHostile();
  const { url, attacker, application } = await visitAndSignIn(browser, OPEN, { file: 'attack-no-hsts', title: 'No HSTS' });
  assert.equal(url, `http://${OPEN}/`);
  assert.deepEqual(attacker, [VICTIM]);
  assert.deepEqual(application, []);
});

inEach('in the trial, after one honest visit, he does not', async (browser) => {
  await network.turnHonest();
  assert.equal((await browser.goto(`http://${TRIAL}/`)).url, `https://${TRIAL}/`);
  await network.turnHostile();
  const { url, attacker, application } = await visitAndSignIn(browser, TRIAL, { file: 'attack-trial', title: 'HSTS trial, after one honest visit' });
  assert.equal(url, `https://${TRIAL}/`);
  assert.deepEqual(attacker, []);
  assert.deepEqual(application, [VICTIM]);
  assert.deepEqual(intercepted.requests, []);
});

inEach('nor at the very first visit, with a name on the list that browsers come with', async (browser, t) => {
  const file = BUILT[browser.kind];
  const days = file === null || !existsSync(file) ? 0 : (Date.now() - statSync(file).mtimeMs) / 86_400_000;
  if (days > LIST_LASTS_DAYS) return t.skip(`this ${browser.kind} is ${Math.round(days)} days old, and does not believe its list any more`);
  await network.turnHonest();
  await network.turnHostile();
  const { url, attacker, application } = await visitAndSignIn(browser, LISTED, { file: 'attack-listed', title: 'On the browsers’ own list, first visit' });
  const hasList = browser.kind !== 'webkit';
  assert.equal(url, hasList ? `https://${LISTED}/` : `http://${LISTED}/`);
  assert.deepEqual(attacker, hasList ? [] : [VICTIM]);
  assert.deepEqual(application, hasList ? [VICTIM] : []);
});

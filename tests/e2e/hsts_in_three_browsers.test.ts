// What a promise does to the browser of a visitor, with real browsers. docs/guide/browsers.md has the results and what cannot be shown.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Browser, KINDS, openBrowser } from './lib/browsers.ts';
import { type Pair, authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { reachInside } from './lib/inside.ts';
import { createNamespace } from './lib/netns.ts';
import { startOrigin } from './lib/origin.ts';
import { keepPicture } from './lib/pictures.ts';
import { JSON_LOG, asksPort80 as asks } from './lib/port80.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { startUpstream } from './lib/upstream.ts';
import { sleep } from './lib/wait.ts';

const SITE = 'app.example.test';
const SHORT = 'short.example.test';
const LONG = 'long.example.test';
const TEAM = 'team.example.test'; // promises for the names below, too
const BELOW = 'wiki.team.example.test';
const BESIDE = 'other.example.test';
const FREE = 'free.example.test'; // never promises anything
const LOCAL = 'localhost';
const SERVED = [SITE, SHORT, LONG, TEAM, BELOW, BESIDE, FREE, LOCAL];
const PLAIN = 'plain.example.test'; // sends the field over plain HTTP, which the gateway never does
const DAY_S = 86_400;
const YEAR_S = 365 * DAY_S;
const LONG_S = YEAR_S + 20 * DAY_S;
const SHORT_S = 6; // to visit twice

const namespace = await createNamespace(SERVED, { address: '192.0.2.1', trust: [authority.file], hosts: { '127.0.0.2': [PLAIN] } });
const application = await startUpstream((request, response) => {
  response.setHeader('content-type', 'text/html');
  response.end(`<!doctype html><title>site</title><link rel="icon" href="data:,"><p id="path">${request.url}</p>`);
}, { unix: join(temporaryDirectory(), 'application.sock') });
const gateway = await startGateway({ namespace, http: 80, https: 443, log: JSON_LOG });
const good = await authority.issue(SERVED);
const expired = await authority.issue(SERVED, { expired: true });
for (const name of SERVED) await gateway.addSite({ name, upstreams: [application.url], pairs: [good] });

const inside = await reachInside(namespace);
const answer: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/html', 'strict-transport-security': `max-age=${YEAR_S}` }).end('<p>plain</p>');
};
const plain = await startOrigin(inside, { address: '127.0.0.2', port: 80 }, answer);
const otherProgram = await startOrigin(inside, { address: '127.0.0.1', port: 8080 }, answer);

const browsers = await Promise.all(KINDS.map((kind) => openBrowser(kind, { namespace, trust: [authority.file] })));

let pagesCount = 0;

/** Asks for a page over http:// and tells whether it asked port 80 for it; in the end it is there over HTTPS either way. */
function asksPort80(browser: Browser, site: string): Promise<boolean> {
  const page = `/page-${++pagesCount}`;
  return asks(gateway, site, page, async () => {
    assert.deepEqual(await browser.goto(`http://${site}${page}`), { loaded: true, url: `https://${site}${page}`, fault: null });
    assert.equal(await browser.text('#path'), page);
  });
}

async function learns(browser: Browser, site: string): Promise<void> {
  assert.equal((await browser.goto(`https://${site}/`)).loaded, true);
}

async function serve(site: string, pair: Pair): Promise<void> {
  const override = { guards: ['keep-certificate'], reason: 'a test', confirm: site };
  await gateway.must('PATCH', `/v1/sites/${site}`, { certificate_pem: pair.cert, key_pem: pair.key, replace_working: true, override });
}

function inEach(name: string, before: () => Promise<unknown>, fact: (browser: Browser) => Promise<void>): void {
  test(name, { timeout: 60_000 }, async (t) => {
    await before();
    for (const browser of browsers) await t.test(`${browser.kind} ${browser.version}`, () => fact(browser));
  });
}

inEach('without a promise every visit begins at port 80', async () => {}, async (browser) => {
  assert.equal(await asksPort80(browser, SITE), true);
  assert.equal(await asksPort80(browser, SITE), true);
});

inEach('after one visit over HTTPS in the trial the browser goes there by itself', () => gateway.setHsts(SITE, 300), async (browser) => {
  await learns(browser, SITE);
  assert.equal(await asksPort80(browser, SITE), false);
});

inEach('a promise holds for every port of the name', async () => {}, async (browser) => {
  otherProgram.requests.length = 0;
  assert.equal((await browser.goto(`http://${FREE}:8080/`)).loaded, true);
  assert.equal((await browser.goto(`http://${SITE}:8080/`)).loaded, false);
  assert.deepEqual(otherProgram.requests, [`GET http://${FREE}:8080/`]);
});

inEach('it holds for the names below where it says so, and for no name beside', () => gateway.setHsts(TEAM, 300, true), async (browser) => {
  await learns(browser, TEAM);
  assert.equal(await asksPort80(browser, TEAM), false);
  assert.equal(await asksPort80(browser, BELOW), false);
  assert.equal(await asksPort80(browser, BESIDE), true);
});

inEach('an expired certificate of a site that promised nothing can be clicked away', () => serve(FREE, expired), async (browser) => {
  assert.equal((await browser.goto(`https://${FREE}/`)).loaded, false);
  assert.equal(await browser.clickThrough(), browser.kind === 'webkit' ? null : true);
});

inEach('that of a site that promised cannot', async () => {
  await serve(TEAM, expired);
  await gateway.killChild('gateway'); // who is connected goes on by the certificate that he has seen
  await gateway.untilServing();
}, async (browser) => {
  const url = `https://${TEAM}/`;
  const { loaded, fault } = await browser.goto(url);
  assert.equal(loaded, false);
  assert.equal(fault, { chromium: 'ERR_CERT_DATE_INVALID', firefox: 'badStsCert', webkit: null }[browser.kind]);
  assert.equal(await browser.clickThrough(), browser.kind === 'webkit' ? null : false);
  if (browser.kind !== 'webkit') {
    await keepPicture(async () => ({ file: `closed-${browser.kind}`, title: `An expired certificate in ${browser.kind === 'firefox' ? 'Firefox' : 'Chromium'} ${browser.version}`, url, mark: '!', window: await browser.screenshot() }));
  }
});

inEach('release frees the browser at its next visit', () => gateway.setHsts(SITE, 0), async (browser) => {
  assert.equal(await asksPort80(browser, SITE), false, 'it does not know yet');
  assert.equal(await asksPort80(browser, SITE), true);
});

inEach('the field over plain HTTP is ignored', async () => {}, async (browser) => {
  for (const path of ['first', 'second']) {
    const url = `http://${PLAIN}/${path}`;
    assert.deepEqual(await browser.goto(url), { loaded: true, url, fault: null });
    assert.equal(plain.requests.at(-1), `GET ${url}`);
  }
});

inEach('localhost is bound in WebKitGTK only', () => gateway.setHsts(LOCAL, 300), async (browser) => {
  await learns(browser, LOCAL);
  assert.equal(await asksPort80(browser, LOCAL), browser.kind !== 'webkit');
});

test('a promise runs out', { timeout: 60_000 }, async (t) => {
  await gateway.setHsts(SHORT, SHORT_S);
  for (const browser of browsers) {
    let asked = true, tookMs = 0;
    do { // on a busy machine the promise may be over before the second visit, which says nothing then
      const beforeMs = performance.now();
      await learns(browser, SHORT);
      asked = await asksPort80(browser, SHORT);
      tookMs = performance.now() - beforeMs;
    } while (asked && tookMs > (SHORT_S - 1) * 1000);
    assert.equal(asked, false, browser.kind);
  }
  await sleep((SHORT_S + 2) * 1000); // WebKitGTK counts whole seconds
  for (const browser of browsers) await t.test(`${browser.kind} ${browser.version}`, async () => assert.equal(await asksPort80(browser, SHORT), true));
});

test('Chromium remembers for a year at most', { timeout: 60_000 }, async () => {
  const chromium = browsers.find(({ kind }) => kind === 'chromium') as Browser;
  const lasting = await authority.issue([LONG], { seconds: LONG_S + 3 * DAY_S }); // no promise goes past the certificate
  await gateway.must('PATCH', `/v1/sites/${LONG}`, { certificate_pem: lasting.cert, key_pem: lasting.key });
  await gateway.setHsts(LONG, LONG_S);
  await learns(chromium, LONG);
  await chromium.close();
  const wire = Buffer.concat([...LONG.split('.').map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`)), Buffer.from([0])]);
  const host = createHash('sha256').update(wire).digest('base64');
  const file = JSON.parse(readFileSync(join(chromium.profile, 'Default', 'TransportSecurity'), 'utf8')) as { sts: { host: string; expiry: number; sts_observed: number }[] };
  const entry = file.sts.find((one) => one.host === host);
  assert.equal(Math.round((entry?.expiry ?? 0) - (entry?.sts_observed ?? 0)), YEAR_S);
});

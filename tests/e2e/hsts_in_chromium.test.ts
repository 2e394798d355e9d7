import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Request } from 'playwright-core';
import { launchBrowser } from './lib/browser.ts';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { createNamespace } from './lib/netns.ts';
import { JSON_LOG, asksPort80 } from './lib/port80.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { until } from './lib/wait.ts';
import { startWebSocketApplication } from './lib/websocket.ts';

const HOST = 'app.example.test';
const PAGE = `<!doctype html><title>live</title><p id="out">waiting</p><script>
const socket = new WebSocket(location.origin.replace('http', 'ws') + '/socket');
socket.onopen = () => socket.send('from the page');
socket.onmessage = (event) => { document.getElementById('out').textContent = event.data; };
</script>`;

const namespace = await createNamespace([HOST]);
const application = await startWebSocketApplication({ unix: join(temporaryDirectory(), 'application.sock'), page: PAGE });
const gateway = await startGateway({ namespace, http: 80, https: 443, log: JSON_LOG });
await gateway.addSite({ name: HOST, upstreams: [application.url], pairs: [await authority.issue([HOST])] });
const browser = await launchBrowser({ trust: [authority.file], namespace });

interface Visit {
  url: string;
  chain: { url: string; status: number; reason: string | null }[];
}

async function visit(url: string): Promise<Visit> {
  const page = await browser.newPage();
  try {
    const response = await page.goto(url);
    const chain: Visit['chain'] = [];
    for (let at: Request | null = response?.request() ?? null; at !== null; at = at.redirectedFrom()) {
      const answer = await at.response();
      chain.unshift({ url: at.url(), status: answer?.status() ?? 0, reason: (await answer?.headerValue('non-authoritative-reason')) ?? null });
    }
    return { url: page.url(), chain };
  } finally {
    await page.close();
  }
}

test('without the field every visit over http is redirected by the gateway', { timeout: 90_000 }, async () => {
  for (let i = 0; i < 2; i++) {
    const asks = await asksPort80(gateway, HOST, `/visit-${i}`, async () => {
      const { url, chain } = await visit(`http://${HOST}/visit-${i}`);
      assert.equal(url, `https://${HOST}/visit-${i}`);
      assert.deepEqual(chain.map(({ status, reason }) => [status, reason]), [[302, null], [200, null]]);
    });
    assert.equal(asks, true);
  }
});

test('after the field was seen once, Chromium goes to https by itself', { timeout: 90_000 }, async () => {
  await gateway.setHsts(HOST, 300);
  await visit(`https://${HOST}/`);
  const asks = await asksPort80(gateway, HOST, '/page', async () => {
    const { url, chain } = await visit(`http://${HOST}/page`);
    assert.equal(url, `https://${HOST}/page`);
    assert.deepEqual(chain.map(({ status, reason }) => [status, reason]), [[307, 'HSTS'], [200, null]]);
  });
  assert.equal(asks, false, 'it did not come over plain HTTP');
});

test('a page with a WebSocket works, over HTTP/2 (RFC 8441)', { timeout: 90_000 }, async () => {
  const page = await browser.newPage();
  await page.goto(`https://${HOST}/`);
  await until('the echo is on the page', async () => (await page.textContent('#out')) === 'from the page');
  assert.equal(application.upgrades.at(-1)?.['origin'], `https://${HOST}`);
  const protocol = await page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol");
  assert.equal(protocol, 'h2');
  await page.close();
});

test('max-age=0 releases the browser', { timeout: 90_000 }, async () => {
  await gateway.setHsts(HOST, 0);
  await visit(`https://${HOST}/`);
  const { chain } = await visit(`http://${HOST}/`);
  assert.deepEqual(chain.map(({ status, reason }) => [status, reason]), [[302, null], [200, null]]);
});

test('an unknown host shows no page of another site', { timeout: 90_000 }, async () => {
  const page = await browser.newPage();
  await assert.rejects(page.goto('https://localhost/'), /ERR_SSL|ERR_CONNECTION|ERR_CERT/);
  await page.close();
});

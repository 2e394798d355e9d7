// The pages that the gateway answers with itself, when an application does not: on a telephone and a screen, light and dark.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { type Look, startViewer, violationsOf } from './lib/pages.ts';

const HOST = 'app.example.test';
const DEAD = 'http://127.0.0.1:1'; // a port that no program takes by chance
const gateway = await startGateway();
await gateway.addSite({ name: HOST, pairs: [await authority.issue([HOST])], routes: [{ prefix: '/dead/', kind: 'proxy', upstreams: [{ url: DEAD }] }] });
const viewer = await startViewer({ trust: [authority.file], resolve: [HOST] });

const LOOKS: Look[] = [320, 1280].flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({ width, scheme })));

for (const [path, status] of [['/dead/', '502'], ['/nothing', '404']] as const) {
  test(`${status} ${path}`, { timeout: 60_000 }, async () => {
    for (const look of LOOKS) {
      const page = await viewer.open(`https://${HOST}:${gateway.https}${path}`, look);
      assert.match(await page.innerText('body'), new RegExp(status));
      assert.deepEqual(await violationsOf(page), [], JSON.stringify(look));
      assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, `fits into ${look.width}`);
      assert.equal(await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"), look.scheme === 'dark');
      await page.close();
    }
  });
}

test('a page is asked for in the language of its reader', { timeout: 60_000 }, async () => {
  const page = await viewer.open(`https://${HOST}:${gateway.https}/nothing`, { width: 800, language: 'ar' });
  assert.equal(await page.evaluate('navigator.language'), 'ar');
  await page.close();
});

test('axe-core finds what is wrong with a page', { timeout: 60_000 }, async () => {
  const page = await viewer.open('data:text/html,<title>x</title><img src="x">', { width: 800 });
  const found = (await violationsOf(page)).map(({ id }) => id);
  for (const id of ['html-has-lang', 'image-alt']) assert.ok(found.includes(id), found.join(' '));
  await page.close();
});

// The main path of somebody new: from the printed link to the trial of Strict Transport Security, in the panel, by clicking and
// typing alone; and what it does to the very same browser. Each browser has a machine of its own, as the first account is made once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS } from './lib/browsers.ts';
import { type Hand, handAt } from './lib/hand.ts';
import { type Intranet, PANEL, startIntranet } from './lib/intranet.ts';
import { asksPort80 as asks } from './lib/port80.ts';

const SITE = 'app.example.test';
const CLICKS_MAX = 9; // "under ten"

interface Machine extends Intranet {
  hand: Hand;
}

/** Asks for a page over http:// and tells whether it asked port 80 for it. */
function asksPort80({ gateway, browser }: Machine, page: string): Promise<boolean> {
  return asks(gateway, SITE, page, async () => {
    assert.deepEqual(await browser.goto(`http://${SITE}${page}`), { loaded: true, url: `https://${SITE}${page}`, fault: null });
    assert.equal(await browser.text('#path'), page);
  });
}

async function toTrial({ link, browser, hand, application }: Machine): Promise<void> {
  assert.equal((await browser.goto(await link())).loaded, true);

  await hand.click('Name');
  await hand.type('amina');
  await hand.nextField();
  await hand.type('river lantern forty-seven');
  await hand.nextField();
  await hand.type('river lantern forty-seven');
  await hand.click('Create the account');
  await hand.reads('No site yet');

  await hand.click('Add a site');
  await hand.click('Host name');
  await hand.type(SITE);
  await hand.nextField();
  await hand.type(application);
  await hand.click('From the built-in certificate authority');
  await hand.click('Add the site');
  await hand.reads(`${SITE} was added.`);

  await hand.click('Strict Transport Security');
  await hand.click('Start enabling Strict Transport Security');
  await hand.reads(`${SITE} now sends “max-age=300”.`);
}

const machines: Machine[] = (await Promise.all(KINDS.map((kind) => startIntranet(kind, SITE)))).map((one) => ({ ...one, hand: handAt(one.browser) }));

for (const machine of machines) {
  const { gateway, browser, hand } = machine;
  test(`in ${browser.kind} ${browser.version}: under ten clicks to the trial, which binds the browser until it is released`, { timeout: 120_000 }, async (t) => {
    await toTrial(machine);
    t.diagnostic(`${browser.kind}: ${hand.clicks()} clicks`);
    assert.ok(hand.clicks() <= CLICKS_MAX, `${hand.clicks()} clicks`);
    const { hsts } = (await gateway.must('GET', `/v1/sites/${SITE}`)) as unknown as { hsts: { phase: string } };
    assert.equal(hsts.phase, 'trial');

    assert.equal(await asksPort80(machine, '/first'), true, 'it has not been there yet');
    assert.equal(await asksPort80(machine, '/second'), false, 'it goes there by itself');

    await browser.goto(`http://${PANEL}/#/sites/${SITE}/hsts`);
    await hand.click('Release browsers');
    await hand.reads(`Release the browsers of ${SITE}?`);
    await hand.click('Release browsers');
    await hand.reads(`${SITE} now sends “max-age=0”.`);
    assert.equal(await asksPort80(machine, '/third'), false, 'it does not know yet');
    assert.equal(await asksPort80(machine, '/fourth'), true, 'it is free');
  });
}

// Before an order, in a real browser: the panel says what a certificate authority would find, with what helps; when it is mended the order goes
// through. One that is made all the same fails in plain words, and is tried again. Names are a real DNS server's, ports 80 and 443 the test's.
import { after, test } from 'node:test';
import { addAuthority, untilObtained } from './lib/acme.ts';
import { startKnot } from './lib/knot.ts';
import { createNamespace } from './lib/netns.ts';
import { startViewer } from './lib/pages.ts';
import { startPanel } from './lib/panel.ts';
import { isSound, picture, signedInAt } from './lib/panel_page.ts';
import { startPebble } from './lib/pebble.ts';
import { runOk, start } from './lib/process.ts';
import { until } from './lib/wait.ts';

const ZONE = 'example.test';
const ADDRESS = '192.0.2.1'; // the gateway's; 192.0.2.2 and 2001:db8::2 are another server's
const zone = (serial: number, records: string): string => `$TTL 1\n@ SOA ns1 admin ${serial} 3600 600 86400 1\n@ NS ns1\nns1 A 127.0.0.53\n${records}`;

const namespace = await createNamespace([], { resolver: '127.0.0.53' });
const inside = (file: string, ...args: string[]): Promise<string> => {
  const command = namespace.enter(file, args);
  return runOk(command.file, command.args);
};
for (const address of [`${ADDRESS}/32`, '192.0.2.2/32', '2001:db8::2/128']) await inside('ip', 'address', 'add', address, 'dev', 'lo', ...(address.includes(':') ? ['nodad'] : []));
const knot = await startKnot(namespace, { address: '127.0.0.53', zones: { test: zone(1, ''), [ZONE]: zone(1, `app A ${ADDRESS}\napp AAAA 2001:db8::2\nmoved A 192.0.2.2\n`) } });
const elsewhere = namespace.enter(process.execPath, ['-e', "for (const host of ['192.0.2.2', '2001:db8::2']) require('node:http').createServer((_, reply) => reply.writeHead(404).end('not here')).listen(80, host, () => console.log('up'));"]);
const other = start(elsewhere.file, elsewhere.args);
await until('the other server listens', () => other.output().split('up').length === 3);

const panel = await startPanel({ namespace, http: 80, https: 443, server: { 'Listen Address': ADDRESS } });
const pebble = await startPebble({ httpPort: 80, namespace, dns: '127.0.0.53:53' });
await addAuthority(panel.gateway, 'pebble', pebble.directory);
for (const name of ['app', 'moved']) await panel.gateway.addSite({ name: `${name}.${ZONE}`, routes: [{ prefix: '/', kind: 'fixed', status: 204 }] });
const viewer = await startViewer({ trust: [], namespace });
const page = await signedInAt(viewer, panel.port, 'operator', `#/sites/app.${ZONE}/certificate?way=automatic`);
after(() => page.close());
const button = (name: string) => page.getByRole('button', { name, exact: true });
const LOOK = 'See what the authority would find';

test('a forgotten AAAA record is told before an order, with what helps; once it is gone nothing stands in the way', { timeout: 60_000 }, async () => {
  await button(LOOK).click();
  await page.getByText('An order would fail').waitFor();
  await page.getByText(`IPv6 address (AAAA) leads elsewhere: app.${ZONE}`).waitFor();
  await page.getByText(/^Correct the AAAA record, or take it out/).waitFor();
  await isSound(page, 'a preflight');
  await picture(page, 'preflight-fault');

  await knot.change(ZONE, zone(2, `app A ${ADDRESS}\nmoved A 192.0.2.2\n`));
  await button(LOOK).click();
  await page.getByText('Nothing stands in the way').waitFor();
  await picture(page, 'preflight-ready');
  await button('Get the certificate').click();
  await page.getByText(/^The last one came from pebble/).waitFor();
  await untilObtained(panel.gateway, `app.${ZONE}`);
});

test('an order for a name that leads elsewhere fails in plain words; when the name has been mended it is tried at once', { timeout: 60_000 }, async () => {
  await page.goto(`http://127.0.0.1:${panel.port}/#/sites/moved.${ZONE}/certificate?way=automatic`);
  await button('Get the certificate').click();
  const failure = page.getByRole('alert');
  await failure.getByText('No new certificate could be obtained').waitFor();
  await failure.getByText(/^The CA looked for the proof of moved\.example\.test \(http-01\)/).waitFor();
  await picture(page, 'preflight-moved');
  await knot.change(ZONE, zone(3, `app A ${ADDRESS}\nmoved A ${ADDRESS}\n`));
  await button('Try now').click();
  await page.getByText(/^The last one came from pebble/).waitFor();
  await untilObtained(panel.gateway, `moved.${ZONE}`);
});

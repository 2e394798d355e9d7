import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { launchBrowser } from './lib/browser.ts';
import { authority } from './lib/certs.ts';
import { ask } from './lib/client.ts';
import { startGateway } from './lib/gateway.ts';
import { freePort } from './lib/ports.ts';
import { start } from './lib/process.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { until } from './lib/wait.ts';

const HOST = 'examples.example.test';
const VERSION = ['11', '10', '9'].find((version) => existsSync(`/usr/share/tomcat${version}-examples`));
assert.ok(VERSION !== undefined, 'install the Debian packages tomcat10 and tomcat10-examples');
const home = `/usr/share/tomcat${VERSION}`;
const base = temporaryDirectory();
const port = await freePort();
for (const name of ['conf', 'logs', 'temp', 'work', 'webapps']) mkdirSync(join(base, name));
symlinkSync(`${home}-examples/examples`, join(base, 'webapps', 'examples'));
symlinkSync(`/etc/tomcat${VERSION}/web.xml`, join(base, 'conf', 'web.xml'));
writeFileSync(join(base, 'conf', 'server.xml'), `<?xml version="1.0"?>
<Server port="-1"><Service name="Catalina">
  <Connector port="${port}" address="127.0.0.1" protocol="HTTP/1.1" />
  <Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps">
    <Valve className="org.apache.catalina.valves.RemoteIpValve" remoteIpHeader="x-forwarded-for" protocolHeader="x-forwarded-proto" portHeader="x-forwarded-port" />
  </Host></Engine>
</Service></Server>
`);
const application = start('/bin/sh', [`${home}/bin/catalina.sh`, 'run'], { env: { ...process.env, CATALINA_HOME: home, CATALINA_BASE: base, CATALINA_PID: '', JAVA_OPTS: '-Xmx192m -XX:TieredStopAtLevel=1 -Dorg.apache.jasper.compiler.disablejsr199=false' } });
await until('Tomcat runs', () => /Server startup in/.test(application.output()), 90_000);

const gateway = await startGateway();
await gateway.addSite({ name: HOST, upstreams: [`http://127.0.0.1:${port}`], pairs: [await authority.issue([HOST])], hsts: 300, settings: { secure_cookies: true, rewrite_location: true } });
const origin = `https://${HOST}:${gateway.https}`;
const browser = await launchBrowser({ trust: [authority.file], resolve: [HOST] });

test('sessions are kept, their cookie is Secure', { timeout: 90_000 }, async () => {
  const page = await browser.newPage();
  await page.goto(`http://${HOST}:${gateway.http}/examples/servlets/servlet/SessionExample`);
  assert.equal(page.url().split(';')[0], `${origin}/examples/servlets/servlet/SessionExample`);
  const cookie = (await browser.cookies()).find((one) => one.name === 'JSESSIONID');
  assert.equal(cookie?.secure, true);
  await page.fill('input[name=dataname]', 'colour');
  await page.fill('input[name=datavalue]', 'green');
  await page.click('form[method=POST] input[type=submit]');
  await page.getByText('colour = green').waitFor(); // the answer may be on its way still
  await page.goto(`${origin}/examples/servlets/servlet/SessionExample`);
  assert.match(await page.content(), /colour = green/);
  await page.close();
});

test('its redirects stay on https under the public name', { timeout: 60_000 }, async () => {
  const reply = await ask(gateway, { host: HOST, path: '/examples' });
  assert.equal(reply.status, 302);
  assert.match(reply.field('location') ?? '', new RegExp(`^(${origin})?/examples/$`));
  const page = await browser.newPage();
  await page.goto(`${origin}/examples`);
  assert.equal(page.url(), `${origin}/examples/`);
  await page.close();
});

test('the application sees https, the public port and the client\'s address', { timeout: 60_000 }, async () => {
  const reply = await ask(gateway, { via: 'h2', host: HOST, path: '/examples/jsp/snp/snoop.jsp' });
  assert.equal(reply.status, 200);
  assert.match(reply.text, new RegExp(`Server port: ${gateway.https}`));
  assert.match(reply.text, /Remote address: 127\.0\.0\.1/);
});

test('the WebSocket echo example works', { timeout: 60_000 }, async () => {
  const page = await browser.newPage();
  await page.goto(`${origin}/examples/websocket/echo.xhtml`);
  const target = await page.evaluate(`(() => { const radio = document.getElementById('radio3') ?? document.querySelector('input[type=radio]'); radio.click(); return document.getElementById('target').value; })()`);
  assert.match(String(target), /^wss:\/\//);
  await page.click('#connect');
  await until('it is connected', async () => /WebSocket connection opened/.test((await page.textContent('#console')) ?? ''));
  await page.fill('#message', 'hello through the gateway');
  await page.click('#echo');
  await until('the echo is there', async () => /Received: hello through the gateway/.test((await page.textContent('#console')) ?? ''));
  await page.close();
});

test('the WebSocket drawing board and chat stay open and deliver', { timeout: 60_000 }, async () => {
  const [one, two] = [await browser.newPage(), await browser.newPage()];
  await one.goto(`${origin}/examples/websocket/chat.xhtml`);
  await two.goto(`${origin}/examples/websocket/chat.xhtml`);
  for (const page of [one, two]) await until('it is in', async () => /has joined/.test((await page.textContent('#console')) ?? '')); // before, the page sends nothing
  await one.fill('#chat', 'good morning');
  await one.press('#chat', 'Enter');
  await until('the other hears it', async () => /good morning/.test((await two.textContent('#console')) ?? ''));
  await one.close();
  await two.close();
});

test('an upload, chunked output and error pages go through, each with the field once', { timeout: 60_000 }, async () => {
  for (const [path, method, status] of [['/examples/servlets/nonblocking/numberwriter', 'GET', 200], ['/examples/nothing', 'GET', 404], ['/examples/jsp/', 'HEAD', 200],
    ['/examples/servlets/servlet/RequestHeaderExample', 'GET', 200], ['/examples/async/async0', 'GET', 200]] as const) {
    for (const via of ['https', 'h2'] as const) {
      const reply = await ask(gateway, { via, host: HOST, path, method, timeoutMs: 30_000 });
      assert.equal(reply.status, status, path);
      assert.deepEqual(reply.all('strict-transport-security'), ['max-age=300'], path);
    }
  }
  const count = await ask(gateway, { via: 'h2', host: HOST, path: '/examples/servlets/nonblocking/bytecounter', method: 'POST', body: Buffer.alloc(2_000_000, 'a') });
  assert.match(count.text, /2000000/);
});

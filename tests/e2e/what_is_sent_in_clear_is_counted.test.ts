// Known numbers of requests over plain HTTP, of browsers, curl and programs, with passwords, cookies and content, through the real binary: the
// census has exactly these, and never what they were. Where the site wants it they are refused, with words that help.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { startGateway } from './lib/gateway.ts';
import { run } from './lib/process.ts';
import { connectPlain } from './lib/raw.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

interface Counts {
  requests: number;
  redirected: number;
  refused: number;
  safe: number;
  unsafe: number;
  methods: { method: string; count: number }[];
  in_clear: number;
  basic: number;
  authorization: number;
  cookies: number;
  bodies: number;
  forms: number;
  browsers: number;
  classes: { class: string; count: number }[];
  authorization_classes: { class: string; count: number }[];
}

interface Census {
  totals: Counts;
  rung: Counts | null;
  rung_since: string | null;
  action: string;
}

interface Told {
  event: string;
  phase: string;
  severity: string;
  subject: string;
  happened: string;
  advice: string;
}

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0';
const SECRET = 'correct-horse-battery';
const application = await startApplication();
const gateway = await startGateway();

async function census(site: string): Promise<Census & { buckets: { in_clear: number }[] }> {
  const { census: found, buckets } = (await gateway.must('GET', `/v1/sites/${site}/evidence`)) as unknown as { census: Census; buckets: { in_clear: number }[] };
  return { ...found, buckets };
}

/** Bytes as they are. */
async function raw(bytes: string): Promise<void> {
  const client = await connectPlain({ port: gateway.http });
  client.send(bytes);
  await client.untilClosed();
  client.destroy();
}

function curl(site: string, ...options: string[]): ReturnType<typeof run> {
  return run('curl', ['-sS', '-i', '--max-time', '10', '--resolve', `${site}:${gateway.http}:127.0.0.1`, ...options, `http://${site}:${gateway.http}/name`]);
}

/** By Node's own client, in chunks. */
function node(site: string, method: string, headers: Record<string, string>, content: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: gateway.http, method, path: '/name', headers: { Host: site, ...headers }, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.write(content);
    request.end();
  });
}

test('each request over plain HTTP is counted for what it was and what it carried', async () => {
  const site = 'census.example.test';
  await gateway.addSite({ name: site, upstreams: [application.url], pairs: [await authority.issue([site])] });
  const close = 'Connection: close\r\n\r\n';
  const head = (method: string): string => `${method} /name HTTP/1.1\r\nHost: ${site}\r\n`;
  for (let i = 0; i < 3; i++) await raw(`${head('GET')}User-Agent: ${BROWSER}\r\nUpgrade-Insecure-Requests: 1\r\n${close}`);
  for (let i = 0; i < 2; i++) await raw(`${head('GET')}User-Agent: ${BROWSER}\r\nUpgrade-Insecure-Requests: 1\r\nCookie: session=${SECRET}\r\n${close}`);
  await raw(`${head('POST')}User-Agent: ${BROWSER}\r\nUpgrade-Insecure-Requests: 1\r\nContent-Length: 30\r\nConnection: close\r\n\r\npassword=${SECRET}`);
  await raw(`GET /name HTTP/1.0\r\nHost: ${site}\r\nAuthorization: Basic eDp5\r\n\r\n`);
  await raw('GET /name HTTP/1.0\r\nAuthorization: Basic eDp5\r\n\r\n'); // for no site
  await raw(`GET /.well-known/acme-challenge/token HTTP/1.1\r\nHost: ${site}\r\n${close}`);
  await curl(site, '-u', `anna:${SECRET}`);
  await curl(site, '-H', `Authorization: Bearer ${SECRET}`, '-X', 'DELETE');
  assert.equal(await node(site, 'PUT', { 'User-Agent': 'node-fetch', 'Transfer-Encoding': 'chunked' }, SECRET), 307);
  await raw(`${head('POST')}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n`); // answered before anything was sent

  const found = await until('all are counted', async () => {
    const now = await census(site);
    return now.totals.requests >= 11 ? now : undefined;
  });
  assert.deepEqual(found.totals, {
    requests: 11,
    redirected: 11,
    refused: 0,
    safe: 7,
    unsafe: 4,
    methods: [{ method: 'GET', count: 7 }, { method: 'POST', count: 2 }, { method: 'PUT', count: 1 }, { method: 'DELETE', count: 1 }],
    in_clear: 7,
    basic: 2,
    authorization: 1,
    cookies: 2,
    bodies: 2,
    forms: 1,
    browsers: 6,
    classes: [{ class: 'none', count: 2 }, { class: 'firefox', count: 6 }, { class: 'node', count: 1 }, { class: 'curl', count: 2 }],
    authorization_classes: [{ class: 'none', count: 1 }, { class: 'curl', count: 2 }],
  });
  assert.equal(found.buckets.reduce((sum, bucket) => sum + bucket.in_clear, 0), 7);
  assert.deepEqual([found.rung, found.rung_since, found.action], [null, null, 'redirect']);
  assert.equal(await gateway.metric('strictgate_site_plain_secrets_total', { site, kind: 'basic' }), 2);
  const shown = await gateway.cli('evidence', site);
  assert.match(shown.stdout, /over plain HTTP\n(.*\n)* {2}passwords +2: Authorization: Basic\n/);
});

test('since the present rung, and after all was stopped, it is known as well; and none of what was sent', async () => {
  const site = 'rung.example.test';
  await gateway.addSite({ name: site, upstreams: [application.url], pairs: [await authority.issue([site])], hsts: 300 });
  await curl(site, '-u', `anna:${SECRET}`);
  const found = await until('it is counted', async () => {
    const now = await census(site);
    return now.rung?.basic === 1 ? now : undefined;
  });
  assert.ok(found.rung_since !== null && Date.parse(found.rung_since) <= Date.now());
  await gateway.stop();
  for (const file of readdirSync(gateway.data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
    const content = readFileSync(join(file.parentPath, file.name));
    assert.ok(!content.includes(SECRET) && !content.includes(Buffer.from(`anna:${SECRET}`).toString('base64')), file.name);
  }
});

test('who is to know is told of a password once, and of what to do', async () => {
  const again = await startGateway();
  const site = 'told.example.test';
  const log = async (): Promise<Told[]> => {
    const { notifications } = (await again.must('GET', '/v1/notify/log')) as unknown as { notifications: { notification: Told }[] };
    return notifications.map(({ notification }) => notification).filter(({ event }) => event === 'in_clear');
  };
  await again.addSite({ name: site, upstreams: [application.url], pairs: [await authority.issue([site])] });
  await run('curl', ['-sS', '--resolve', `${site}:${again.http}:127.0.0.1`, '-u', `anna:${SECRET}`, `http://${site}:${again.http}/name`]);
  const [told] = await until('it is told', async () => {
    await again.must('GET', `/v1/sites/${site}/certificates?look=true`); // a site that was looked at is judged
    const found = await log();
    return found.length > 0 ? found : undefined;
  });
  assert.deepEqual([told?.phase, told?.severity, told?.subject], ['begun', 'warning', `${site}: passwords are sent in clear`]);
  assert.match(String(told?.happened), /a password \(Authorization: Basic\) \(1\)\. Passwords and tokens were sent by: curl \(1\)\./);
  assert.match(String(told?.advice), /change the passwords.*--http-credentials refuse/);
  assert.match((await again.cli('status')).stdout.replaceAll(/\s+/g, ' '), new RegExp(`${site}: passwords or tokens are sent over plain HTTP`));
  await again.must('GET', `/v1/sites/${site}/certificates?look=true`);
  assert.equal((await log()).length, 1);
  await again.stop();
});

test('a site that refuses credentials over plain HTTP says so, and redirects the rest', async () => {
  const again = await startGateway();
  const site = 'refuse.example.test';
  await again.addSite({ name: site, upstreams: [application.url], pairs: [await authority.issue([site])] });
  const set = await again.cli('site', 'set', site, '--http-credentials', 'refuse');
  assert.equal(set.code, 0, set.stderr);
  assert.match((await again.cli('site', 'show', site)).stdout, /Credentials +refused over plain HTTP/);
  const ask = (...options: string[]): ReturnType<typeof run> =>
    run('curl', ['-sS', '-i', '--max-time', '10', '--resolve', `${site}:${again.http}:127.0.0.1`, ...options, `http://${site}:${again.http}/name`]);
  const target = `https://${site}:${again.https}/name`;

  assert.match((await ask()).stdout, new RegExp(`^HTTP/1.1 302 [^]*Location: ${target}`, 'i'));
  const text = await ask('-u', 'anna:secret');
  assert.match(text.stdout, /^HTTP\/1.1 403 Forbidden/);
  assert.match(text.stdout, new RegExp(`carried a password[^]*Change what was exposed[^]*use ${target} from now on`));
  assert.doesNotMatch(text.stdout, /^(Strict-Transport-Security|Location):/im);
  const json = await ask('-b', 'a=b', '-H', 'Accept: application/json');
  const problem = JSON.parse(json.stdout.slice(json.stdout.indexOf('\r\n\r\n'))) as { status: number; https: string };
  assert.deepEqual([problem.status, problem.https], [403, target]);
  assert.match((await ask('-d', 'a=b', '-H', 'Accept: text/html')).stdout, /^HTTP\/1.1 403 [^]*<h1>Forbidden<\/h1>/);
  const waiting = await ask('-d', 'a=b', '-H', 'Expect: 100-continue');
  assert.match(waiting.stdout, /^HTTP\/1.1 403 [^]*Connection: close[^]*was about to send content/i);
  // Strictgate's own looks, over HTTPS, may have come there.
  assert.equal(application.seen.filter((one) => one.field('host')?.startsWith(site) === true && one.field('user-agent')?.startsWith('curl') === true).length, 0);

  const refused = await until('they are counted', async () => {
    const { census: found } = (await again.must('GET', `/v1/sites/${site}/evidence`)) as unknown as { census: Census };
    return found.totals.requests >= 5 ? found : undefined;
  });
  assert.deepEqual([refused.totals.refused, refused.totals.redirected, refused.action], [4, 1, 'refuse']);

  const file = join(again.directory, 'sites.yaml');
  writeFileSync(file, `sites:\n  - name: ${site}\n    upstreams: [${application.url}]\n    redirect: "off"\n    http_credentials: refuse\n`);
  const applied = await again.cli('apply', file, '--yes');
  assert.equal(applied.code, 0, applied.stderr);
  assert.match((await ask()).stdout, /^HTTP\/1.1 200 /);
  assert.match((await ask('-u', 'anna:secret')).stdout, /^HTTP\/1.1 403 /);
  assert.equal((await again.cli('site', 'set', site, '--http-credentials', 'redirect')).code, 0);
  assert.match((await ask('-u', 'anna:secret')).stdout, /^HTTP\/1.1 200 /);

  // Where there is no HTTPS, there is no other way in.
  await again.must('POST', '/v1/sites', { name: 'bare.example.test', upstreams: [application.url], http_credentials: 'refuse' });
  const bare = await run('curl', ['-sS', '-i', '--max-time', '10', '-b', 'a=b', '--resolve', `bare.example.test:${again.http}:127.0.0.1`, `http://bare.example.test:${again.http}/name`]);
  assert.match(bare.stdout, /^HTTP\/1.1 200 /);
  await again.stop();
});

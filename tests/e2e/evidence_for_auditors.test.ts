// A bundle of evidence, made by the real binary: checked by OpenSSL and sha256sum, which know nothing of us, opened in a browser, and
// changed in each of its files.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { BINARY } from './lib/gateway.ts';
import { startViewer, violationsOf } from './lib/pages.ts';
import { startPanel } from './lib/panel.ts';
import { downloadBy, isSound, leave, picture, signedInAt } from './lib/panel_page.ts';
import { type Ran, run } from './lib/process.ts';
import { connectPlain, connectTls } from './lib/raw.ts';
import { temporaryDirectory } from './lib/scope.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const SITE = 'app.example.test';
const FILES = ['SHA256SUMS', 'SHA256SUMS.sig', 'evidence.html', 'evidence.json', 'public-key.pem'];
const REASON = 'trial</td><script>document.title="taken"</script><img src=x onerror=alert(1)>';
const application = await startApplication();
const panel = await startPanel();
const { gateway } = panel;
await gateway.addSite({ name: SITE, upstreams: [application.url], pairs: [await authority.issue([SITE])] });
const folder = temporaryDirectory();
const viewer = await startViewer({ trust: [] });
const bundle = join(folder, 'audit');

async function visit(): Promise<void> {
  const client = await connectTls({ port: gateway.https, servername: SITE });
  client.send(`GET / HTTP/1.1\r\nHost: ${SITE}\r\nConnection: close\r\n\r\n`);
  await client.untilClosed();
  client.destroy();
  const plain = await connectPlain({ port: gateway.http });
  plain.send(`GET / HTTP/1.1\r\nHost: ${SITE}\r\nConnection: close\r\n\r\n`);
  await plain.untilClosed();
  plain.destroy();
}

// Offline: nothing but the folder, no data directory, no boot file.
function verify(...args: string[]): Promise<Ran> {
  return run(BINARY, ['bundle', 'verify', ...args]);
}

function openssl(cwd: string): Promise<Ran> {
  return run('openssl', ['dgst', '-sha256', '-verify', join(cwd, 'public-key.pem'), '-signature', join(cwd, 'SHA256SUMS.sig'), join(cwd, 'SHA256SUMS')]);
}

const sums = (cwd: string): Promise<Ran> => run('sh', ['-c', 'cd "$1" && sha256sum -c SHA256SUMS', 'sh', cwd]);
const contentOf = (name: string): Record<string, any> => JSON.parse(readFileSync(join(bundle, name), 'utf8')) as Record<string, any>;

test('a bundle is made, of what was done and what came', async () => {
  // What comes while Strictgate itself looks at the site is not counted.
  await until('the evidence has visits', async () => {
    await visit();
    const { totals } = (await gateway.must('GET', `/v1/sites/${SITE}/evidence`)) as unknown as { totals: Record<string, number> };
    return Number(totals['https_requests']) > 0 && Number(totals['http_requests']) > 0;
  });
  assert.notEqual((await gateway.cli('hsts', 'start', SITE, '--yes')).code, 0);
  assert.equal((await gateway.cli('trust', '--declare-file', authority.file)).code, 0);
  const started = await gateway.cli('hsts', 'start', SITE, '--yes', '--override', 'ports', '--reason', REASON, '--confirm', SITE);
  assert.equal(started.code, 0, started.stderr);
  const made = await gateway.cli('bundle', 'create', SITE, '--out', bundle);
  assert.equal(made.code, 0, made.stderr);
  assert.deepEqual(readdirSync(bundle).toSorted(), FILES);
  const content = contentOf('evidence.json');
  assert.equal(content['format'], 'strictgate-evidence-bundle');
  const acts = (content['audit'].entries as { act: string; outcome: string; override: string | null }[]).map(({ act, outcome }) => `${act} ${outcome}`);
  for (const act of ['hsts.start refused', 'hsts.start done', 'site.add done']) assert.ok(acts.includes(act), acts.join(', '));
  assert.ok(content['evidence'].totals.https_requests > 0);
  assert.ok(content['evidence'].totals.http_requests > 0);
  assert.equal(content['ledger'].names[0].entries[0].max_age, 300);
  assert.ok(!readFileSync(join(bundle, 'evidence.json'), 'utf8').includes(application.url));
});

test('OpenSSL and sha256sum say that it is good, and so does verify', async () => {
  const [signature, digests, ours] = await Promise.all([openssl(bundle), sums(bundle), verify(bundle)]);
  assert.equal(signature.stdout.trim(), 'Verified OK');
  assert.equal(digests.code, 0, digests.stdout);
  assert.equal(ours.code, 0, ours.stdout);
  assert.match(ours.stdout.replaceAll(/\s+/g, ' '), /Evidence of app\.example\.test from .* by uid \d+/);
  const der = await run('sh', ['-c', 'openssl pkey -pubin -in "$1" -outform DER | sha256sum', 'sh', join(bundle, 'public-key.pem')]);
  const fingerprint = der.stdout.slice(0, 64);
  const shown = await gateway.cli('bundle', 'key');
  assert.equal(shown.stdout.split('\n')[0], fingerprint);
  assert.equal((await verify(bundle, '--fingerprint', fingerprint.toUpperCase().replaceAll(/(..)(?!$)/g, '$1:'))).code, 0);
  assert.equal((await verify(bundle, '--fingerprint', 'ab'.repeat(32))).code, 1);
});

test('a change of any of its files is found and named', async () => {
  for (const name of FILES) {
    const copy = join(folder, `changed-${name}`);
    cpSync(bundle, copy, { recursive: true });
    const bytes = readFileSync(join(copy, name));
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    writeFileSync(join(copy, name), bytes);
    const found = await verify(copy);
    assert.equal(found.code, 1, name);
    if (name.startsWith('SHA256SUMS')) assert.match(found.stdout, /SHA256SUMS or SHA256SUMS\.sig was changed|evidence/);
    else assert.match(found.stdout, new RegExp(`^${name}: CHANGED`, 'm'));
    const others = [await openssl(copy), await sums(copy)];
    assert.ok(others.some(({ code }) => code !== 0), `other tools find ${name}`);
  }
});

test('nothing is written over, unless it is asked for', async () => {
  const before = readFileSync(join(bundle, 'SHA256SUMS'), 'utf8');
  const refused = await gateway.cli('bundle', 'create', SITE, '--out', bundle);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /--replace/);
  assert.equal(readFileSync(join(bundle, 'SHA256SUMS'), 'utf8'), before);
  const replaced = await gateway.cli('bundle', 'create', SITE, '--out', bundle, '--replace', '--json');
  assert.equal(replaced.code, 0);
  const { name, folder: place, fingerprint_sha256: fingerprint, files } = JSON.parse(replaced.stdout) as Record<string, string>;
  assert.deepEqual([place, files], [bundle, undefined]);
  assert.match(`${name} ${fingerprint}`, /^app\.example\.test-evidence-\d{4}-\d\d-\d\d [0-9a-f]{64}$/);
  assert.notEqual(readFileSync(join(bundle, 'SHA256SUMS'), 'utf8'), before);
  assert.equal((await verify(bundle)).code, 0);
  assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith('audit')), ['audit']);
});

test('a new key signs, and the old one still tells what it signed', async () => {
  const pem = join(folder, 'old.pem'), next = join(folder, 'next');
  writeFileSync(pem, (await gateway.cli('bundle', 'key', '--pem')).stdout);
  assert.equal((await gateway.cli('bundle', 'key', '--rotate')).code, 0);
  assert.equal((await gateway.cli('bundle', 'create', SITE, '--out', next, '--language', 'fr')).code, 0);
  assert.equal((await verify(bundle, '--key', pem)).code, 0);
  assert.equal((await verify(next, '--key', pem)).code, 1);
  assert.equal((await verify(next)).code, 0);
  const all = join(folder, 'all.pem');
  writeFileSync(all, (await gateway.cli('bundle', 'key', '--pem')).stdout);
  for (const made of [bundle, next]) assert.equal((await verify(made, '--key', all)).code, 0, made);
  assert.equal((await gateway.cli('bundle', 'key')).stdout.match(/^[0-9a-f]{64}$/gm)?.length, 2);
});

test('as one archive that others unpack', async () => {
  const { stdout } = await run('sh', ['-c', 'curl -sS --unix-socket "$1" "http://x/v1/sites/$2/evidence/bundle?form=zip" -o "$3" && python3 -m zipfile -e "$3" "$4"', 'sh',
    join(gateway.data, 'control.sock'), SITE, join(folder, 'one.zip'), join(folder, 'unpacked')]);
  assert.equal(stdout, '');
  assert.deepEqual(readdirSync(join(folder, 'unpacked')).toSorted(), FILES);
  assert.equal((await verify(join(folder, 'unpacked'))).code, 0);
});

test('the page is whole by itself, for everybody, on screen and on paper', { timeout: 60_000 }, async () => {
  for (const [name, language, width] of [['audit', 'en', 1280], ['next', 'fr', 360]] as const) {
    const page = await viewer.open('about:blank', { width, scheme: width === 360 ? 'dark' : 'light' });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const address = pathToFileURL(join(folder, name, 'evidence.html')).href;
    await page.goto(address);
    assert.deepEqual(asked, [address]);
    assert.equal(await page.evaluate('document.documentElement.lang'), language);
    assert.match(await page.title(), new RegExp(SITE.replaceAll('.', '\\.')));
    assert.match(await page.innerText('#log >> xpath=..'), /trial<\/td><script>/);
    assert.equal(await page.evaluate('document.scripts.length + document.images.length'), 0);
    assert.ok(Number(await page.evaluate("document.querySelectorAll('svg[role=img][aria-label]').length")) >= 3);
    assert.deepEqual(await violationsOf(page), [], `${name} ${width}`);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, `fits into ${width}`);
    if (width === 1280) {
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      await page.setViewportSize({ width: 673, height: 1000 }); // A4 within its margins
      assert.equal(await page.evaluate("[...document.querySelectorAll('.wide')].every((one) => one.scrollWidth <= one.clientWidth)"), true, 'tables fit on A4');
      assert.equal(await page.evaluate('getComputedStyle(document.body).color'), 'rgb(0, 0, 0)');
      assert.equal((await page.pdf({ preferCSSPageSize: true })).subarray(0, 5).toString(), '%PDF-');
    }
    await page.close();
  }
});

test('an operator saves it in the panel, a viewer is not offered it', { timeout: 60_000 }, async () => {
  const here = `#/sites/${SITE}/evidence`, button = { name: 'Evidence for auditors' };
  const page = await signedInAt(viewer, panel.port, 'operator', here);
  await page.getByRole('heading', { name: 'For auditors' }).waitFor();
  const saved = await downloadBy(page, () => page.getByRole('button', button).click());
  assert.match(saved.name, /^app\.example\.test-evidence-\d{4}-\d\d-\d\d\.zip$/);
  await page.getByText('was handed to your browser').waitFor();
  await isSound(page, 'the evidence page');
  await picture(page, 'for-auditors');
  await leave(page);
  const unpacked = join(folder, 'saved');
  assert.equal((await run('python3', ['-m', 'zipfile', '-e', saved.path, unpacked])).code, 0);
  assert.equal((await verify(unpacked)).code, 0);
  assert.equal((JSON.parse(readFileSync(join(unpacked, 'evidence.json'), 'utf8')) as { made: { by: string } }).made.by, 'account operator');
  const other = await signedInAt(viewer, panel.port, 'viewer', here);
  await other.getByRole('heading', { level: 2 }).first().waitFor();
  assert.equal(await other.getByRole('button', button).count(), 0);
  await leave(other);
});

test('the audit log has each bundle by what was signed', async () => {
  const digest = createHash('sha256').update(readFileSync(join(bundle, 'SHA256SUMS'))).digest('hex');
  const log = (await gateway.must('GET', `/v1/audit?site=${SITE}`)) as unknown as { entries: { act: string; reason: string }[] };
  assert.ok(log.entries.some(({ act, reason }) => act === 'evidence.bundle' && reason.includes(digest)));
});

test('what is no bundle is told', async () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const found = await verify(empty);
  assert.notEqual(found.code, 0);
  assert.match(found.stderr, /is no evidence bundle/);
  // of the auditor: told, and no fault
  appendFileSync(join(bundle, 'notes.txt'), 'seen\n');
  assert.match((await verify(bundle)).stdout, /notes\.txt: not part of what was signed/);
  assert.equal(existsSync(join(bundle, 'evidence.html')), true);
});

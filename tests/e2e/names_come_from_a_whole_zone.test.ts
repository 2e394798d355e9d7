import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startBind } from './lib/bind.ts';
import { startGateway, type ApiReply, type Json } from './lib/gateway.ts';
import { startKnot, type KnotKey } from './lib/knot.ts';
import { createNamespace } from './lib/netns.ts';

const key = { name: 'inventory', algorithm: 'hmac-sha256', secret: randomBytes(32).toString('base64') };
const longer = { name: 'inventory512', algorithm: 'hmac-sha512', secret: randomBytes(64).toString('base64') };
const another = { ...key, secret: randomBytes(32).toString('base64') };
const HOSTS = 2500; // more than one message holds
const ZONE = `$TTL 60
@ SOA ns1 admin 1 3600 600 86400 60
@ NS ns1
@ MX 10 mail
ns1 A 127.0.0.1
www A 127.0.0.1
mail AAAA ::1
click CNAME u1.wl.sendgrid.net.
*.dev A 127.0.0.1
dept NS ns.dept
ns.dept A 127.0.0.1
_dmarc TXT "v=DMARC1; p=none"
${Array.from({ length: HOSTS }, (_, index) => `host${index} A 127.0.0.1`).join('\n')}
`;
const NAMES = HOSTS + 7;
interface Server {
  server: string;
  port?: number;
}

const knot: Server = { server: '127.0.0.2' };
const knotKeyed: Server = { server: '127.0.0.3' };
const bind = { server: '127.0.0.1', port: 5301 };
const bindKeyed = { server: '127.0.0.1', port: 5302 };

const namespace = await createNamespace([], { resolver: '127.0.0.2' });
const zones = { 'example.test': ZONE };
await Promise.all([
  startKnot(namespace, { address: knot.server, zones }),
  startKnot(namespace, { address: knotKeyed.server, zones, keys: [key, longer], keyed: true }),
  startBind(namespace, { port: bind.port, zones, oneAnswer: true }),
  startBind(namespace, { port: bindKeyed.port, zones, key }),
]);
const gateway = await startGateway({ namespace });
await gateway.addSite({ name: 'example.test', upstreams: ['http://127.0.0.1:9'] });

async function transfer(server: Server, by?: KnotKey, zone?: string): Promise<ApiReply> {
  return gateway.api('POST', '/v1/sites/example.test/subdomains/transfer', { ...server, key: by ?? null, ...(zone === undefined ? {} : { zone }) });
}

function taken(reply: ApiReply): { added: number; known: number; foreign: number; passed: number } {
  assert.equal(reply.status, 200, reply.text);
  const { added, known, foreign, passed } = reply.body as unknown as { added: number; known: number; foreign: number; passed: number };
  return { added, known, foreign, passed };
}

async function name(wanted: string): Promise<Json | undefined> {
  const page = await gateway.must('GET', '/v1/sites/example.test/subdomains?limit=5000');
  return (page['names'] as unknown as Json[]).find((entry) => (entry['name'] as unknown as string) === wanted);
}

test('a zone is taken from Knot and BIND, with a key and without', async () => {
  const first = taken(await transfer(knot));
  assert.equal(first.added, NAMES);
  assert.equal(first.known, 0);
  for (const [server, by] of [[knotKeyed, key], [knotKeyed, longer], [bind, undefined], [bindKeyed, key]] as const) {
    const again = taken(await transfer(server, by));
    assert.deepEqual({ ...again }, { ...first, added: 0, known: NAMES }, JSON.stringify(server));
  }
});

test('each name is kept with where it leads', async () => {
  const click = await name('click.example.test');
  assert.deepEqual(click?.['sources'], ['transfer']);
  assert.equal(click['cname'], 'u1.wl.sendgrid.net');
  assert.ok((await name('*.dev.example.test')) !== undefined);
  assert.equal(await name('_dmarc.example.test'), undefined);
  assert.equal(await name('example.test'), undefined);
});

test('a refusal says what to mend', async () => {
  const cases: [string, ApiReply, RegExp][] = [
    ['Knot without a key', await transfer(knotKeyed), /does not let anybody have it without a key \(NOTAUTH\)/],
    ['BIND without a key', await transfer(bindKeyed), /does not let this machine have the zone example\.test without a key \(REFUSED\)/],
    ['Knot, another secret', await transfer(knotKeyed, another), /another secret for the key inventory \(BADSIG\)/],
    ['BIND, another secret', await transfer(bindKeyed, another), /another secret for the key inventory \(BADSIG\)/],
    ['BIND, an unknown key', await transfer(bindKeyed, longer), /knows no key inventory512 with hmac-sha512 \(BADKEY\)/],
    ['another zone', await transfer(knot, undefined, 'other.test'), /does not serve the zone other\.test/],
    ['nobody there', await transfer({ server: '127.0.0.9' }), /127\.0\.0\.9 port 53 refuses the connection/],
  ];
  for (const [what, reply, words] of cases) {
    assert.notEqual(reply.status, 200, what);
    assert.match(reply.body['detail'] as unknown as string, words, what);
  }
});

test('the command line gives the key by a file', async () => {
  const file = join(gateway.directory, 'transfer.key');
  const ask = (secret: string): ReturnType<typeof gateway.cli> => {
    writeFileSync(file, secret);
    return gateway.cli('subdomains', 'transfer', 'example.test', '--server', bindKeyed.server, '--port', String(bindKeyed.port), '--key', key.name, '--secret-file', file);
  };
  const ran = await ask(`${key.secret}\n`);
  assert.equal(ran.code, 0, ran.stderr);
  const refused = await ask(another.secret);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr.replace(/\s+/g, ' '), /another secret for the key inventory \(BADSIG\)/);
});

test('the secret is nowhere to be seen', async () => {
  const audit = await gateway.api('GET', '/v1/audit');
  const names = await gateway.api('GET', '/v1/sites/example.test/subdomains?limit=5000');
  for (const text of [audit.text, names.text, gateway.log()]) for (const { secret } of [key, longer, another]) assert.equal(text.includes(secret), false);
});

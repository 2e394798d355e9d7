// "strictgate check" before nginx, Apache, Caddy and HAProxy of Debian, set up as their documentation has it: well, and with the mistakes that people make with each.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority } from './lib/certs.ts';
import { BINARY } from './lib/gateway.ts';
import { createNamespace } from './lib/netns.ts';
import { run } from './lib/process.ts';
import { ADDRESSES, type Block, type Kind, type Place, startWebServer } from './lib/web_servers.ts';

const FIELD = 'max-age=31536000; includeSubDomains; preload';

interface Site {
  kind: Kind;
  name: string;
  title: string;
  block: Block;
  /** By the rules of the list. */
  codes: string[];
  /** Beyond them, but for what is good. */
  found: string[];
}

const nginx = ({ name, at, root, pair }: Place, inside: string, redirect = 'https://$host$request_uri'): string => `
server { listen ${at}:80; server_name ${name} www.${name}; return 301 ${redirect}; }
server {
  listen ${at}:443 ssl; server_name ${name} www.${name};
  ssl_certificate ${pair.certFile}; ssl_certificate_key ${pair.keyFile};
  root ${root};
  ${inside}
}`;

const apache = ({ name, at, root, pair }: Place, inside: string): string => `
<VirtualHost ${at}:80>
  ServerName ${name}
  ServerAlias www.${name}
  Redirect permanent / https://${name}/
</VirtualHost>
<VirtualHost ${at}:443>
  ServerName ${name}
  ServerAlias www.${name}
  DocumentRoot ${root}
  <Directory ${root}>
    Require all granted
  </Directory>
  SSLEngine on
  SSLCertificateFile ${pair.certFile}
  SSLCertificateKeyFile ${pair.keyFile}
  ${inside}
</VirtualHost>`;

const caddy = ({ name, root, pair }: Place, inside: string): string => `
${name}, www.${name} {
  tls ${pair.certFile} ${pair.keyFile}
  root * ${root}
  file_server
  ${inside}
}`;

// A frontend has an address and port of its own, so that each site has an address.
const haproxy = ({ name, both }: Place, index: number, plain: string, secure: string): string => `
frontend plain${index}
  bind 127.0.0.${20 + index}:80
  ${plain}
frontend secure${index}
  bind 127.0.0.${20 + index}:443 ssl crt ${both}
  ${secure}
# ${name}`;
const PAGE = 'http-request return status 200 content-type text/html string "A page"';

const SITES: Site[] = [
  { kind: 'nginx', name: 'nginx-good.test', title: 'everything in its place', codes: [], found: [],
    block: (place) => nginx(place, `add_header Strict-Transport-Security "${FIELD}" always;`) },
  { kind: 'nginx', name: 'nginx-lost.test', title: 'add_header in a location takes away those above it', codes: ['response.no_header'],
    found: ['field.missing_on_page', 'field.missing_on_not_found', 'field.missing_on_head'],
    block: (place) => nginx(place, `add_header Strict-Transport-Security "${FIELD}" always; location / { add_header X-Frame-Options DENY; }`) },
  { kind: 'nginx', name: 'nginx-always.test', title: 'add_header without always', codes: [], found: ['field.missing_on_not_found', 'field.missing_on_refusal'],
    block: (place) => nginx(place, `add_header Strict-Transport-Security "${FIELD}";`) },
  { kind: 'nginx', name: 'nginx-www.test', title: 'the redirect leads to www. at once', codes: ['redirects.http.www_first'], found: [],
    block: (place) => nginx(place, `add_header Strict-Transport-Security "${FIELD}" always;`, `https://www.${place.name}$request_uri`) },
  { kind: 'apache', name: 'apache-good.test', title: 'Header always set', codes: [], found: [],
    block: (place) => apache(place, `Header always set Strict-Transport-Security "${FIELD}"`) },
  { kind: 'apache', name: 'apache-set.test', title: 'Header set, which is for good answers alone', codes: [], found: ['field.missing_on_not_found', 'field.missing_on_refusal'],
    block: (place) => apache(place, `Header set Strict-Transport-Security "${FIELD}"`) },
  { kind: 'apache', name: 'apache-twice.test', title: 'Header set and Header always set, which are two tables', codes: ['response.multiple_headers'], found: ['field.duplicate'],
    block: (place) => apache(place, `Header set Strict-Transport-Security "${FIELD}"\n  Header always set Strict-Transport-Security "${FIELD}"`) },
  { kind: 'caddy', name: 'caddy-good.test', title: 'the redirect that it makes by itself', codes: [], found: [],
    block: (place) => caddy(place, `header Strict-Transport-Security "${FIELD}"`) },
  { kind: 'caddy', name: 'caddy-plain.test', title: 'HTTPS by itself is no promise', codes: ['response.no_header'], found: [],
    block: (place) => caddy(place, '') },
  { kind: 'haproxy', name: 'haproxy-good.test', title: 'http-after-response, and a redirect', codes: [], found: [],
    block: (place) => haproxy(place, 0, 'http-request redirect scheme https code 301', `http-after-response set-header Strict-Transport-Security "${FIELD}"\n  ${PAGE}`) },
  { kind: 'haproxy', name: 'haproxy-plain.test', title: 'no redirect in the frontend', codes: ['redirects.http.no_redirect'], found: [],
    block: (place) => haproxy(place, 1, PAGE, `http-after-response set-header Strict-Transport-Security "${FIELD}"\n  ${PAGE}`) },
  { kind: 'haproxy', name: 'haproxy-own.test', title: 'http-response, which leaves out its own answers', codes: ['response.no_header'], found: [],
    block: (place) => haproxy(place, 2, 'http-request redirect scheme https code 301', `http-response set-header Strict-Transport-Security "${FIELD}"\n  ${PAGE}`) },
];

const KINDS = Object.keys(ADDRESSES) as Kind[];
const of = (kind: Kind): Site[] => SITES.filter((site) => site.kind === kind);
const hosts = Object.fromEntries([
  ...KINDS.filter((kind) => kind !== 'haproxy').map((kind) => [ADDRESSES[kind], of(kind).flatMap(({ name }) => [name, `www.${name}`])]),
  ...of('haproxy').map(({ name }, index) => [`127.0.0.${20 + index}`, [name, `www.${name}`]]),
]) as Record<string, string[]>;
const namespace = await createNamespace([], { hosts, trust: [authority.file] });
const pairs = new Map(await Promise.all(SITES.map(async ({ name }) => [name, await authority.issue([name, `www.${name}`])] as const)));
await Promise.all(KINDS.map((kind) => startWebServer(namespace, kind, of(kind).map(({ name, block }) => ({ name, block, pair: pairs.get(name)! })))));

interface Coded {
  code: string;
  severity: string;
}

for (const { kind, name, title, codes, found } of SITES)
  test(`${kind}, ${title}: ${[...codes, ...found].join(', ') || 'nothing'}`, { timeout: 30_000 }, async () => {
    const { file, args } = namespace.enter(BINARY, ['check', name, '--root', authority.file, '--json']);
    const ran = await run(file, args);
    const [seen] = (JSON.parse(ran.stdout) as { checks: { errors: Coded[]; warnings: Coded[]; findings: Coded[] }[] }).checks;
    assert.ok(seen, ran.stderr);
    assert.deepEqual([...seen.errors, ...seen.warnings].map(({ code }) => code), codes, ran.stdout);
    assert.deepEqual(seen.findings.filter(({ code, severity }) => severity !== 'good' && code.startsWith('field.')).map(({ code }) => code), found, ran.stdout);
  });

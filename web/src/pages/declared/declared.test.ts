import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Site } from '../../api/types';
import { read } from './read';
import { type Shape, ROUTE, SITE } from './shape';
import { declaredIn, textOf } from './site_text';
import { write } from './write';

const NAME = 'app.example.org';
const ROUTE_THERE = {
  prefix: '/', kind: 'proxy', upstreams: [{ url: 'http://127.0.0.1:8080', weight: 1 }], balance: 'least-connections', connect_timeout_ms: 5000, first_byte_timeout_ms: 120000,
  idle_timeout_ms: 300000, health_path: '', health_interval_ms: 0, verify: true, ca_pem: '',
};
const site = (more: object = {}): Site =>
  ({
    name: NAME, aliases: [], routes: [ROUTE_THERE], redirect: 'temporary', canonical: false, secure_cookies: false, rewrite_location: true, error_page: '', ladder: [300, 86400, 604800, 2592000, 31536000],
    certificate: { source: 'file', ecdsa: 'x', rsa: null }, hsts: {}, slot: 0, created: '', warnings: [], ...more,
  }) as unknown as Site;

// The names of a table of members in the C source, without those that have no place in a file.
function membersInC(table: string): string[] {
  const source = readFileSync('../src/app/cli_manifest.c', 'utf8');
  const body = new RegExp(`${table}\\[\\] = \\{([\\s\\S]*?)\\{0\\}`).exec(source)?.[1] ?? '';
  return [...body.matchAll(/\{"(\w+)", &/g)].map(([, name]) => name ?? '');
}

const namesIn = (shape: Shape): string[] => (shape.kind === 'object' ? Object.keys(shape.members) : []);

describe('the shape of a declarative file', () => {
  it.each([
    ['site_members', SITE],
    ['route_members', ROUTE],
  ])('has the members that strictgate apply takes: %s', (table, shape) => {
    expect(membersInC(table).length).toBeGreaterThan(5);
    expect(namesIn(shape).sort()).toEqual(membersInC(table).sort());
  });
});

describe('a site as text', () => {
  it('is short where all is as usual', () => {
    expect(textOf(site())).toBe(`sites:
  - name: app.example.org
    upstreams:
      - http://127.0.0.1:8080
    redirect: temporary
    canonical: false
    secure_cookies: false
    rewrite_location: true
`);
  });

  it('says what is not as usual, and comes back as it was', () => {
    const routes = [
      { ...ROUTE_THERE, upstreams: [{ url: 'http://127.0.0.1:8080', weight: 3 }, { url: 'unix:/run/a.sock', weight: 1 }], balance: 'round-robin', health_path: '/up', health_interval_ms: 2000, verify: false },
      { prefix: '/help', kind: 'files', root: '/var/www', index: 'index.html', strip_prefix: true },
      { prefix: '/closed', kind: 'fixed', status: 503, body: 'closed: # until\n\n  later\n', content_type: 'text/plain; charset=utf-8' },
    ];
    const acme = { cas: ['letsencrypt'], challenges: ['dns-01'], key: 'rsa' };
    const there = site({ aliases: ['*.example.org'], routes, acme, redirect: 'off', error_page: 'a\r\nb\u0085c', ladder: [300], certificate: { source: 'local-ca', ecdsa: 'x', rsa: null } });
    const { declared, mistake } = declaredIn(textOf(there), NAME);
    expect(mistake).toBeUndefined();
    expect(declared?.input).toEqual({
      name: NAME, aliases: ['*.example.org'], acme, local_ca: true, redirect: 'off', canonical: false, secure_cookies: false, rewrite_location: true, error_page: 'a\r\nb\u0085c', ladder: [300],
      routes: [
        { prefix: '/', upstreams: [{ url: 'http://127.0.0.1:8080', weight: 3 }, 'unix:/run/a.sock'], balance: 'round-robin', health_path: '/up', health_interval_ms: 2000, verify: false },
        { prefix: '/help', kind: 'files', root: '/var/www', strip_prefix: true },
        { prefix: '/closed', kind: 'fixed', status: 503, body: 'closed: # until\n\n  later\n' },
      ],
    });
  });

  it.each(['', 'off', 'null', '~', '5', 'yes', '- a', '# a', 'a: b', ' a ', '\ta', '*a', '&a', '!a', '%a', '@a', '"', "'", 'a\n', '\n a\n\n', 'a\r\n', 'é\u2028\u{1f600}', 'x '.repeat(200)])('keeps the text %j', (text) => {
    const { reading } = read(write({ sites: [{ error_page: text }] }), { kind: 'object', members: { sites: { shape: { kind: 'list', item: SITE } } } });
    expect(reading?.value).toEqual({ sites: [{ error_page: text }] });
  });

  it('takes the words for an automatic certificate', () => {
    const of = (acme: string) => declaredIn(`sites:\n- name: ${NAME}\n  acme: ${acme}\n`, NAME).declared?.input.acme;
    expect(of('on')).toEqual({});
    expect(of('off')).toBeNull();
  });

  it('leaves alone what is not done here, and says so', () => {
    const { declared } = declaredIn(`{"sites": [{"name": "APP.example.org", "cert": "a.pem", "key": ["k.pem"], "hsts": {"mode": "hold", "max_age": "1w"}}]}`, NAME);
    expect(declared?.input).toEqual({ name: 'APP.example.org' });
    expect(declared?.reading.left.map((left) => left.name)).toEqual(['cert', 'key', 'hsts']);
  });

  it('finds the place of what the server names', () => {
    const text = `sites:\n  - name: ${NAME}\n    routes:\n      - prefix: /\n        upstreams: [http://a:1,\n           http://b:x]\n`;
    const { declared } = declaredIn(text, NAME);
    expect(declared?.reading.placeOf('sites[0].routes[0].upstreams[1].url')).toEqual({ line: 6, column: 12 });
    expect(declared?.reading.placeOf('sites[0].routes[0].health_path')).toEqual({ line: 4, column: 9 });
    expect(declared?.reading.placeOf('sites[0].redirect')).toEqual({ line: 2, column: 5 });
  });
});

const S = `sites:\n- name: ${NAME}\n`;

describe('what is wrong', () => {
  it.each([
    ['', 1, 'empty', ''],
    ['# nothing\n', 1, 'empty', ''],
    ['sites: [', 1, 'syntax', ''],
    ['\tsites: []', 1, 'syntax', ''],
    ['[]', 1, 'object', ''],
    ['sites: {}', 1, 'list', 'sites'],
    ['sites:\n', 1, 'nothing', 'sites'],
    ['sites: []', 1, 'one_site', 'sites'],
    [`${S}- name: b.example.org\n`, 3, 'one_site', 'sites[1]'],
    ['sites:\n- name: b.example.org\n', 2, 'other_site', 'sites[0].name'],
    ['sites:\n- redirect: off\n', 2, 'other_site', 'sites[0].name'],
    [`${S}settings: {}\n`, 3, 'member', 'settings'],
    [`${S}  redirct: off\n`, 3, 'member', 'sites[0].redirct'],
    [`${S}  redirect: on\n`, 3, 'word', 'sites[0].redirect'],
    [`${S}  redirect: off\n  redirect: off\n`, 4, 'twice', ''],
    [`${S}  canonical: yes\n`, 3, 'bool', 'sites[0].canonical'],
    [`${S}  canonical: "true"\n`, 3, 'bool', 'sites[0].canonical'],
    [`${S}  aliases: a.example.org\n`, 3, 'list', 'sites[0].aliases'],
    [`${S}  aliases: [~]\n`, 3, 'nothing', 'sites[0].aliases[0]'],
    [`${S}  error_page: [a]\n`, 3, 'text', 'sites[0].error_page'],
    [`${S}  ladder: [5m, 1 day]\n`, 3, 'duration', 'sites[0].ladder[1]'],
    [`${S}  ladder: [99y]\n`, 3, 'duration', 'sites[0].ladder[0]'],
    [`${S}  routes: [{status: "200"}]\n`, 3, 'number', 'sites[0].routes[0].status'],
    [`${S}  routes: [{status: 2e2}]\n`, 3, 'number', 'sites[0].routes[0].status'],
    [`${S}  routes:\n  - kind: &k fixed\n`, 4, 'anchor', ''],
    [`${S}  aliases: [*k]\n`, 3, 'anchor', ''],
    [`${S}  error_page: !!str a\n`, 3, 'tag', ''],
    [`${S}  ? [a]\n  : b\n`, 3, 'key', 'sites[0]'],
    [`%YAML 1.1\n---\n${S}`, 1, 'directive', ''],
    [`${S}---\n${S}`, 3, 'documents', ''],
    [`${S}  cert: a.pem\n  local_ca: true\n`, 4, 'cert_and_local_ca', 'sites[0].local_ca'],
    [`${S}  error_page: ${'['.repeat(17)}${']'.repeat(17)}\n`, 3, 'deep', ''],
  ])('is told with its line: %j', (text, line, saying, path) => {
    expect(declaredIn(text, NAME).mistake).toMatchObject({ line, saying, path });
  });

  it('is nested without end', () => {
    expect(declaredIn('['.repeat(20_000) + ']'.repeat(20_000), NAME).mistake?.saying).toBe('deep');
  });
});

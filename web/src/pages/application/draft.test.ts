import { describe, expect, it } from 'vitest';
import type { Site } from '../../api/types';
import { draftOf, faultsOf, membersOf, namesIn, newRoute, newUpstream, patchOf, uncovered } from './draft';

const SITE = {
  name: 'app.example.org',
  aliases: ['www.example.org'],
  routes: [
    {
      prefix: '/', kind: 'proxy', upstreams: [{ url: 'http://127.0.0.1:8080', weight: 1 }], balance: 'least-connections', connect_timeout_ms: 5000, first_byte_timeout_ms: 120000,
      idle_timeout_ms: 300000, health_path: '', health_interval_ms: 0, verify: true, ca_pem: '',
    },
    { prefix: '/help', kind: 'files', root: '/var/www/help', index: 'index.html', strip_prefix: true },
    { prefix: '/off', kind: 'fixed', status: 503, body: 'later', content_type: 'text/plain' },
  ],
  redirect: 'temporary',
} as unknown as Site;

describe('a draft', () => {
  it('that nothing was typed in changes nothing', () => {
    expect(patchOf(draftOf(SITE), SITE)).toEqual({});
  });

  it('tells the API of what differs alone, lists as a whole', () => {
    const draft = draftOf(SITE);
    expect(patchOf({ ...draft, redirect: 'permanent' }, SITE)).toEqual({ redirect: 'permanent' });
    expect(patchOf({ ...draft, aliases: ' www.example.org\n\napi.example.org, ' }, SITE)).toEqual({ aliases: ['www.example.org', 'api.example.org'] });
    const [first, ...others] = draft.routes;
    const routes = patchOf({ ...draft, routes: [{ ...(first ?? newRoute()), upstreams: [newUpstream('127.0.0.1:9000', '3')], connectTimeout: '2,5' }, ...others] }, SITE).routes;
    expect(routes?.[0]).toMatchObject({ upstreams: [{ url: 'http://127.0.0.1:9000', weight: 3 }], connect_timeout_ms: 2500 });
    expect(routes?.slice(1)).toEqual(SITE.routes?.slice(1));
  });

  it.each([
    ['proxy', ['prefix', 'kind', 'upstreams', 'balance', 'connect_timeout_ms', 'first_byte_timeout_ms', 'idle_timeout_ms', 'health_path', 'verify', 'ca_pem']],
    ['files', ['prefix', 'kind', 'root', 'index', 'strip_prefix']],
    ['fixed', ['prefix', 'kind', 'status', 'body', 'content_type']],
    ['panel', ['prefix', 'kind']],
  ] as const)('of the kind %s has no members of other kinds', (kind, members) => {
    const route = membersOf({ ...draftOf(SITE), routes: [newRoute({ kind })] }).routes[0] ?? {};
    expect(Object.keys(route)).toEqual(members);
  });

  it('asks for health as often as it was, and as the gateway does where nothing was said', () => {
    const route = (health: object) => membersOf({ ...draftOf(SITE), routes: [newRoute({ upstreams: ['http://a'], ...health })] }).routes[0];
    expect(route({ health_path: '/up', health_interval_ms: 1500 })).toMatchObject({ health_path: '/up', health_interval_ms: 1500 });
    expect(route({ health_path: '/up' })).not.toHaveProperty('health_interval_ms');
    expect(route({ health_path: '', health_interval_ms: 0 })).not.toHaveProperty('health_interval_ms');
  });

  it('names what is no number or missing as the server would', () => {
    const draft = { ...draftOf(SITE), routes: [{ ...newRoute(), connectTimeout: 'soon', idleTimeout: '-1' }, newRoute({ kind: 'files', prefix: '' }), { ...newRoute({ kind: 'fixed', prefix: '/b' }), status: '' }] };
    expect([...faultsOf(draft)]).toEqual([
      ['routes[0].upstreams[0].url', 'needed'],
      ['routes[0].connect_timeout_ms', 'number'],
      ['routes[0].idle_timeout_ms', 'number'],
      ['routes[1].prefix', 'needed'],
      ['routes[1].root', 'needed'],
      ['routes[2].status', 'number'],
    ]);
    expect([...faultsOf(draftOf(SITE))]).toEqual([]);
  });

  it('is not held up by a field that is not shown', () => {
    const hidden = { ...newRoute({ upstreams: ['http://a'] }), healthInterval: 'often' };
    const routes = [{ ...hidden, upstreams: [newUpstream('http://a', '')] }];
    expect([...faultsOf({ ...draftOf(SITE), routes })]).toEqual([]);
    expect(membersOf({ ...draftOf(SITE), routes }).routes[0]?.upstreams).toEqual([{ url: 'http://a', weight: 1 }]);
  });

});

describe('names', () => {
  it('are separated by lines, spaces or commas', () => {
    expect(namesIn('a.example\n b.example,c.example ')).toEqual(['a.example', 'b.example', 'c.example']);
    expect(namesIn(' \n')).toEqual([]);
  });

  it.each([
    ['www.example.org', ['example.org', 'www.example.org'], true],
    ['WWW.example.org', ['www.example.org'], true],
    ['www.example.org', ['*.example.org'], true],
    ['a.www.example.org', ['*.example.org'], false],
    ['example.org', ['*.example.org'], false],
    ['*.example.org', ['*.example.org'], true],
    ['*.example.org', ['*.org', 'www.example.org'], false],
  ])('%s and a certificate for %j', (name, certificate, isCovered) => {
    expect(uncovered([name], certificate)).toEqual(isCovered ? [] : [name]);
  });
});

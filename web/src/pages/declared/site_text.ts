// One site as the text of a declarative file, and back. In the text is what differs from the defaults, and always what one
// most likely looks for.
import type { components } from '../../api/schema';
import type { Site } from '../../api/types';
import { type Mistake, type Reading, read } from './read';
import { ONE_SITE } from './shape';
import { write } from './write';

type Route = components['schemas']['Route'];
type Upstream = NonNullable<Route['upstreams']>[number];
export type SiteInput = components['schemas']['SiteInput'];

// As docs/api/openapi.yaml has them.
const ROUTE_DEFAULTS: Readonly<Record<string, unknown>> = {
  kind: 'proxy', balance: 'least-connections', connect_timeout_ms: 5_000, first_byte_timeout_ms: 120_000, idle_timeout_ms: 300_000, health_path: '', verify: true, ca_pem: '',
  index: 'index.html', strip_prefix: false, status: 200, body: '', content_type: 'text/plain; charset=utf-8',
};
const HEALTH_INTERVAL_MS = 10_000;
const LADDER = [300, 86_400, 604_800, 2_592_000, 31_536_000];

function upstreamOf(upstream: Upstream): unknown {
  if (typeof upstream === 'string') return upstream;
  return (upstream.weight ?? 1) === 1 ? upstream.url : { url: upstream.url, weight: upstream.weight };
}

function routeOf(route: Route): Record<string, unknown> {
  const { prefix, upstreams, health_interval_ms: interval, ...rest } = route;
  const differing = Object.entries(rest).filter(([name, value]) => value !== ROUTE_DEFAULTS[name]);
  const usual = (route.health_path ?? '') === '' ? 0 : HEALTH_INTERVAL_MS;
  return {
    prefix: prefix ?? '/',
    ...(rest.kind !== undefined && rest.kind !== 'proxy' && { kind: rest.kind }),
    ...(upstreams !== undefined && { upstreams: upstreams.map(upstreamOf) }),
    ...Object.fromEntries(differing),
    ...(interval !== undefined && interval !== usual && { health_interval_ms: interval }),
  };
}

// One application for everything needs no list of routes.
function routesOf(routes: readonly Route[]): Record<string, unknown> {
  const all = routes.map(routeOf);
  const [only] = all;
  if (all.length === 1 && only?.['prefix'] === '/' && Object.keys(only).join() === 'prefix,upstreams') return { upstreams: only['upstreams'] };
  return { routes: all };
}

export function textOf(site: Site): string {
  const aliases = site.aliases ?? [];
  const ladder = site.ladder ?? LADDER;
  const { acme } = site;
  return write({
    sites: [
      {
        name: site.name,
        ...(aliases.length > 0 && { aliases }),
        ...routesOf(site.routes ?? []),
        ...(site.certificate.source === 'local-ca' && { local_ca: true }),
        ...(acme !== undefined && acme !== null && { acme }),
        redirect: site.redirect ?? 'temporary',
        ...(site.http_credentials === 'refuse' && { http_credentials: 'refuse' }),
        canonical: site.canonical ?? false,
        secure_cookies: site.secure_cookies ?? false,
        rewrite_location: site.rewrite_location ?? true,
        ...((site.reports ?? 'off') !== 'off' && { reports: site.reports }),
        ...((site.error_page ?? '') !== '' && { error_page: site.error_page }),
        ...(ladder.join() !== LADDER.join() && { ladder }),
      },
    ],
  });
}

export interface Declared {
  input: SiteInput;
  reading: Reading;
}

export type SiteMistake = Omit<Mistake, 'saying'> & { saying: Mistake['saying'] | 'one_site' | 'other_site' | 'cert_and_local_ca' };

// What is in the file about the site, as the API takes it; `name` is the site whose text this is.
export function declaredIn(text: string, name: string): { declared: Declared; mistake?: undefined } | { mistake: SiteMistake; declared?: undefined } {
  const { reading, mistake } = read(text, ONE_SITE);
  if (mistake !== undefined) return { mistake };
  const wrong = (member: string, saying: SiteMistake['saying']): { mistake: SiteMistake } => ({ mistake: { ...reading.placeOf(member), path: member, saying, detail: name } });
  const { sites = [] } = reading.value as { sites?: Record<string, unknown>[] };
  const [site, second] = sites;
  if (site === undefined || second !== undefined) return wrong(second === undefined ? 'sites' : 'sites[1]', 'one_site');
  if ((site['name'] as string | undefined)?.toLowerCase() !== name.toLowerCase()) return wrong('sites[0].name', 'other_site');
  if (site['local_ca'] === true && reading.left.some((left) => left.name === 'cert')) return wrong('sites[0].local_ca', 'cert_and_local_ca');
  const { acme, ...rest } = site;
  const wish = acme === 'on' ? {} : acme === 'off' ? null : acme;
  return { declared: { input: { ...rest, ...(acme !== undefined && { acme: wish }) } as SiteInput, reading } };
}

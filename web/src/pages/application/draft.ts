// What an administrator types about the application of a site, and what of it the API is told. Kept as text, so that what is
// half typed or refused stays as it is.
import type { components } from '../../api/schema';
import type { Site } from '../../api/types';
import { upstreamOf } from '../add/site_input';

type Route = components['schemas']['Route'];
type SitePatch = components['schemas']['SitePatch'];
export type Kind = NonNullable<Route['kind']>;
export type Balance = NonNullable<Route['balance']>;
export type Redirect = NonNullable<Site['redirect']>;

export interface UpstreamDraft {
  key: number; // keeps a row itself while others come and go
  url: string;
  weight: string;
}

export interface RouteDraft {
  key: number;
  prefix: string;
  kind: Kind;
  upstreams: UpstreamDraft[];
  balance: Balance;
  connectTimeout: string; // seconds, as the next
  firstByteTimeout: string;
  idleTimeout: string;
  healthPath: string;
  healthInterval: string; // empty: as the gateway has it
  verify: boolean;
  caPem: string;
  root: string;
  index: string;
  stripPrefix: boolean;
  status: string;
  body: string;
  contentType: string;
}

export interface Draft {
  aliases: string; // one a line
  routes: RouteDraft[];
  redirect: Redirect;
  refuseCredentials: boolean;
  canonical: boolean;
  secureCookies: boolean;
  rewriteLocation: boolean;
  errorPage: string;
}

let lastKey = 0;

export function newUpstream(url = '', weight = '1'): UpstreamDraft {
  return { key: ++lastKey, url, weight };
}

function secondsOf(milliseconds: number): string {
  return String(milliseconds / 1000);
}

// With the defaults that the API describes.
export function newRoute(route: Route = {}): RouteDraft {
  const upstreams = (route.upstreams ?? []).map((one) => (typeof one === 'string' ? newUpstream(one) : newUpstream(one.url, String(one.weight ?? 1))));
  return {
    key: ++lastKey,
    prefix: route.prefix ?? '/',
    kind: route.kind ?? 'proxy',
    upstreams: upstreams.length > 0 ? upstreams : [newUpstream()],
    balance: route.balance ?? 'least-connections',
    connectTimeout: secondsOf(route.connect_timeout_ms ?? 5_000),
    firstByteTimeout: secondsOf(route.first_byte_timeout_ms ?? 120_000),
    idleTimeout: secondsOf(route.idle_timeout_ms ?? 300_000),
    healthPath: route.health_path ?? '',
    healthInterval: route.health_path !== undefined && route.health_path !== '' && route.health_interval_ms !== undefined ? secondsOf(route.health_interval_ms) : '',
    verify: route.verify ?? true,
    caPem: route.ca_pem ?? '',
    root: route.root ?? '',
    index: route.index ?? 'index.html',
    stripPrefix: route.strip_prefix ?? false,
    status: String(route.status ?? 200),
    body: route.body ?? '',
    contentType: route.content_type ?? 'text/plain; charset=utf-8',
  };
}

export function draftOf(site: Site): Draft {
  return {
    aliases: (site.aliases ?? []).join('\n'),
    routes: (site.routes ?? []).map((route) => newRoute(route)),
    redirect: site.redirect ?? 'temporary',
    refuseCredentials: site.http_credentials === 'refuse',
    canonical: site.canonical ?? false,
    secureCookies: site.secure_cookies ?? false,
    rewriteLocation: site.rewrite_location ?? true,
    errorPage: site.error_page ?? '',
  };
}

export function namesIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((name) => name !== '');
}

// What some of the fields depend on.
export function hasWeights(route: RouteDraft): boolean {
  return route.upstreams.length > 1;
}

export function hasHealthCheck(route: RouteDraft): boolean {
  return route.healthPath.trim() !== '';
}

export function hasTls(route: RouteDraft): boolean {
  return !route.verify || route.caPem !== '' || route.upstreams.some((one) => /^https:/i.test(one.url.trim()));
}

// Undefined for what is no number, which is found before anything is sent.
function numberOf(text: string): number | undefined {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || !Number.isFinite(value) || value < 0 ? undefined : value;
}

function millisecondsOf(text: string): number {
  return Math.round((numberOf(text) ?? 0) * 1000);
}

function routeOf(route: RouteDraft): Route {
  const prefix = route.prefix.trim() === '' ? '/' : route.prefix.trim();
  switch (route.kind) {
    case 'panel':
      return { prefix, kind: 'panel' };
    case 'files':
      return { prefix, kind: 'files', root: route.root.trim(), index: route.index.trim(), strip_prefix: route.stripPrefix };
    case 'fixed':
      return { prefix, kind: 'fixed', status: numberOf(route.status) ?? 0, body: route.body, content_type: route.contentType.trim() };
    case 'proxy':
      return {
        prefix,
        kind: 'proxy',
        upstreams: route.upstreams.map((one) => ({ url: upstreamOf(one.url), weight: numberOf(one.weight) ?? 1 })),
        balance: route.balance,
        connect_timeout_ms: millisecondsOf(route.connectTimeout),
        first_byte_timeout_ms: millisecondsOf(route.firstByteTimeout),
        idle_timeout_ms: millisecondsOf(route.idleTimeout),
        health_path: route.healthPath.trim(),
        ...(hasHealthCheck(route) && route.healthInterval.trim() !== '' && { health_interval_ms: millisecondsOf(route.healthInterval) }),
        verify: route.verify,
        ca_pem: route.caPem,
      };
  }
}

type Members = Required<Pick<SitePatch, 'aliases' | 'routes' | 'redirect' | 'http_credentials' | 'canonical' | 'secure_cookies' | 'rewrite_location' | 'error_page'>>;

export function membersOf(draft: Draft): Members {
  return {
    aliases: namesIn(draft.aliases),
    routes: draft.routes.map(routeOf),
    redirect: draft.redirect,
    http_credentials: draft.refuseCredentials ? 'refuse' : 'redirect',
    canonical: draft.canonical,
    secure_cookies: draft.secureCookies,
    rewrite_location: draft.rewriteLocation,
    error_page: draft.errorPage,
  };
}

// Only what differs from the site: the rest stays as it is.
export function patchOf(draft: Draft, site: Site): Partial<Members> {
  const there = membersOf(draftOf(site));
  const changed = Object.entries(membersOf(draft)).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(there[name as keyof Members]));
  return Object.fromEntries(changed);
}

export function isSame(a: Site, b: Site): boolean {
  return Object.keys(patchOf(draftOf(a), b)).length === 0;
}

// What can be told without the server: fields, named as the server names them, that hold no number or nothing at all.
export type Fault = 'needed' | 'number';

function routeFaults(route: RouteDraft, at: string): [string, Fault][] {
  const number = (field: string, text: string): [string, Fault][] => (numberOf(text) !== undefined ? [] : [[`${at}.${field}`, 'number']]);
  const needed = (field: string, text: string): [string, Fault][] => (text.trim() !== '' ? [] : [[`${at}.${field}`, 'needed']]);
  switch (route.kind) {
    case 'panel':
      return [];
    case 'files':
      return needed('root', route.root);
    case 'fixed':
      return number('status', route.status);
    case 'proxy':
      return [
        ...route.upstreams.flatMap((one, i) => [...needed(`upstreams[${i}].url`, one.url), ...(hasWeights(route) ? number(`upstreams[${i}].weight`, one.weight) : [])]),
        ...number('connect_timeout_ms', route.connectTimeout),
        ...number('first_byte_timeout_ms', route.firstByteTimeout),
        ...number('idle_timeout_ms', route.idleTimeout),
        ...(hasHealthCheck(route) && route.healthInterval.trim() !== '' ? number('health_interval_ms', route.healthInterval) : []),
      ];
  }
}

export function faultsOf(draft: Draft): Map<string, Fault> {
  const hasSeveral = draft.routes.length > 1;
  return new Map(
    draft.routes.flatMap((route, i) => {
      const at = `routes[${i}]`;
      const faults = routeFaults(route, at);
      // One alone is for everything.
      return hasSeveral && route.prefix.trim() === '' ? [[`${at}.prefix`, 'needed'] satisfies [string, Fault], ...faults] : faults;
    }),
  );
}

// A name in a certificate stands for itself, and *.example.org for one label before it.
function covers(name: string, wanted: string): boolean {
  if (name === wanted) return true;
  return name.startsWith('*.') && !wanted.startsWith('*.') && wanted.slice(wanted.indexOf('.')) === name.slice(1);
}

// Aliases that the certificate in service does not have.
export function uncovered(aliases: readonly string[], certificate: readonly string[]): string[] {
  return aliases.filter((alias) => !certificate.some((name) => covers(name.toLowerCase(), alias.toLowerCase())));
}

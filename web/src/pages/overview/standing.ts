// How each site stands, worst first: what the API tells in several places, put together. Pure; the words are in words.ts.
import type { Certificate, Forecast, Status, StatusSite } from '../../api/types';
import { sentence } from '../../lib/sentence';

export type Severity = 'alarm' | 'warning' | 'notice' | 'good';
export type Phase = StatusSite extends { hsts?: infer H } ? (H extends { phase: infer P } ? P : never) : never;

export interface Finding {
  id: string; // of the API, or one of ours: upstream_down, upstream_partly, upstream_unresolved, order_failed, held_back, drawer
  severity: Exclude<Severity, 'good'>;
  text: string; // of the server; empty where it says nothing
  count?: number; // days
}

export interface Standing {
  name: string;
  severity: Severity;
  findings: Finding[]; // worst first
  source: string;
  notAfter: string | undefined;
  daysLeft: number | undefined;
  phase: Phase;
  field: string | null; // as it is sent
  maxAge: number | undefined; // of it, seconds
  includesSubdomains: boolean;
  ladder: readonly number[];
  boundUntil: string | null;
  forecast: Forecast | undefined;
}

const RANK: Record<Severity, number> = { alarm: 3, warning: 2, notice: 1, good: 0 };

export function worstOf(findings: readonly Finding[]): Severity {
  return findings.reduce<Severity>((worst, finding) => (RANK[finding.severity] > RANK[worst] ? finding.severity : worst), 'good');
}

// The max-age of the field that is sent.
export function maxAgeOf(field: string | null | undefined): number | undefined {
  const found = /(?:^|;)\s*max-age=(\d+)/i.exec(field ?? '');
  return found?.[1] === undefined ? undefined : Number(found[1]);
}

function ofCertificate(certificate: Certificate): Finding[] {
  const kept = certificate.drawer === true;
  return certificate.problems.map((problem) => ({
    id: kept ? 'drawer' : problem.id,
    // Nobody is served what lies in the drawer.
    severity: kept && problem.severity === 'alarm' ? 'warning' : problem.severity,
    text: problem.text,
    ...(certificate.days_left !== undefined && { count: certificate.days_left }),
  }));
}

function ofUpstreams(site: StatusSite): Finding[] {
  const upstreams = site.upstreams ?? [];
  const down = upstreams.filter((upstream) => upstream.health === 'down' || upstream.health === 'unresolved');
  return upstreams.flatMap((upstream): Finding[] => {
    if (upstream.health === undefined || upstream.health === 'up') return [];
    // With others that answer, one that does not costs no visitor anything.
    const severity = upstream.health !== 'partly' && down.length === upstreams.length ? 'alarm' : 'warning';
    return [{ id: `upstream_${upstream.health}`, severity, text: [upstream.url, upstream.problem].filter((part) => part !== undefined).join(': ') }];
  });
}

function ofOrder(site: StatusSite): Finding[] {
  const order = site.certificate?.automatic;
  if (order?.wanted !== true || order.failure === null || order.failure === undefined) return [];
  const { words = '', fix = '' } = order.failure;
  return [{ id: 'order_failed', severity: 'warning', text: [sentence(words), sentence(fix)].join(' ').trim() }];
}

function ofClimb(site: StatusSite): Finding[] {
  const why = site.hsts?.held_back;
  return typeof why === 'string' && why !== '' ? [{ id: 'held_back', severity: 'notice', text: why }] : [];
}

function worstFirst(findings: Finding[]): Finding[] {
  return findings.sort((a, b) => RANK[b.severity] - RANK[a.severity]);
}

function standingOf(site: StatusSite, certificates: readonly Certificate[]): Standing {
  const findings = worstFirst([...certificates.flatMap(ofCertificate), ...ofOrder(site), ...ofUpstreams(site), ...ofClimb(site)]);
  const field = site.hsts?.field ?? null;
  return {
    name: site.name ?? '',
    severity: worstOf(findings),
    findings,
    source: site.certificate?.source ?? 'none',
    notAfter: site.certificate?.not_after,
    daysLeft: site.certificate?.days_left,
    phase: site.hsts?.phase ?? 'off',
    field,
    maxAge: maxAgeOf(field),
    includesSubdomains: /;\s*includeSubDomains/i.test(field ?? ''),
    ladder: site.hsts?.ladder ?? [],
    boundUntil: site.hsts?.bound_until ?? null,
    forecast: site.forecast,
  };
}

// What locks people out first; among equals the certificate that ends first, then the site whose browsers are bound.
export function compareStandings(a: Standing, b: Standing): number {
  const severity = RANK[b.severity] - RANK[a.severity];
  if (severity !== 0) return severity;
  const days = (a.daysLeft ?? Number.MAX_SAFE_INTEGER) - (b.daysLeft ?? Number.MAX_SAFE_INTEGER);
  if (days !== 0) return days;
  const bound = (b.boundUntil ?? '').localeCompare(a.boundUntil ?? '');
  return bound !== 0 ? bound : a.name.localeCompare(b.name);
}

export function standings(status: Status, certificates: readonly Certificate[]): Standing[] {
  const bySite = new Map<string, Certificate[]>();
  for (const certificate of certificates) {
    const there = bySite.get(certificate.site);
    if (there === undefined) bySite.set(certificate.site, [certificate]);
    else there.push(certificate);
  }
  return status.sites.map((site) => standingOf(site, bySite.get(site.name ?? '') ?? [])).sort(compareStandings);
}

export function needsAttention(standing: Standing): boolean {
  return standing.severity === 'alarm' || standing.severity === 'warning';
}

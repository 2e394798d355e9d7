import { describe, expect, it } from 'vitest';
import type { Certificate, Status, StatusSite } from '../../api/types';
import { compareStandings, maxAgeOf, needsAttention, standings } from './standing';

type Hsts = NonNullable<StatusSite['hsts']>;
const HSTS = { phase: 'off', field: null, bound_until: null, ladder: [300, 86400] } as unknown as Hsts;

function site(name: string, more: Partial<StatusSite> = {}): StatusSite {
  return { name, certificate: { source: 'file', not_after: '2027-01-01T00:00:00Z', days_left: 60 }, hsts: HSTS, upstreams: [{ url: 'http://127.0.0.1:1', health: 'up' }], ...more };
}

function certificate(of: string, more: Partial<Certificate> = {}): Certificate {
  return { site: of, source: 'file', severity: 'good', problems: [], ...more };
}

function problemOf(id: string, severity: 'notice' | 'warning' | 'alarm'): Certificate['problems'][number] {
  return { id, severity, text: `${id}.` };
}

function statusOf(...sites: StatusSite[]): Status {
  return { sites } as unknown as Status;
}

function names(status: Status, certificates: Certificate[] = []): string[] {
  return standings(status, certificates).map((row) => row.name);
}

describe('the order of the sites', () => {
  it('is worst first: an alarm before a warning before a notice before a good site', () => {
    const status = statusOf(site('good'), site('notice'), site('warning'), site('alarm'));
    const certificates = [
      certificate('notice', { problems: [problemOf('unseen', 'notice')] }),
      certificate('warning', { problems: [problemOf('expiring', 'warning')] }),
      certificate('alarm', { problems: [problemOf('expired', 'alarm')] }),
    ];
    expect(names(status, certificates)).toEqual(['alarm', 'warning', 'notice', 'good']);
  });

  it('puts the certificate that ends first before the others of the same weight, and none at all last', () => {
    const later = site('later', { certificate: { source: 'file', days_left: 40 } });
    const sooner = site('sooner', { certificate: { source: 'file', days_left: 4 } });
    const without = site('without', { certificate: { source: 'none' } });
    expect(names(statusOf(without, later, sooner))).toEqual(['sooner', 'later', 'without']);
  });

  it('puts the site that binds browsers for longest before one that binds none', () => {
    const free = site('a-free');
    const bound = site('b-bound', { hsts: { ...HSTS, bound_until: '2027-05-01T00:00:00Z' } });
    const boundLonger = site('c-longer', { hsts: { ...HSTS, bound_until: '2028-05-01T00:00:00Z' } });
    expect(names(statusOf(free, bound, boundLonger))).toEqual(['c-longer', 'b-bound', 'a-free']);
  });

  it('is by name when nothing else tells sites apart, and does not depend on the order they came in', () => {
    expect(names(statusOf(site('b'), site('a'), site('c')))).toEqual(['a', 'b', 'c']);
    const [a, b] = standings(statusOf(site('a'), site('b')), []);
    if (a === undefined || b === undefined) throw new Error('two rows');
    expect(Math.sign(compareStandings(a, b))).toBe(-Math.sign(compareStandings(b, a)));
    expect(compareStandings(a, a)).toBe(0);
  });
});

describe('how a site stands', () => {
  const only = (row: StatusSite, certificates: Certificate[] = []) => {
    const [first] = standings(statusOf(row), certificates);
    if (first === undefined) throw new Error('no row');
    return first;
  };

  it('is an alarm when no upstream answers, and a warning when some do', () => {
    const down = { url: 'http://a', health: 'down' } as const;
    const up = { url: 'http://b', health: 'up' } as const;
    expect(only(site('x', { upstreams: [down] })).severity).toBe('alarm');
    expect(only(site('x', { upstreams: [down, up] })).severity).toBe('warning');
    expect(only(site('x', { upstreams: [{ url: 'http://a', health: 'partly' }] })).severity).toBe('warning');
    expect(only(site('x', { upstreams: [up] })).severity).toBe('good');
  });

  it('says why an upstream has no address', () => {
    const row = only(site('x', { upstreams: [{ url: 'http://nowhere', health: 'unresolved', problem: 'no such host' }] }));
    expect(row.findings).toEqual([{ id: 'upstream_unresolved', severity: 'alarm', text: 'http://nowhere: no such host' }]);
  });

  it('lists the findings worst first and keeps the days', () => {
    const row = only(site('x'), [certificate('x', { days_left: 3, problems: [problemOf('unseen', 'notice'), problemOf('expiring', 'warning')] })]);
    expect(row.findings.map((finding) => finding.id)).toEqual(['expiring', 'unseen']);
    expect(row.findings[0]?.count).toBe(3);
  });

  it('takes nothing in the drawer for an alarm, since nobody is served it', () => {
    const row = only(site('x'), [certificate('x', { drawer: true, problems: [problemOf('expired', 'alarm')] })]);
    expect(row.findings).toEqual([{ id: 'drawer', severity: 'warning', text: 'expired.' }]);
  });

  it('tells of an order that failed, as long as a certificate is wanted', () => {
    const failed = (wanted: boolean) => site('x', { certificate: { source: 'acme', days_left: 20, automatic: { wanted, failure: { words: 'the CA is away', fix: '' } } } });
    expect(only(failed(true)).findings).toEqual([{ id: 'order_failed', severity: 'warning', text: 'The CA is away.' }]);
    expect(only(failed(false)).findings).toEqual([]);
  });

  it('notes that a climb waits, without calling for anybody', () => {
    const row = only(site('x', { hsts: { ...HSTS, held_back: 'dwell' } }));
    expect(row.severity).toBe('notice');
    expect(needsAttention(row)).toBe(false);
  });

  it('leaves alone what belongs to other sites', () => {
    expect(only(site('x'), [certificate('y', { problems: [problemOf('expired', 'alarm')] })]).severity).toBe('good');
  });
});

describe('the max-age of a field', () => {
  it.each([
    [null, undefined],
    ['max-age=300', 300],
    ['max-age=31536000; includeSubDomains; preload', 31_536_000],
    ['max-age=0', 0],
    ['includeSubDomains', undefined],
  ])('of %s is %s', (field, seconds) => {
    expect(maxAgeOf(field)).toBe(seconds);
  });
});

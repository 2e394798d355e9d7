import { fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { cache } from '../../api/cache';
import type { Certificate, Evidence, LedgerEntry } from '../../api/types';
import { setLanguage } from '../../i18n';
import { replaceWith } from '../../router';
import { clientsDay, exactly } from '../../test/clients';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import { eventually } from '../../test/wait';
import type { Bucket } from './series';
import EvidencePage from './evidence_page';
import GatewayEvidencePage from './gateway_page';
import { type Span, sinceOf, stepOf } from './span';
import { EvidenceFacts } from './summary';

// jsdom has no canvas: what would be drawn is what counts, and where the charts are read.
const plots = vi.hoisted(() => [] as { data: number[][]; cursors: number[] }[]);
vi.mock('uplot', () => ({
  default: class {
    data: number[][];
    cursors: number[] = [];
    constructor(_: unknown, data: number[][]) {
      this.data = data;
      plots.push(this);
    }
    valToPos(value: number): number {
      return value;
    }
    setCursor({ left }: { left: number }): void {
      this.cursors.push(left);
    }
    setSize(): void {}
    destroy(): void {}
  },
}));
const saved: { name: string; content: Blob }[] = [];
vi.mock('../../lib/save', () => ({ saveAs: (name: string, content: Blob) => void saved.push({ name, content }) }));

const NAME = 'app.example.org';
const NOW = Date.parse('2026-11-26T12:34:56Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const iso = (fromNow: number): string => new Date(NOW + fromNow).toISOString();

const bucket = (at: string, more: Partial<Bucket> = {}): Bucket => ({ at, https_requests: 0, http_requests: 0, redirects: 0, handshakes: 0, failures: {}, ...more });
const TOTALS = { https_requests: 0, http_requests: 0, redirects: 0, handshakes: 0, handshakes_failed: 0 };
const answer = (span: Span, more: Partial<Evidence> = {}): Evidence => ({ since: sinceOf(span, NOW), until: iso(0), step: stepOf(span), known_from: '2020-01-01T00:00:00Z', totals: TOTALS, failures: [], buckets: [], ...more });
const SEEN: Partial<Evidence> = {
  totals: { https_requests: 1_201, http_requests: 3, redirects: 2, handshakes: 90, handshakes_failed: 10 },
  failures: [{ cause: 'closed', count: 7 }, { cause: 'unknown_ca', count: 2 }, { cause: 'newer_than_this', count: 1 }] as Evidence['failures'],
  buckets: [
    bucket('2026-11-24T09:00:00Z', { https_requests: 1_000, http_requests: 1, redirects: 1, handshakes: 50, failures: { closed: 7 } }),
    bucket('2026-11-25T10:00:00Z', { https_requests: 200, http_requests: 2, redirects: 1, handshakes: 39 }),
    bucket('2026-11-26T12:00:00Z', { https_requests: 1, handshakes: 1, failures: { unknown_ca: 2, newer_than_this: 1 } }),
  ],
};
const CERTIFICATE: Certificate = { site: NAME, source: 'file', severity: 'good', problems: [], stored: iso(-DAY), not_after: iso(30 * DAY), renewal_due: null };
const WEEK: LedgerEntry = { max_age: 7 * 86_400, include_subdomains: false, preload: false, from: iso(-DAY), to: null, bound_until: iso(7 * DAY), over: false };

let server: Server;

function serve(span: Span, evidence: Partial<Evidence>): void {
  const query = `since=${encodeURIComponent(sinceOf(span, NOW))}&step=${stepOf(span)}`;
  server.on(`GET /v1/sites/${NAME}/evidence?${query}`, { json: { name: NAME, clients: [], reports: { enabled: false, collector: null, totals: [], rung: [], refused: 0 }, trend: [], coverage: { weeks: [], rung: null }, forecast: { share_percent: null, clients: { count: 0, error: 0 }, of: { count: 0, error: 0 }, until: null, exact: true, reach: 'own', week: 'this' }, ...answer(span, evidence) } });
  server.on(`GET /v1/evidence?${query}`, { json: answer(span, evidence) });
}

function stands(certificates: object[], entries: LedgerEntry[], bound: string | null = null): void {
  server.on(`GET /v1/sites/${NAME}/certificates`, { json: { looked: null, certificates } });
  server.on(`GET /v1/sites/${NAME}/ledger`, { json: { names: [{ name: NAME, bound_until: bound, bound_until_chromium: bound, subdomains_bound_until: null, entries }] } });
  server.on(`GET /v1/sites/${NAME}/hsts`, { json: { bound_until: bound } });
}

function show(span?: Span): void {
  signedIn({ role: 'viewer' });
  replaceWith(`#/sites/${NAME}/evidence${span === undefined ? '' : `?span=${span}`}`);
  render(<EvidencePage values={{ name: NAME }} />);
}

const card = (name: string): HTMLElement => screen.getByRole('region', { name });
const pictures = (within_: HTMLElement): string[] => within(within_).getAllByRole('img').map((one) => one.getAttribute('aria-label') ?? '');

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
  vi.stubGlobal('matchMedia', () => new EventTarget());
  vi.stubGlobal('ResizeObserver', class {
    observe(): void {}
    disconnect(): void {}
  });
  plots.length = 0;
  saved.length = 0;
  cache.clear();
  server = startServer();
  server.on(`GET /v1/sites/${NAME}`, { json: { name: NAME } });
  stands([CERTIFICATE], []);
  return () => vi.useRealTimers();
});

describe('what came', () => {
  it('is told in a sentence, in pictures that say what they show, and in a table', async () => {
    serve('7d', SEEN);
    show();
    await screen.findByText(/^3 of 1,204 requests came over plain HTTP \(0\.2%\); the last on Nov 25, 2026/);
    const labels = pictures(card('Requests'));
    expect(labels[0]).toMatch(/^Over HTTPS: 1,201 in all, at most 1,000 on Nov 24, 2026/);
    expect(labels[1]).toMatch(/^Over plain HTTP: 3 in all, at most 2 on Nov 25, 2026/);
    await eventually(() => expect(plots.length).toBeGreaterThanOrEqual(2));
    expect(plots[0]?.data[0]).toHaveLength(7 * 24);
    expect(plots[0]?.data[1]?.reduce((sum, value) => sum + value, 0)).toBe(1_201);
    const rows = within(card('Requests')).getAllByRole('row', { hidden: true });
    expect(rows).toHaveLength(4);
    // The newest first.
    expect(rows[1]?.textContent).toContain('Nov 26, 2026');
    expect(screen.getByText(/^Times are those of .+, by the hour\.$/)).toBeTruthy();
  });

  it('is told of who could not get in by kind of client, with what helps each', async () => {
    const failed_classes = [{ class: 'java', count: 2, error: 0, cause: 'certificate_unknown' }, { class: 'old', count: 120, error: 9, cause: 'version' }, { class: 'newer_than_this', count: 1, error: 0, cause: 'closed' }];
    const none = { count: 0, error: 0 };
    const nobody = { day: '2026-11-26', https: none, http: none, redirected: none, arrived: none, waiting: none, stranded: none, in_clear: none, programs: none, failed: none, stranded_classes: [], stranded_ipv6: none, networks: [], in_clear_classes: [], https_classes: [], failed_causes: [], failed_classes: [] };
    serve('7d', { ...SEEN, clients: [nobody, { ...nobody, day: '2026-11-25', failed_classes }] } as Partial<Evidence>);
    show();
    await screen.findByRole('heading', { name: 'Who could not get in on Nov 25, 2026' });
    const rows = within(screen.getByRole('list', { name: 'Kinds of client that could not get in' })).getAllByRole('listitem');
    expect(rows.map((row) => row.querySelector('p')?.textContent)).toEqual(['120 ± 9 clients: Old clients: Windows 7, Android 4 and their time', '2 clients: Java programs', '1 client: newer_than_this']);
    expect(rows[0]?.textContent).toContain('Mostly because: No TLS version in common.');
    expect(rows[1]?.textContent).toContain('keytool -importcert -cacerts');
  });

  it('is taken away as CSV, with moments that a program can read', async () => {
    serve('7d', SEEN);
    show();
    await screen.findByText(/^3 of 1,204/);
    fireEvent.click(within(card('Requests')).getByRole('button', { name: 'Export as CSV', hidden: true }));
    fireEvent.click(within(card('Connections that failed')).getByRole('button', { name: 'Export as CSV', hidden: true }));
    expect(saved.map((file) => file.name)).toEqual([`${NAME}-requests.csv`, `${NAME}-failures.csv`]);
    const [requests, failures] = await Promise.all(saved.map(async (file) => new TextDecoder().decode(await file.content.arrayBuffer())));
    expect(requests).toContain('2026-11-24T09:00:00Z,1000,1,1,50\r\n');
    expect(failures).toContain('2026-11-26T12:00:00Z,unknown_ca,2\r\n');
  });

  it('is read moment by moment with the keys, in all pictures at once', async () => {
    serve('7d', SEEN);
    show();
    await screen.findByText(/^3 of 1,204/);
    await eventually(() => expect(plots.length).toBeGreaterThanOrEqual(2));
    const slider = within(card('Requests')).getByRole<HTMLInputElement>('slider', { name: 'Read the picture' });
    expect(slider.getAttribute('aria-valuetext')).toMatch(/^Nov 26, 2026.*: 1 over HTTPS, 0 over plain HTTP$/);
    const wanted = Date.parse('2026-11-25T10:00:00Z') / 1000;
    const at = plots[0]?.data[0]?.indexOf(wanted) ?? -1;
    fireEvent.input(slider, { target: { value: String(at) } });
    expect(slider.getAttribute('aria-valuetext')).toMatch(/^Nov 25, 2026.*: 200 over HTTPS, 2 over plain HTTP$/);
    expect(plots.slice(0, 2).map((plot) => plot.cursors.at(-1))).toEqual([wanted + 1_800, wanted + 1_800]);
  });

  it.each([
    [{ https_requests: 12 }, 'All 12 requests came over HTTPS.'],
    [{ https_requests: 1 }, 'The only request came over HTTPS.'],
    [{ https_requests: 99_999, http_requests: 1 }, /^1 of 100,000 requests came over plain HTTP \(< 0\.1%\), on Nov 26, 2026/],
    [{ http_requests: 2 }, /^All 2 requests came over plain HTTP; the last on Nov 26, 2026/],
  ])('with %o says so', async (requests, said) => {
    serve('7d', { totals: { ...TOTALS, ...requests }, buckets: [bucket('2026-11-26T11:00:00Z', requests)] });
    show();
    expect(await screen.findByText(said)).toBeTruthy();
  });

  it('asks for the span of the address, in the steps that fit it', async () => {
    serve('30d', { totals: { ...TOTALS, https_requests: 5 }, buckets: [bucket('2026-11-20T00:00:00Z', { https_requests: 5 })] });
    show('30d');
    await screen.findByText('All 5 requests came over HTTPS.');
    expect(screen.getByRole('link', { name: '30 days' }).getAttribute('aria-current')).toBe('true');
    expect(screen.getByRole('link', { name: '1 year' }).getAttribute('href')).toBe(`#/sites/${NAME}/evidence?span=1y`);
    expect(screen.getByText(/^Days are counted by UTC/)).toBeTruthy();
    expect(within(card('Requests')).getAllByRole('row', { hidden: true })[1]?.textContent).toContain('Nov 20, 2026');
  });

  it('is asked for again while somebody looks', async () => {
    vi.useRealTimers();
    vi.useFakeTimers({ now: NOW - 30_000, toFake: ['Date', 'setInterval', 'clearInterval'] }); // within the same minute
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('visible');
    serve('1h', { totals: { ...TOTALS, https_requests: 5 }, buckets: [bucket('2026-11-26T12:30:00Z', { https_requests: 5 })] });
    show('1h');
    await screen.findByText('All 5 requests came over HTTPS.');
    serve('1h', { totals: { ...TOTALS, https_requests: 6 }, buckets: [bucket('2026-11-26T12:30:00Z', { https_requests: 6 })] });
    vi.advanceTimersByTime(10_000);
    await screen.findByText('All 6 requests came over HTTPS.');
  });

  it('keeps what it shows until another span is there', async () => {
    serve('7d', SEEN);
    show();
    await screen.findByText(/^3 of 1,204/);
    let come: ((reply: { json: unknown }) => void) | undefined;
    server.on(`GET /v1/sites/${NAME}/evidence?since=${encodeURIComponent(sinceOf('24h', NOW))}&step=hour`, () => new Promise((resolve) => (come = resolve)));
    replaceWith(`#/sites/${NAME}/evidence?span=24h`);
    await eventually(() => expect(screen.getByRole('link', { name: '24 hours' }).getAttribute('aria-current')).toBe('true'));
    expect(screen.getByText(/^3 of 1,204/)).toBeTruthy();
    // It is asked for when the page has been drawn, which may be later.
    await eventually(() => expect(come).toBeDefined());
    come?.({ json: { name: NAME, clients: [], reports: { enabled: false, collector: null, totals: [], rung: [], refused: 0 }, trend: [], coverage: { weeks: [], rung: null }, forecast: { share_percent: null, clients: { count: 0, error: 0 }, of: { count: 0, error: 0 }, until: null, exact: true, reach: 'own', week: 'this' }, ...answer('24h', { totals: { ...TOTALS, https_requests: 1 }, buckets: [bucket('2026-11-26T12:00:00Z', { https_requests: 1 })] }) } });
    await screen.findByText('The only request came over HTTPS.');
  });

  it('that was refused says why and what helps', async () => {
    server.on(`GET /v1/sites/${NAME}/evidence?since=${encodeURIComponent(sinceOf('1h', NOW))}&step=minute`, problem(400, 'input', { detail: 'minutes are kept for three hours', fix: 'use step=hour' }));
    show('1h');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('Use step=hour.');
  });
});

describe('what failed', () => {
  it('is explained by cause with what helps, what keeps people out first', async () => {
    serve('7d', SEEN);
    show();
    await screen.findByText('10 of 100 connections over TLS failed (10%).');
    const causes = within(screen.getByRole('list', { name: 'Why, and what helps' }));
    expect(causes.getAllByRole('heading').map((one) => one.textContent)).toEqual(['The visitor does not know who issued the certificate', 'Gone in the middle', 'newer_than_this']);
    expect(causes.getByText(/bring its root onto these devices/)).toBeTruthy();
    expect(causes.getByText(/^7 times, the last on Nov 24, 2026/)).toBeTruthy();
    expect(causes.getByText(/^once, on Nov 26, 2026/)).toBeTruthy();
    expect(causes.getAllByText('May keep people out')).toHaveLength(1);
    expect(causes.getByText('This panel has no words for this cause.')).toBeTruthy();
    const slider = within(card('Connections that failed')).getByRole('slider');
    expect(slider.getAttribute('aria-valuetext')).toMatch(/: 2 × The visitor does not know who issued the certificate and 1 × newer_than_this$/);
  });

  it('can be all there is', async () => {
    serve('7d', { totals: { ...TOTALS, handshakes_failed: 2 }, failures: [{ cause: 'no_certificate', count: 2 }], buckets: [bucket('2026-11-26T11:00:00Z', { failures: { no_certificate: 2 } })] });
    show();
    await screen.findByText('All 2 connections over TLS failed.');
    expect(screen.queryByRole('region', { name: 'Requests' })).toBeNull();
  });

  it('is nothing when all succeeded', async () => {
    serve('7d', { totals: { ...TOTALS, https_requests: 4, handshakes: 4 }, buckets: [bucket('2026-11-26T11:00:00Z', { https_requests: 4, handshakes: 4 })] });
    show();
    await screen.findByText('All 4 connections over TLS succeeded.');
    expect(within(card('Connections that failed')).queryByRole('img')).toBeNull();
  });
});

describe('where there is nothing', () => {
  it('yet, it says how to see something', async () => {
    serve('7d', { known_from: null });
    show();
    await screen.findByRole('heading', { name: 'Nothing has been counted yet' });
    expect(screen.getByRole('link', { name: NAME }).getAttribute('href')).toBe(`https://${NAME}/`);
    expect(screen.getByRole('link', { name: 'Show 1 hour' }).getAttribute('href')).toBe(`#/sites/${NAME}/evidence?span=1h`);
  });

  it('in this span, it leads further back', async () => {
    serve('24h', {});
    show('24h');
    await screen.findByRole('heading', { name: 'Nobody came in this time' });
    expect(screen.getByRole('link', { name: 'Show 7 days' }).getAttribute('href')).toBe(`#/sites/${NAME}/evidence?span=7d`);
  });

  it('but the first minutes, it leads to the minutes', async () => {
    serve('7d', { known_from: iso(-20 * 60_000), totals: { ...TOTALS, https_requests: 2 }, buckets: [bucket('2026-11-26T12:00:00Z', { https_requests: 2 })] });
    show();
    await screen.findByText(/^Counting began/);
    expect(screen.getByText('20 minutes ago')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Show 1 hour' })).toBeTruthy();
    expect(screen.getByText(/^Nothing is known from before/)).toBeTruthy();
  });
});

describe('the certificate against the promises', () => {
  const expiry = () => within(card('The certificate’s end, and how far promises reach'));
  beforeEach(() => serve('7d', {}));

  it('says from when on more is promised than the certificate holds, in words and in the table', async () => {
    stands([CERTIFICATE], [WEEK], iso(7 * DAY + 2 * HOUR));
    show();
    const said = await screen.findByText(/^The certificate ends on Dec 26, 2026.*From Dec 19, 2026.* on more is promised than it holds, unless it is renewed before\.$/);
    expect(expiry().getByRole('img').getAttribute('aria-label')).toContain(said.textContent);
    const rows = expiry().getAllByRole('row', { hidden: true }).map((row) => row.textContent);
    expect(rows).toHaveLength(5); // its heading; the certificate and the promise began; now; the crossing; the end
    expect(rows.some((row) => row.includes('Dec 19, 2026') && row.includes('0 sec'))).toBe(true);
  });

  it('warns when more is promised already and nobody renews it by itself', async () => {
    stands([CERTIFICATE], [{ ...WEEK, max_age: 365 * 86_400 }], iso(365 * DAY));
    show();
    await screen.findByText(/^Since Nov 25, 2026.* more is promised than the certificate holds/);
    expect(screen.getByText(/^Nobody renews it but you/)).toBeTruthy();
  });

  it('is quieter about one that is renewed by itself', async () => {
    stands([{ ...CERTIFICATE, renewal_due: iso(10 * DAY) }], [{ ...WEEK, max_age: 365 * 86_400 }], iso(365 * DAY));
    show();
    await screen.findByText(/^It is renewed by itself, which is due on Dec 6, 2026/);
  });

  it('shouts when the certificate has ended and browsers are bound', async () => {
    stands([{ ...CERTIFICATE, not_after: iso(-HOUR) }], [WEEK], iso(7 * DAY));
    show();
    await screen.findByText(/^The certificate ended on Nov 26, 2026.* nobody who is bound gets in\./);
  });

  it('knows a promise that was made a moment ago, by a clock that is a little ahead', async () => {
    stands([CERTIFICATE], [{ ...WEEK, from: iso(30_000) }], iso(7 * DAY));
    show();
    await screen.findByText(/^The certificate ends on Dec 26, 2026/);
  });

  it('does not say that nobody is bound when a name above binds', async () => {
    stands([CERTIFICATE], [], iso(7 * DAY));
    show();
    await screen.findByText(/^Browsers insist on HTTPS until Dec 3, 2026/);
    expect(screen.queryByRole('heading', { name: 'Nobody is bound by a promise' })).toBeNull();
  });

  it('without a promise leads to making one', async () => {
    show();
    await screen.findByRole('heading', { name: 'Nobody is bound by a promise' });
    expect(screen.getByRole('link', { name: 'To Strict Transport Security' }).getAttribute('href')).toBe(`#/sites/${NAME}/hsts`);
  });

  it('without a certificate leads to getting one', async () => {
    stands([{ site: NAME, source: 'none', severity: 'alarm', problems: [] }], []);
    show();
    await screen.findByRole('heading', { name: 'There is no certificate' });
    expect(screen.getByRole('link', { name: 'To the certificate' }).getAttribute('href')).toBe(`#/sites/${NAME}/certificate`);
  });
});

describe('elsewhere', () => {
  it('the gateway as a whole has the same, and the way to each site', async () => {
    serve('7d', { totals: { ...TOTALS, handshakes_failed: 3 }, failures: [{ cause: 'no_name', count: 3 }], buckets: [bucket('2026-11-26T11:00:00Z', { failures: { no_name: 3 } })] });
    server.on('GET /v1/status', { json: { sites: [{ name: NAME }] } });
    signedIn({ role: 'viewer' });
    replaceWith('#/evidence');
    render(<GatewayEvidencePage />);
    await screen.findByRole('heading', { name: 'Asked for no name' });
    const link = await screen.findByRole('link', { name: NAME });
    expect(link.getAttribute('href')).toBe(`#/sites/${NAME}/evidence`);
    expect(screen.getByRole('link', { name: '24 hours' }).getAttribute('href')).toBe('#/evidence?span=24h');
  });

  it('a summary has a sentence of each', async () => {
    serve('7d', { ...SEEN, clients: [clientsDay('2026-11-26', { http: exactly(9), redirected: exactly(9), arrived: exactly(5), stranded: exactly(4) })] } as Partial<Evidence>);
    signedIn();
    render(<EvidenceFacts name={NAME} />);
    await screen.findByText(/^3 of 1,204 requests/);
    expect(screen.getByText('10 of 100 connections over TLS failed (10%).')).toBeTruthy();
    expect(screen.getByText(/Nov 26, 2026\)?: 4 of 9 clients that were sent to HTTPS never arrived \(44\.4%\)\.$/)).toBeTruthy();
  });

  it('it speaks French', async () => {
    await setLanguage('fr');
    serve('7d', SEEN);
    show();
    await screen.findByText(/^3 requêtes sur 1.204 sont venues par HTTP en clair \(0,2.%\) ; la dernière le 25 nov\. 2026/);
    expect(screen.getByRole('heading', { name: 'Le visiteur ne connaît pas l’autorité du certificat' })).toBeTruthy();
  });
});

import { fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { cache } from '../../api/cache';
import type { Reports } from '../../api/types';
import { setLanguage } from '../../i18n';
import { exactly } from '../../test/clients';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import { eventually } from '../../test/wait';
import { REPORT_TYPES, networksOfTls, reportKind, reportRows } from './report_rows';
import { ReportsCard } from './reports';

const NAME = 'app.example.org';
const OFF: Reports = { enabled: false, collector: null, totals: [], rung: [], refused: 0 };
const ON: Reports = {
  enabled: true,
  collector: 'reports.example.org',
  totals: [
    { type: 'http.error', phase: 'application', count: 90, clients: exactly(40) },
    { type: 'tls.cert.authority_invalid', phase: 'connection', count: 31, clients: exactly(7) },
    { type: 'tls.newer_than_this', phase: 'connection', count: 1, clients: { count: 1, error: 1 } },
  ],
  rung: [{ type: 'tls.cert.authority_invalid', phase: 'connection', count: 4, clients: exactly(2) }],
  refused: 3,
};

let server: Server;
const saved = vi.fn();
const show = (reports: Reports): void => void render(<ReportsCard reports={reports} name={NAME} onSaved={saved} />);

beforeEach(() => {
  cache.clear();
  saved.mockClear();
  server = startServer();
  server.on(`GET /v1/sites/${NAME}`, { json: { name: NAME, certificate: { source: 'none' }, reports: 'off' }, headers: { etag: '"7"' } });
  server.on('GET /v1/settings', { json: { report_collector: '' }, headers: { etag: '"s1"' } });
  server.on('GET /v1/sites', { json: { sites: [{ name: NAME }, { name: 'reports.example.org' }] } });
  signedIn({ role: 'viewer' });
  return async () => setLanguage('en');
});

describe('the rows', () => {
  it('have faults of TLS first, and what came since the rung began', () => {
    const rows = reportRows(ON);
    expect(rows.map(({ type, rung }) => [type, rung])).toEqual([['tls.cert.authority_invalid', 4], ['tls.newer_than_this', 0], ['http.error', 0]]);
    expect(networksOfTls(rows)).toBe(7);
    expect(networksOfTls([])).toBe(0);
  });

  it('have words for each type', () => {
    expect(new Set(REPORT_TYPES.map((type) => reportKind(type)?.title)).size).toBe(REPORT_TYPES.length);
    expect(reportKind('constructor')).toBeUndefined();
  });
});

describe('what browsers report', () => {
  it('is told in plain words, with what helps, and what it cannot show', () => {
    show(ON);
    screen.getByText('Browsers reported that they could not get in over TLS: from 7 networks, added up by day.');
    const rows = within(screen.getByRole('table')).getAllByRole('row');
    expect(rows[1]?.textContent).toMatch(/does not trust who issued the certificate.*A fault of TLS.*What helps:.*bring its root/);
    expect([...(rows[1]?.querySelectorAll('.table-value') ?? [])].slice(1).map((cell) => cell.textContent)).toEqual(['it connected', '7', '31', '4']);
    expect(rows[2]?.textContent).toContain('tls.newer_than_this');
    screen.getByText(/^3 reports were not taken/);
    screen.getByText('Browsers that come over HTTPS are asked to report failures to reports.example.org.');
    screen.getByText(/Firefox and Safari do not/);
    expect(screen.queryByRole('button', { name: 'Ask no more' })).toBeNull();
  });

  it('can be nothing, or nothing of TLS', () => {
    show({ ...ON, totals: [], rung: [], refused: 0 });
    screen.getByText('No browser has reported anything in this time.');
    show({ ...ON, totals: ON.totals.slice(0, 1) });
    screen.getByText('Browsers reported failures, none of them of TLS.');
  });

  it('is told in French', async () => {
    await setLanguage('fr');
    show(ON);
    screen.getByText(/^Des navigateurs ont signalé qu’ils n’ont pas pu entrer par TLS.: depuis 7 réseaux, additionnés par jour\.$/);
  });
});

describe('asking browsers', () => {
  it('needs a collector first, which an owner chooses', async () => {
    signedIn({ role: 'owner' });
    show(OFF);
    screen.getByText('First choose which site takes the reports.');
    const choice = await screen.findByLabelText<HTMLSelectElement>('Site that takes the reports (the collector)');
    await eventually(() => expect([...choice.options].map((option) => option.value)).toEqual(['', 'reports.example.org']));
    server.on('PATCH /v1/settings', { json: { report_collector: 'reports.example.org' }, headers: { etag: '"s2"' } });
    fireEvent.change(choice, { target: { value: 'reports.example.org' } });
    fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await eventually(() => expect(saved).toHaveBeenCalled());
    const asked = server.asked.find((one) => one.method === 'PATCH');
    expect(asked?.body).toEqual({ report_collector: 'reports.example.org' });
    expect(asked?.headers['If-Match']).toBe('"s1"');
  });

  it('says at the field why a collector was refused', async () => {
    signedIn({ role: 'owner' });
    server.on('PATCH /v1/settings', problem(400, 'input', { field: 'report_collector', detail: 'no site has this name' }));
    show(OFF);
    fireEvent.click(await screen.findByRole('button', { name: 'Save' }));
    await screen.findByText('No site has this name.');
  });

  it('is turned on and off by an operator, for the state that was seen', async () => {
    signedIn({ role: 'operator' });
    show({ ...OFF, collector: 'reports.example.org' });
    await eventually(() => expect(server.asked.some((one) => one.url === `/v1/sites/${NAME}`)).toBe(true));
    await new Promise((resolve) => setTimeout(resolve));
    server.on(`PATCH /v1/sites/${NAME}`, { json: { name: NAME, certificate: { source: 'none' }, reports: 'on', applied: true }, headers: { etag: '"8"' } });
    fireEvent.click(screen.getByRole('button', { name: 'Have browsers report' }));
    await eventually(() => expect(saved).toHaveBeenCalled());
    const asked = server.asked.find((one) => one.method === 'PATCH');
    expect([asked?.body, asked?.headers['If-Match']]).toEqual([{ reports: 'on' }, '"7"']);
    expect(screen.queryByRole('combobox')).toBeNull();
  });
});

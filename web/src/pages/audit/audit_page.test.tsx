import { fireEvent, render, screen } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import AuditPage from './audit_page';

const entry = (id: number, actor: string, act: string, more = {}): object => ({ id, at: '2026-11-26T04:00:00Z', actor, act, site: null, outcome: 'done', before: null, after: null, guards: null, override: null, reason: null, ...more });

let server: Server;
beforeEach(() => {
  cache.clear();
  server = startServer();
  signedIn({ role: 'viewer' });
  server.on('GET /v1/sites', { json: { sites: [] } });
  server.on('GET /v1/audit?limit=200', { json: { entries: [entry(2, 'account anna', 'hsts.climb', { site: 'a.example', override: 'dwell', reason: 'a good one' }), entry(1, 'strictgate', 'site.remove', { outcome: 'refused' })] } });
});

const rows = (): number => screen.getAllByRole('row').length - 1;

describe('the audit log', () => {
  it('tells reasons, overrides and refusals, and is filtered by who and what', async () => {
    render(<AuditPage />);
    await screen.findByText('a good one');
    expect(screen.getByText('Guards that were overridden: Time on this rung')).toBeTruthy();
    expect(screen.getByText('refused')).toBeTruthy();
    expect(screen.getByRole('row', { name: /Removed the site/ })).toBeTruthy();
    fireEvent.change(screen.getByLabelText('By'), { target: { value: 'strictgate' } });
    expect(rows()).toBe(1);
    fireEvent.change(screen.getByLabelText('What'), { target: { value: 'hsts.climb' } });
    expect(screen.getByText('Nothing was done, as far as this goes.')).toBeTruthy();
  });

  it('is asked for by site, and a name that is none is told with what was typed kept', async () => {
    server.on('GET /v1/audit?limit=200&site=a..b', problem(400, 'input', { field: 'site', detail: '"a..b" is not a host name' }));
    render(<AuditPage />);
    await screen.findByText('a good one');
    fireEvent.input(screen.getByLabelText(/Site/), { target: { value: 'a..b' } });
    fireEvent.click(screen.getByRole('button', { name: 'Filter by site' }));
    await screen.findByText('"a..b" is not a host name.');
    expect(screen.getByLabelText<HTMLInputElement>(/Site/).value).toBe('a..b');
  });

  it('has older entries a press away', async () => {
    server.on('GET /v1/audit?limit=200', { json: { entries: Array.from({ length: 200 }, (_, at) => entry(300 - at, 'anna', 'session.begin')) } });
    server.on('GET /v1/audit?limit=200&before=101', { json: { entries: [entry(100, 'bert', 'session.end')] } });
    render(<AuditPage />);
    fireEvent.click(await screen.findByRole('button', { name: 'Show older ones' }));
    await expect.poll(() => screen.queryByRole('button', { name: 'Show older ones' })).toBeNull();
    fireEvent.change(screen.getByLabelText('By'), { target: { value: 'bert' } });
    expect(rows()).toBe(1);
  });
});

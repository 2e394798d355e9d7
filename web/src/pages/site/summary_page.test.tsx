import { render, screen } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import SummaryPage from './summary_page';

const NAME = 'app.example.org';
let server: Server;

beforeEach(() => {
  cache.clear();
  server = startServer();
  signedIn();
  server.on(`GET /v1/sites/${NAME}`, { json: { name: NAME, created: '2026-11-26T12:00:00Z', certificate: { source: 'none' }, redirect: 'temporary' } });
  server.on('GET /v1/certificates', { json: { certificates: [] } });
});

describe('a site at a glance', () => {
  it('says why it cannot be shown instead of showing nothing', async () => {
    server.on('GET /v1/status', problem(503, 'busy', { detail: 'the store is busy' }));
    render(<SummaryPage values={{ name: NAME }} />);
    expect((await screen.findByRole('alert')).textContent).toContain('The store is busy.');
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  });

  it('waits for how it stands when it has just been added', async () => {
    server.on('GET /v1/status', { json: { sites: [], removed: [], generation: {}, gateway: {}, warnings: [] } });
    render(<SummaryPage values={{ name: NAME }} />);
    expect(await screen.findByText('Loading …')).toBeTruthy();
  });
});

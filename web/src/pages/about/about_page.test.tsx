import { render, screen } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import { setLanguage } from '../../i18n';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import AboutPage from './about_page';

const STATUS = {
  version: '0.1.0',
  now: '2026-11-26T05:00:00Z',
  started: '2026-11-26T04:00:00Z',
  gateway: { connected: true, since: '2026-11-26T04:00:00Z', workers: 2, workers_behind: [] },
  generation: { wanted: 1234, acked: 1234 },
  totals: {},
  handshakes_failed_by_cause: {},
  sites: [{ name: 'a.example' }, { name: 'b.example' }, { name: 'c.example' }],
  removed: [],
  warnings: [],
};
const CLOCK = { wall: STATUS.now, synchronised: true, trust: 'good', why: '', over: STATUS.now, latest: STATUS.now };

let server: Server;
beforeEach(() => {
  cache.clear();
  server = startServer();
  signedIn({ role: 'viewer' });
  server.on('GET /v1/status', { json: STATUS });
  server.on('GET /v1/clock', { json: CLOCK });
});

describe('about', () => {
  it('tells the version and that all is well', async () => {
    render(<AboutPage />);
    await screen.findByText('Strictgate 0.1.0');
    await screen.findByText('Right, and kept so by a time server');
    expect(screen.getByText('All of them, up to number 1234')).toBeTruthy();
    expect(screen.getByText('2, all up to date')).toBeTruthy();
    expect(screen.getByText(/^Connected since/)).toBeTruthy();
    expect(screen.getByText('Nothing.')).toBeTruthy();
  });

  it('tells what is not: hanging workers, changes that are not in effect, a doubtful clock, warnings', async () => {
    const behind = [{ worker: 1, generation: 6, wanted: 7, since: '2026-11-26T04:30:00Z' }];
    server.on('GET /v1/status', { json: { ...STATUS, gateway: { ...STATUS.gateway, workers_behind: behind }, generation: { wanted: 7, acked: 6 }, removed: [{ name: 'old.example' }], warnings: ['a.example has no certificate'] } });
    server.on('GET /v1/clock', { json: { ...CLOCK, trust: 'jumped', why: 'the clock was set by an hour' } });
    render(<AboutPage />);
    await screen.findByText(/^Worker 1 has hung since/);
    await screen.findByText('The clock was set by an hour.');
    expect(screen.getByText('Up to number 6; 7 is the newest')).toBeTruthy();
    expect(screen.getByText('a.example has no certificate.')).toBeTruthy();
    expect(screen.getByText(/browsers still insist on/)).toBeTruthy();
    expect(screen.getByText(/^In doubt/)).toBeTruthy();
  });

  it('says that a gateway which is away has no workers to speak of, and that no time server keeps the clock', async () => {
    server.on('GET /v1/status', { json: { ...STATUS, gateway: { connected: false, since: null, workers: 0, workers_behind: [] } } });
    server.on('GET /v1/clock', { json: { ...CLOCK, synchronised: false } });
    render(<AboutPage />);
    await screen.findByText(/^Not connected/);
    await screen.findByText(/no time server keeps it so/);
    expect(screen.queryByText('Workers')).toBeNull();
  });

  it('has the licences with their notices, also where the server does not answer', async () => {
    server.on('GET /v1/status', problem(500, 'system', { detail: 'out of memory' }));
    render(<AboutPage />);
    await screen.findByText('Out of memory.');
    expect(screen.getByText(/under the Apache License, version 2.0/)).toBeTruthy();
    for (const name of ['preact', 'uplot', 'uqr']) expect(screen.getByText(new RegExp(`^${name} \\d`))).toBeTruthy();
    expect(screen.getByText(/^Permission is hereby granted/).closest('[lang="en"]')).toBeTruthy();
  });

  it('speaks French', async () => {
    await setLanguage('fr');
    render(<AboutPage />);
    await screen.findByText('Juste, et maintenue par un serveur de temps');
    expect(screen.getByText('2, tous à jour')).toBeTruthy();
  });
});

import { fireEvent, render, screen } from '@testing-library/preact';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import { Auditors, bundleName } from './auditors';

const saved = vi.hoisted(() => [] as { name: string; content: Blob }[]);
vi.mock('../../lib/save', () => ({ saveAs: (name: string, content: Blob) => void saved.push({ name, content }) }));

const BUNDLE = 'GET /v1/sites/app.example.org/evidence/bundle?form=zip&language=en';

let server: Server;
beforeEach(() => {
  saved.length = 0;
  server = startServer();
  signedIn({ role: 'operator' });
});

describe('evidence for auditors', () => {
  it('is one archive, by the name of the site and the day', async () => {
    server.on(BUNDLE, { json: {}, headers: { 'content-type': 'application/zip' } });
    render(<Auditors name="app.example.org" />);
    fireEvent.click(screen.getByRole('button', { name: 'Evidence for auditors' }));
    await screen.findByText(/was handed to your browser/);
    expect(saved.map(({ name }) => name)).toEqual([expect.stringMatching(/^app\.example\.org-evidence-\d{4}-\d\d-\d\d\.zip$/)]);
    expect(saved[0]?.content.size).toBe(2);
  });

  it('that cannot be made is told, and nothing is saved', async () => {
    server.on(BUNDLE, problem(500, 'system', { detail: 'the disk is full', fix: 'make room' }));
    render(<Auditors name="app.example.org" />);
    fireEvent.click(screen.getByRole('button', { name: 'Evidence for auditors' }));
    expect((await screen.findByRole('alert')).textContent).toBe('The disk is full.Make room.');
    expect(saved).toEqual([]);
  });

  it('names accounts, so viewers do not have it', () => {
    signedIn({ role: 'viewer' });
    render(<Auditors name="app.example.org" />);
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('has a name that every file system takes', () => {
    expect(bundleName('*.example.org', new Date('2026-12-01T05:07:59Z'))).toBe('_.example.org-evidence-2026-12-01.zip');
  });
});

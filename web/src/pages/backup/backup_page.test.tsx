import { act, fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { cache } from '../../api/cache';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import SettingsPage from '../settings/settings_page';
import BackupPage from './backup_page';
import { BACKUP_SIZE_MAX, backupName } from './transfer';

const saved = vi.hoisted(() => [] as { name: string; content: Blob }[]);
vi.mock('../../lib/save', () => ({ saveAs: (name: string, content: Blob) => void saved.push({ name, content }) }));

const DRY = 'POST /v1/restore?dry_run=true';
const REPORT = { dry_run: true, backup_made: '2026-11-20T04:00:00Z', sites_added: 11, sites_replaced: 12, sites_removed: 2, sites_kept: 14, ledger_entries_merged: 15 };
const FILE = new File(['SQLite format 3'], 'older.db');

let server: Server;
beforeEach(() => {
  cache.clear();
  saved.length = 0;
  server = startServer();
  signedIn();
});

function choose(file: File): void {
  fireEvent.change(screen.getByLabelText('Backup file'), { target: { files: [file] } });
}

async function lookedAt(): Promise<void> {
  server.on(DRY, { json: REPORT });
  render(<BackupPage />);
  choose(FILE);
  await screen.findByRole('heading', { name: 'What older.db would change' });
}

const posts = (): string[] => server.asked.filter((one) => one.method === 'POST').map((one) => one.url);

describe('a backup', () => {
  it('is downloaded, and who does so is told that the keys are in it', async () => {
    server.on('GET /v1/backup', { json: {}, headers: { 'content-type': 'application/vnd.sqlite3' } });
    render(<BackupPage />);
    expect(screen.getByText('Whoever has this file has your private keys')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Download the backup' }));
    await screen.findByText(/was handed to your browser/);
    expect(saved.map((one) => one.name)).toEqual([expect.stringMatching(/^strictgate-backup-\d{4}-\d\d-\d\d-\d{4}\.db$/)]);
    expect(saved[0]?.content.size).toBe(2);
  });

  it('that cannot be written is told with the fix, and nothing is saved', async () => {
    server.on('GET /v1/backup', problem(500, 'system', { detail: 'the disk is full', fix: 'make room' }));
    render(<BackupPage />);
    fireEvent.click(screen.getByRole('button', { name: 'Download the backup' }));
    expect((await screen.findByRole('alert')).textContent).toBe('The disk is full.Make room.');
    expect(saved).toEqual([]);
  });

  it('has its minute in its name, in UTC', () => {
    expect(backupName(new Date('2026-12-01T05:07:59+02:00'))).toBe('strictgate-backup-2026-12-01-0307.db');
  });

  it('is for owners', () => {
    signedIn({ role: 'operator' });
    render(<SettingsPage />);
    expect(screen.queryByRole('link', { name: 'Backup' })).toBeNull();
    void act(() => signedIn({ role: 'owner' }));
    expect(screen.getByRole('link', { name: 'Backup' })).toBeTruthy();
  });
});

describe('a restore', () => {
  it('looks at the file first and shows what it would change, without changing anything', async () => {
    await lookedAt();
    for (const count of ['11', '12', '2', '14', '15']) expect(screen.getByText(count)).toBeTruthy();
    expect(posts()).toEqual(['/v1/restore?dry_run=true']);
    const sent = server.asked.find(({ method }) => method === 'POST');
    expect(sent?.body).toBe(FILE);
    expect(sent?.headers['Content-Type']).toBe('application/octet-stream');
    expect(document.activeElement?.textContent).toBe('What older.db would change');
  });

  it('is done after the word was typed, with the same file', async () => {
    await lookedAt();
    server.on('POST /v1/restore', { json: { ...REPORT, dry_run: false, generation: 7, applied: true } });
    fireEvent.click(screen.getByRole('button', { name: /^Restore this backup/ }));
    const dialog = within(screen.getByRole('dialog'));
    dialog.getByText('2 sites that are not in the backup are removed, and are not served any more.');
    fireEvent.click(dialog.getByRole('button', { name: 'Restore the backup' }));
    dialog.getByText('Type exactly: restore');
    expect(posts()).toHaveLength(1);
    fireEvent.input(dialog.getByLabelText(/to confirm/), { target: { value: 'restore' } });
    fireEvent.click(dialog.getByRole('button', { name: 'Restore the backup' }));
    await screen.findByRole('heading', { name: 'What older.db has changed' });
    expect(screen.getByText('The backup was restored.')).toBeTruthy();
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(posts()).toEqual(['/v1/restore?dry_run=true', '/v1/restore']);
    expect(server.asked[1]?.body).toBe(FILE);
    expect(screen.getByLabelText('Backup file')).toBeTruthy();
  });

  it('that the gateway has not taken over yet says so, with the reason', async () => {
    await lookedAt();
    server.on('POST /v1/restore', { json: { ...REPORT, applied: false, reason: 'the gateway is not connected' } });
    fireEvent.click(screen.getByRole('button', { name: /^Restore this backup/ }));
    fireEvent.input(screen.getByLabelText(/to confirm/), { target: { value: 'restore' } });
    fireEvent.click(screen.getByRole('button', { name: 'Restore the backup' }));
    await screen.findByText('The gateway is not connected.');
    expect(screen.getByText(/takes effect as soon as/)).toBeTruthy();
  });

  it('that is refused keeps the word and the file', async () => {
    await lookedAt();
    server.on('POST /v1/restore', problem(500, 'system', { detail: 'the disk is full' }));
    fireEvent.click(screen.getByRole('button', { name: /^Restore this backup/ }));
    fireEvent.input(screen.getByLabelText(/to confirm/), { target: { value: 'restore' } });
    fireEvent.click(screen.getByRole('button', { name: 'Restore the backup' }));
    await screen.findByText('The disk is full.');
    expect(screen.getByLabelText<HTMLInputElement>(/to confirm/).value).toBe('restore');
    expect(screen.getByText('What older.db would change')).toBeTruthy();
  });

  it('of a file that is no backup says why, and takes another', async () => {
    server.on(DRY, problem(400, 'input', { detail: 'this is no backup that can be used', fix: 'give a file that "strictgate backup" wrote' }));
    render(<BackupPage />);
    choose(new File(['x'], 'holiday.jpg'));
    expect((await screen.findByRole('alert')).textContent).toContain('This is no backup that can be used.');
    expect(screen.queryByRole('button', { name: /^Restore this backup/ })).toBeNull();
    server.on(DRY, { json: REPORT });
    choose(FILE);
    await screen.findByText('What older.db would change');
    expect(screen.queryByRole('alert')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Take another file' }));
    expect(screen.queryByText('What older.db would change')).toBeNull();
    expect(screen.getByLabelText('Backup file')).toBeTruthy();
  });

  it('of a file that is too large is not sent', () => {
    render(<BackupPage />);
    const large = new File(['x'], 'large.db');
    Object.defineProperty(large, 'size', { value: BACKUP_SIZE_MAX + 1 });
    choose(large);
    expect(screen.getByRole('alert').textContent).toMatch(/^large.db is larger than 201.3 MB/);
    expect(server.asked).toEqual([]);
  });

  it('that is cut off on the way names the way that a slow line needs', async () => {
    server.on(DRY, () => Promise.reject(new TypeError('network')));
    render(<BackupPage />);
    choose(FILE);
    await screen.findByText('strictgate restore FILE');
  });
});

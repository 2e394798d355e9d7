import { fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import { session } from '../../api/session';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import AccountPage from './account_page';
import { pathOf } from './qr';

const OWN = { id: 1, account: 'Anna', role: 'owner', door: 'loopback', address: '127.0.0.1', user_agent: 'Firefox/128.0', created: '2026-11-26T04:00:00Z', last_seen: '2026-11-26T04:10:00Z', expires: '2026-12-03T04:00:00Z', current: true };
const PASSKEY = { id: 7, label: 'Laptop', rp_id: 'localhost', created: '2026-11-26T04:00:00Z', last_used: null };

let server: Server;
beforeEach(() => {
  cache.clear();
  server = startServer();
  signedIn();
  server.on('GET /v1/session', () => ({ json: session.get() }));
  server.on('GET /v1/account/passkeys', { json: { passkeys: [PASSKEY] } });
  server.on('GET /v1/sessions', { json: { sessions: [OWN, { ...OWN, id: 2, user_agent: 'curl/8', address: '::1', current: false }, { ...OWN, id: 3, account: 'Bert', current: false }] } });
});

function type(label: string | RegExp, value: string, within_: HTMLElement = document.body): void {
  fireEvent.input(within(within_).getByLabelText(label), { target: { value } });
}

describe('one’s own password', () => {
  it('is changed with the present one, and a wrong one is said at its field with what was typed kept', async () => {
    server.on('PATCH /v1/account', problem(403, 'wrong_password'));
    render(<AccountPage />);
    type('Present password', 'guess');
    type('New password', 'correct horse battery');
    type(/New password, once more/, 'correct horse battery');
    fireEvent.click(screen.getByRole('button', { name: 'Change the password' }));
    await screen.findByText('This is not your password.');
    expect(screen.queryByRole('alert')).toBeNull();
    expect(screen.getByLabelText<HTMLInputElement>('New password').value).toBe('correct horse battery');
    server.on('PATCH /v1/account', { json: {} });
    type('Present password', 'right');
    fireEvent.click(screen.getByRole('button', { name: 'Change the password' }));
    await expect.poll(() => screen.getByLabelText<HTMLInputElement>('New password').value).toBe('');
    expect(server.asked.filter((one) => one.method === 'PATCH').at(-1)?.body).toEqual({ old_password: 'right', password: 'correct horse battery' });
  });

  it('is not sent when it is short, or typed differently', () => {
    render(<AccountPage />);
    type('New password', 'short');
    type(/New password, once more/, 'shore');
    fireEvent.click(screen.getByRole('button', { name: 'Change the password' }));
    expect(screen.getByText('At least 12 characters, please.')).toBeTruthy();
    expect(screen.getByText('The two passwords are not the same.')).toBeTruthy();
    expect(screen.getByText('Enter your password.')).toBeTruthy();
    expect(server.asked.some((one) => one.method === 'PATCH')).toBe(false);
  });
});

describe('one-time codes', () => {
  it('count only when one was typed', async () => {
    server.on('POST /v1/account/totp', ({ body }) => ('password' in (body as object) ? { json: { secret: 'ABCDEFGHIJKL', uri: 'otpauth://totp/x?secret=ABCDEFGHIJKL' } } : problem(400, 'input', { field: 'code', detail: 'this is not the code of the moment' })));
    render(<AccountPage />);
    fireEvent.click(screen.getByRole('button', { name: 'Set up one-time codes' }));
    const dialog = screen.getByRole('dialog');
    type('Your password', 'right', dialog);
    fireEvent.click(screen.getByRole('button', { name: 'Next' }));
    await screen.findByText('ABCD EFGH IJKL');
    await screen.findByRole('img', { name: /QR code/ });
    type('Code', '123 456');
    fireEvent.click(screen.getByRole('button', { name: 'Use one-time codes' }));
    await screen.findByText('This is not the code of the moment.');
    expect(server.asked.filter((one) => one.method === 'POST').at(-1)?.body).toEqual({ code: '123456' });
    server.on('POST /v1/account/totp', { json: {} });
    server.on('GET /v1/session', () => {
      signedIn({ totp: true });
      return { json: session.get() };
    });
    fireEvent.click(screen.getByRole('button', { name: 'Use one-time codes' }));
    await screen.findByText('in use');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('are given up with the password alone', async () => {
    signedIn({ totp: true });
    server.on('DELETE /v1/account/totp', problem(403, 'wrong_password'));
    render(<AccountPage />);
    fireEvent.click(screen.getByRole('button', { name: 'Stop using one-time codes' }));
    const dialog = screen.getByRole('dialog');
    type('Your password', 'guess', dialog);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Stop using one-time codes' }));
    await within(dialog).findByText('This is not your password.');
  });
});

describe('sessions and passkeys', () => {
  it('are one’s own here, and others than the present one can be ended', async () => {
    server.on('DELETE /v1/sessions/2', { status: 204 });
    render(<AccountPage />);
    await screen.findByText('this one');
    const ends = screen.getAllByRole('button', { name: /^Sign out/ });
    expect(ends.map((button) => button.getAttribute('aria-label'))).toEqual(['Sign out curl at ::1']);
    fireEvent.click(ends[0] as HTMLElement);
    await expect.poll(() => server.asked.some((one) => one.method === 'DELETE' && one.url === '/v1/sessions/2')).toBe(true);
  });

  it('are removed after a question', async () => {
    server.on('DELETE /v1/account/passkeys/7', { json: { passkeys: [] } });
    render(<AccountPage />);
    fireEvent.click(await screen.findByRole('button', { name: 'Remove the passkey Laptop' }));
    fireEvent.click(screen.getByRole('button', { name: 'Remove the passkey' }));
    await expect.poll(() => screen.queryByRole('dialog')).toBeNull();
    expect(server.asked.some((one) => one.method === 'DELETE' && one.url === '/v1/account/passkeys/7')).toBe(true);
  });
});

describe('the administrator’s socket', () => {
  it('has no account to change', () => {
    signedIn();
    const now = session.get();
    if (now?.state === 'signed_in') session.set({ ...now, door: 'control_socket' });
    render(<AccountPage />);
    expect(screen.getByText(/without an account/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Change the password' })).toBeNull();
  });
});

describe('a QR code', () => {
  it('is a path of its dark modules', () => {
    expect(pathOf({ size: 2, data: [[true, false], [false, true]] })).toBe('M0 0h1v1h-1zM1 1h1v1h-1z');
  });
});

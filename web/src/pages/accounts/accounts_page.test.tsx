import { fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import AccountsPage from './accounts_page';

const account = (name: string, role: string, more = {}): object => ({ name, role, totp: false, passkeys: 0, language: '', created: '2026-11-26T04:00:00Z', ...more });

let server: Server;
beforeEach(() => {
  cache.clear();
  server = startServer();
  signedIn();
  server.on('GET /v1/accounts', { json: { accounts: [account('Anna', 'owner'), account('Bert', 'viewer', { totp: true, passkeys: 2 })] } });
  server.on('GET /v1/sessions', { json: { sessions: [] } });
});

describe('the accounts', () => {
  it('say why the last owner stays, and how others sign in', async () => {
    render(<AccountsPage />);
    expect(await screen.findByText(/The last owner: can neither be removed/)).toBeTruthy();
    expect(screen.getByText('Password, One-time codes, 2 passkeys')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Remove the account Anna' })).toBeNull();
  });

  it('of others who are the last owner can be reset alone', async () => {
    signedIn({ name: 'Olga' });
    render(<AccountsPage />);
    await screen.findByRole('button', { name: 'Give Anna a way in again' });
    expect(screen.queryByRole('button', { name: 'Role of Anna' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Remove the account Anna' })).toBeNull();
  });

  it('are added, and what was typed stays when the server refuses', async () => {
    server.on('POST /v1/accounts', problem(409, 'conflict', { field: 'name', detail: 'there is an account bert already' }));
    render(<AccountsPage />);
    fireEvent.click(await screen.findByRole('button', { name: 'Add an account' }));
    const dialog = screen.getByRole('dialog');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add the account' }));
    within(dialog).getByText('Give the account a name.');
    fireEvent.input(within(dialog).getByLabelText('Name'), { target: { value: 'bert' } });
    fireEvent.input(within(dialog).getByLabelText('Password'), { target: { value: 'correct horse battery' } });
    fireEvent.click(within(dialog).getByLabelText(/^Viewer/));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add the account' }));
    await within(dialog).findByText('There is an account bert already.');
    expect(within(dialog).getByLabelText<HTMLInputElement>('Name').value).toBe('bert');
    expect(server.asked.find((one) => one.method === 'POST')?.body).toEqual({ name: 'bert', role: 'viewer', password: 'correct horse battery' });
  });

  it('get a way in again: a new password, or the codes taken away with the old one kept', async () => {
    server.on('PATCH /v1/accounts/Bert', { json: account('Bert', 'viewer') });
    render(<AccountsPage />);
    fireEvent.click(await screen.findByRole('button', { name: 'Give Bert a way in again' }));
    const dialog = screen.getByRole('dialog');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Reset' }));
    within(dialog).getByText('At least 12 characters, please.');
    fireEvent.click(within(dialog).getByLabelText('Take the one-time codes away'));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Reset' }));
    await expect.poll(() => screen.queryByRole('dialog')).toBeNull();
    expect(server.asked.find((one) => one.method === 'PATCH')?.body).toEqual({ totp: false });
  });

  it('are removed when their name was typed', async () => {
    server.on('DELETE /v1/accounts/Bert', { json: {} });
    render(<AccountsPage />);
    fireEvent.click(await screen.findByRole('button', { name: 'Remove the account Bert' }));
    const dialog = screen.getByRole('dialog');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Remove the account' }));
    expect(server.asked.some((one) => one.method === 'DELETE')).toBe(false);
    fireEvent.input(within(dialog).getByLabelText(/Type/), { target: { value: 'Bert' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Remove the account' }));
    await expect.poll(() => server.asked.some((one) => one.method === 'DELETE')).toBe(true);
  });
});

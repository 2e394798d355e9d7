import { fireEvent, render, screen } from '@testing-library/preact';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { client } from '../../api/client';
import { type Account, session } from '../../api/session';
import { useStore } from '../../lib/store';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/field';
import { ProblemNotice } from '../../ui/notice';
import { useState } from 'preact/hooks';
import { ProofDialog } from './proof_dialog';

let server: Server;
let proved: boolean;

// A page that knows nothing of proofs.
function AnyPage() {
  const [name, setName] = useState('');
  const [done, setDone] = useState(false);
  const add = useAction(async () => {
    await client.post('/v1/accounts', { body: { name, role: 'viewer', password: 'correct horse battery' } });
    setDone(true);
  });
  return (
    <>
      <TextField label="New name" value={name} onInput={setName} />
      <Button onClick={add.run} busy={add.busy}>
        Add
      </Button>
      <ProblemNotice problem={add.problem} />
      {done && <p>Added {name}</p>}
    </>
  );
}

function Panel() {
  const now = useStore(session);
  return (
    <>
      <AnyPage />
      {now?.state === 'signed_in' && <ProofDialog account={now.account} />}
    </>
  );
}

function sessionOf(account: Partial<Account>): unknown {
  return { state: 'signed_in', account: { name: 'Anna', role: 'owner', language: '', totp: false, passkeys: 0, ...account }, csrf: 'secret', expires_s: 1, fresh_s: 300, door: 'loopback' };
}

async function open(account: Partial<Account> = {}): Promise<HTMLElement> {
  signedIn(account);
  render(<Panel />);
  fireEvent.input(screen.getByLabelText('New name'), { target: { value: 'bert' } });
  fireEvent.click(screen.getByRole('button', { name: 'Add' }));
  return screen.findByRole('dialog', { name: 'Is it still you?' });
}

function type(label: string, value: string): void {
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
}

beforeEach(() => {
  proved = false;
  vi.unstubAllGlobals();
  server = startServer();
  server.on('POST /v1/accounts', () => (proved ? { status: 201, json: {} } : problem(403, 'proof_needed', { fix: 'Use POST.' })));
  server.on('POST /v1/session/proof', ({ body }) => {
    const { password, totp } = body as { password?: string; totp?: string };
    if (password !== 'right') return problem(401, 'wrong_credentials');
    if (totp !== undefined && totp !== '123456') return problem(401, 'totp_needed');
    proved = true;
    return { json: sessionOf({}) };
  });
});

describe('the question whether it is still you', () => {
  it('says whom it asks, takes the password, and the act goes on by itself', async () => {
    const dialog = await open();
    expect(dialog.textContent).toContain('that it is you, Anna');
    expect(document.activeElement).toBe(screen.getByLabelText('Password'));
    expect(screen.queryByLabelText('Code')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Use a passkey' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
    await screen.findByText('Enter your password.');
    type('Password', 'guess');
    fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
    await screen.findByText('The password is not right.');
    type('Password', 'right');
    fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
    await screen.findByText('Added bert');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('asks for the code too where the account has them', async () => {
    await open({ totp: true });
    type('Password', 'right');
    fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
    expect(server.asked.filter(({ url }) => url === '/v1/session/proof')).toEqual([]);
    type('Code', '000000');
    fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
    await screen.findByText(/This code is not right/);
    type('Code', '123 456');
    fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
    await screen.findByText('Added bert');
    expect(server.asked.filter(({ url }) => url === '/v1/session/proof').at(-1)?.body).toEqual({ password: 'right', totp: '123456' });
  });

  it('can be closed: nothing was done, nothing is lost, and it is asked again the next time', async () => {
    await open();
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await screen.findByText('You did not confirm that it is you. Nothing was changed.');
    expect(screen.queryByText(/Use POST/)).toBeNull();
    expect(screen.getByLabelText<HTMLInputElement>('New name').value).toBe('bert');
    fireEvent.click(screen.getByRole('button', { name: 'Add' }));
    await screen.findByRole('dialog');
    type('Password', 'right');
    fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
    await screen.findByText('Added bert');
  });

  it('says how long to wait after too many attempts', async () => {
    server.on('POST /v1/session/proof', { ...problem(429, 'throttled'), headers: { 'retry-after': '60', 'content-type': 'application/problem+json' } });
    await open();
    type('Password', 'guess');
    fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
    await screen.findByText(/Try again in 1 minute/);
  });

  it('offers a passkey where the account has one and the browser can use it', async () => {
    vi.stubGlobal('PublicKeyCredential', vi.fn());
    await open({ passkeys: 1 });
    server.on('POST /v1/session/proof', problem(401, 'wrong_credentials'));
    fireEvent.click(screen.getByRole('button', { name: 'Use a passkey' }));
    await screen.findByText('This passkey is not one of this account’s.');
  });
});

import { fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import { Toasts } from '../../ui/toast';
import AuthoritiesPage from './authorities_page';
import { contactsOf } from './authority';

const LETSENCRYPT = {
  name: 'letsencrypt', directory: 'https://acme.example/directory', contacts: ['a@example.org'], terms_agreed: true, eab_kid: '', profile: '', preferred_root: '', roots_pem: '', preference: 10, rehearsal: false, added: '2026-11-26T04:00:00Z',
  account: { url: 'https://acme.example/acct/1', rolls_key: false, errand: { act: 'account', phase: 'over', over: true, failure: { words: 'the terms were not agreed to', fix: 'agree to them' } } },
};

let server: Server;
beforeEach(() => {
  cache.clear();
  server = startServer();
  signedIn();
  server.on('GET /v1/cas', { json: { cas: [LETSENCRYPT] } });
});

describe('the authorities', () => {
  it('say what went wrong with the last errand, and what helps', async () => {
    render(<AuthoritiesPage />);
    await screen.findByText('The terms were not agreed to.');
    expect(screen.getByText('Agree to them.')).toBeTruthy();
  });

  it('are shown to a viewer without acts', async () => {
    signedIn({ role: 'viewer' });
    render(<AuthoritiesPage />);
    await screen.findByRole('heading', { name: 'Let’s Encrypt' });
    expect(screen.queryAllByRole('button')).toEqual([]);
  });

  it('are added by name, and the server’s refusal stands at its field with the rest kept', async () => {
    server.on('GET /v1/cas', { json: { cas: [] } });
    server.on('POST /v1/cas', problem(400, 'input', { field: 'contacts[0]', detail: 'it is not an e-mail address' }));
    render(<AuthoritiesPage />);
    fireEvent.click(await screen.findByRole('button', { name: 'Add an authority' }));
    const dialog = screen.getByRole('dialog');
    fireEvent.change(within(dialog).getByLabelText('Authority'), { target: { value: 'zerossl' } });
    fireEvent.input(within(dialog).getByLabelText(/E-mail/), { target: { value: 'a@example.org, b' } });
    fireEvent.input(within(dialog).getByLabelText(/Identifier/), { target: { value: 'kid' } });
    fireEvent.input(within(dialog).getByLabelText(/^Key of the binding/), { target: { value: 'c2VjcmV0' } });
    fireEvent.click(within(dialog).getByLabelText(/I agree/));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add the authority' }));
    await within(dialog).findByText('It is not an e-mail address.');
    expect(within(dialog).getByLabelText<HTMLInputElement>(/E-mail/).value).toBe('a@example.org, b');
    expect(server.asked.find((one) => one.method === 'POST')?.body).toMatchObject({ name: 'zerossl', contacts: ['a@example.org', 'b'], terms_agreed: true, eab_kid: 'kid', eab_key: 'c2VjcmV0', preference: 10, rehearsal: false });
  });

  it('lose their account only when the name was typed', async () => {
    server.on('POST /v1/cas/letsencrypt/account', { status: 202, json: LETSENCRYPT });
    render(<AuthoritiesPage />);
    fireEvent.click(await screen.findByRole('button', { name: 'Give up the account at Let’s Encrypt' }));
    const dialog = screen.getByRole('dialog');
    const act = within(dialog).getByRole('button', { name: 'Give the account up' });
    fireEvent.click(act);
    expect(server.asked.some((one) => one.method === 'POST')).toBe(false);
    fireEvent.input(within(dialog).getByLabelText(/Type/), { target: { value: 'letsencrypt' } });
    fireEvent.click(act);
    await expect.poll(() => server.asked.find((one) => one.method === 'POST')?.body).toEqual({ act: 'deactivate' });
  });

  it('are there again when their removal is taken back, where no account went with it', async () => {
    const bare = { ...LETSENCRYPT, account: { url: null, rolls_key: false, errand: null } };
    for (const one of [bare, LETSENCRYPT]) {
      cache.clear();
      server.on('GET /v1/cas', { json: { cas: [one] } });
      server.on('GET /v1/cas/letsencrypt', { json: one, headers: { etag: '"1"' } });
      server.on('DELETE /v1/cas/letsencrypt', { json: {} });
      server.on('POST /v1/cas', { status: 201, json: bare });
      const { unmount } = render(
        <>
          <AuthoritiesPage />
          <Toasts />
        </>,
      );
      fireEvent.click(await screen.findByRole('button', { name: 'Remove Let’s Encrypt' }));
      fireEvent.input(within(screen.getByRole('dialog')).getByLabelText(/Type/), { target: { value: 'letsencrypt' } });
      fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: /Remove the/ }));
      await screen.findByText(/was removed/);
      if (one === bare) {
        fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
        await screen.findByText(/Taken back/);
      } else expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
      unmount();
    }
    const { name, directory, contacts, terms_agreed, profile, preferred_root, roots_pem, preference, rehearsal } = LETSENCRYPT;
    expect(server.asked.filter((one) => one.method === 'POST').map((one) => one.body)).toEqual([{ name, directory, contacts, terms_agreed, profile, preferred_root, roots_pem, preference, rehearsal }]);
  });

  it.each([
    ['', []],
    ['a@b', ['a@b']],
    ['a@b, c@d;e@f  g@h', ['a@b', 'c@d', 'e@f', 'g@h']],
  ])('take addresses from %j', (text, addresses) => {
    expect(contactsOf(text)).toEqual(addresses);
  });
});

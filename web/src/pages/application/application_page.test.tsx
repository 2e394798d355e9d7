import { act, fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import type { Role } from '../../api/session';
import { setLanguage } from '../../i18n';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import { eventually } from '../../test/wait';
import { Toasts } from '../../ui/toast';
import ApplicationPage from './application_page';

const NAME = 'app.example.org';
const ROUTE = {
  prefix: '/', kind: 'proxy', upstreams: [{ url: 'http://127.0.0.1:8080', weight: 1 }], balance: 'least-connections', connect_timeout_ms: 5000, first_byte_timeout_ms: 120000,
  idle_timeout_ms: 300000, health_path: '', health_interval_ms: 0, verify: true, ca_pem: '',
};
const SITE = {
  name: NAME, aliases: [], routes: [ROUTE], redirect: 'temporary', canonical: false, secure_cookies: false, rewrite_location: true, error_page: '', acme: null,
  certificate: { source: 'file', ecdsa: 'x', rsa: null, names: [NAME] }, hsts: { bound_until: null }, slot: 0, created: '2026-11-26T00:00:00Z', warnings: [],
};
const URL = `/v1/sites/${NAME}`;
const GUARD = { guard: 'keep-name', verdict: 'block', overridable: true, why: 'browsers insist on HTTPS until 2027-11-26', fix: 'release browsers first' };

let server: Server;

function show(site: object = SITE, role: Role = 'owner'): void {
  server.on(`GET ${URL}`, { json: site, headers: { etag: '"tag-1"' } });
  signedIn({ role });
  render(
    <>
      <ApplicationPage values={{ name: NAME }} />
      <Toasts />
    </>,
  );
}

const changes = () => server.asked.filter((one) => one.method === 'PATCH');
const removals = () => server.asked.filter((one) => one.method === 'DELETE');
const type = (label: string | RegExp, value: string): void => void fireEvent.input(screen.getByLabelText(label), { target: { value } });
const press = (name: string | RegExp): void => void fireEvent.click(screen.getByRole('button', { name }));
const save = (): void => press('Save');

beforeEach(() => {
  cache.clear();
  server = startServer();
  server.on('GET /v1/status', { json: { sites: [{ name: NAME, upstreams: [{ prefix: '/', url: 'http://127.0.0.1:8080', health: 'down', problem: 'connection refused' }] }] } });
});

describe('the application of a site', () => {
  it('is shown with how it answers, and nothing is to be saved yet', async () => {
    show();
    await screen.findByText('Connection refused.');
    expect(screen.getByText('does not answer')).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save' }).disabled).toBe(true);
  });

  it('refuses what is sent in clear where that is wished, and does not any more', async () => {
    show({ ...SITE, http_credentials: 'redirect' });
    server.on(`PATCH ${URL}`, { json: { ...SITE, http_credentials: 'refuse', applied: true }, headers: { etag: '"tag-2"' } });
    const box = await screen.findByLabelText<HTMLInputElement>(/^Refuse what carries passwords/);
    expect(box.checked).toBe(false);
    fireEvent.click(box);
    server.on(`GET ${URL}`, { json: { ...SITE, http_credentials: 'refuse' }, headers: { etag: '"tag-2"' } });
    save();
    await expect.poll(() => changes().length).toBe(1);
    expect(changes()[0]?.body).toEqual({ http_credentials: 'refuse' });
    await screen.findByText(`${NAME}: saved, and served so from now on.`);
    expect(box.checked).toBe(true);
    fireEvent.click(box);
    save();
    await expect.poll(() => changes().length).toBe(2);
    expect(changes()[1]).toMatchObject({ body: { http_credentials: 'redirect' }, headers: { 'If-Match': '"tag-2"' } });
  });

  it('is changed as a whole, for the state that is shown', async () => {
    show();
    await screen.findByLabelText('Address of the application');
    type('Address of the application', '127.0.0.1:9000');
    press('Add an address');
    type('Address 2 of the application', 'unix:/run/app.sock');
    fireEvent.click(screen.getByLabelText(/moved to HTTPS, permanently/));
    server.on(`PATCH ${URL}`, ({ body }) => {
      const saved = { ...SITE, ...(body as object) };
      server.on(`GET ${URL}`, { json: saved, headers: { etag: '"tag-2"' } });
      return { json: { ...saved, generation: 2, applied: true } };
    });
    save();
    await screen.findByText('app.example.org: saved, and served so from now on.');
    expect(changes()[0]?.body).toEqual({ routes: [{ ...ROUTE, upstreams: [{ url: 'http://127.0.0.1:9000', weight: 1 }, { url: 'unix:/run/app.sock', weight: 1 }], health_interval_ms: undefined }], redirect: 'permanent' });
    expect(changes()[0]?.headers['If-Match']).toBe('"tag-1"');
    // What is told is drawn before the form that takes up what was saved.
    await eventually(() => expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save' }).disabled).toBe(true));
  });

  it('keeps what was typed when the server refuses it, and says so at the field', async () => {
    show();
    await screen.findByLabelText('Address of the application');
    type('Address of the application', 'http://app/path');
    server.on(`PATCH ${URL}`, problem(400, 'input', { field: 'routes[0].upstreams[0].url', detail: 'a path has no place here', fix: 'leave it out' }));
    save();
    await screen.findByText('A path has no place here.');
    const field = screen.getByLabelText<HTMLInputElement>('Address of the application');
    expect(field.value).toBe('http://app/path');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('is not sent with an empty address or a limit that is no number, which is unfolded', async () => {
    show();
    await screen.findByLabelText('Address of the application');
    type('Address of the application', ' ');
    type('Longest wait for a connection (seconds)', 'soon');
    save();
    await screen.findByText('Fill this in.');
    expect(screen.getByText('Write a number, such as 5.').closest('details')?.open).toBe(true);
    expect(changes()).toEqual([]);
  });

  it('has routes of other kinds', async () => {
    show();
    fireEvent.click(await screen.findByRole('button', { name: 'Add a route' }));
    const added = screen.getByRole('region', { name: 'New route' });
    fireEvent.input(within(added).getByLabelText('Paths that begin with'), { target: { value: '/help' } });
    fireEvent.change(within(added).getByLabelText('What answers'), { target: { value: 'files' } });
    fireEvent.input(within(added).getByLabelText('Folder'), { target: { value: '/var/www/help' } });
    server.on(`PATCH ${URL}`, problem(400, 'input', { field: 'routes[1].root', detail: 'the folder is outside' }));
    save();
    await within(added).findByText('The folder is outside.');
    expect((changes()[0]?.body as { routes: unknown[] }).routes[1]).toEqual({ prefix: '/help', kind: 'files', root: '/var/www/help', index: 'index.html', strip_prefix: false });
    press('Remove the route /help');
    expect(screen.queryByLabelText('Folder')).toBeNull();
    expect(screen.queryByText('The folder is outside.')).toBeNull();
  });

  it('is left to an owner where it is the panel', async () => {
    show({ ...SITE, routes: [{ prefix: '/', kind: 'panel' }] }, 'operator');
    await screen.findByText(/The panel has this name to itself/);
    expect(screen.queryByRole('button', { name: 'Add a route' })).toBeNull();
    server.on(`PATCH ${URL}`, problem(403, 'denied', { detail: 'only an owner may say by which names the admin panel is reached' }));
    type(/Further names/, 'admin2.example.org');
    save();
    await screen.findByText('Only an owner may say by which names the admin panel is reached.');
  });

  it('offers nothing to a viewer', async () => {
    show({ ...SITE, aliases: ['www.example.org'] }, 'viewer');
    await screen.findByText('app.example.org, www.example.org');
    expect(screen.getByText('is moved to HTTPS, temporarily')).toBeTruthy();
    expect(screen.getByText('does not answer')).toBeTruthy();
    expect(screen.queryByRole('button', { name: /Save|Remove|Add/ })).toBeNull();
    expect(screen.queryByRole('textbox')).toBeNull();
  });

  it('is explained in French', async () => {
    await act(() => setLanguage('fr'));
    show();
    await screen.findByLabelText('Adresse de l’application');
    expect(screen.getByText(/Chacun doit aussi figurer dans le certificat/)).toBeTruthy();
  });
});

describe('further names', () => {
  it('that the certificate does not have are told before they are saved', async () => {
    show();
    await screen.findByLabelText(/Further names/);
    type(/Further names/, 'app.example.org\nwww.example.org');
    expect(screen.getByText('The certificate does not have this name: www.example.org')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'To the certificate' })).toBeTruthy();
  });

  it('are ordered for by themselves where the certificate is automatic', async () => {
    show({ ...SITE, aliases: ['www.example.org'], acme: { cas: [] } });
    await screen.findByText(/an automatic certificate with them is ordered by itself/);
    expect(screen.queryByRole('link', { name: 'To the certificate' })).toBeNull();
  });
});

describe('what a guard keeps', () => {
  it('is told, and an owner may do it all the same with the typed name and a reason', async () => {
    show({ ...SITE, aliases: ['www.example.org'] });
    await screen.findByLabelText(/Further names/);
    type(/Further names/, '');
    server.on(`PATCH ${URL}`, problem(409, 'conflict', { detail: 'browsers are bound', guards: [GUARD] }));
    save();
    await screen.findByText('Browsers insist on HTTPS until 2027-11-26.');
    press('Do it all the same …');
    const dialog = screen.getByRole('dialog');
    expect(within(dialog).getByText(/Browsers were promised HTTPS for app\.example\.org/)).toBeTruthy();
    fireEvent.input(within(dialog).getByLabelText('Reason'), { target: { value: 'given up' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Save all the same' }));
    await within(dialog).findByText('Type exactly: app.example.org');
    expect(changes()).toHaveLength(1);
    fireEvent.input(within(dialog).getByLabelText(/to confirm/), { target: { value: NAME } });
    server.on(`PATCH ${URL}`, { json: { ...SITE, generation: 3, applied: true } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Save all the same' }));
    await screen.findByText('app.example.org: saved, and served so from now on.');
    expect(changes()[1]?.body).toEqual({ aliases: [], override: { guards: ['keep-name'], reason: 'given up', confirm: NAME } });
    await expect.poll(() => screen.queryByRole('dialog')).toBeNull();
  });

  it('is not offered to an operator', async () => {
    show({ ...SITE, aliases: ['www.example.org'] }, 'operator');
    await screen.findByLabelText(/Further names/);
    type(/Further names/, '');
    server.on(`PATCH ${URL}`, problem(409, 'conflict', { detail: 'browsers are bound', guards: [GUARD] }));
    save();
    await screen.findByText('Only an owner may override this.');
    expect(screen.queryByRole('button', { name: 'Do it all the same …' })).toBeNull();
  });
});

describe('what others change meanwhile', () => {
  const other = { ...SITE, redirect: 'off' };

  it('is shown where nothing was typed', async () => {
    show();
    await screen.findByLabelText('Address of the application');
    server.on(`GET ${URL}`, { json: other, headers: { etag: '"tag-2"' } });
    await act(() => cache.refetch(URL));
    await screen.findByText('does not answer');
    await expect.poll(() => screen.getByLabelText<HTMLInputElement>(/is served as it is/).checked).toBe(true);
  });

  it('is not written over, and what was typed stays until one looks', async () => {
    show();
    await screen.findByLabelText('Address of the application');
    type('Address of the application', 'http://127.0.0.1:9000');
    server.on(`GET ${URL}`, { json: other, headers: { etag: '"tag-2"' } });
    server.on(`PATCH ${URL}`, problem(412, 'changed', { detail: 'the site was changed meanwhile' }));
    save();
    await screen.findByText('Somebody else changed this meanwhile');
    save();
    await expect.poll(() => changes().length).toBe(2);
    expect(changes().map((one) => one.headers['If-Match'])).toEqual(['"tag-1"', '"tag-1"']);
    expect(screen.getByLabelText<HTMLInputElement>('Address of the application').value).toBe('http://127.0.0.1:9000');
    press('Show what is there now');
    await expect.poll(() => screen.getByLabelText<HTMLInputElement>('Address of the application').value).toBe('http://127.0.0.1:8080');
    expect(screen.getByLabelText<HTMLInputElement>(/is served as it is/).checked).toBe(true);
  });

  it('is no matter where it is about something else', async () => {
    show();
    await screen.findByLabelText('Address of the application');
    type('Address of the application', 'http://127.0.0.1:9000');
    server.on(`GET ${URL}`, { json: { ...SITE, hsts: { bound_until: '2099-01-01T00:00:00Z' } }, headers: { etag: '"tag-2"' } });
    await act(() => cache.refetch(URL));
    await screen.findByText('Browsers insist on HTTPS here');
    server.on(`PATCH ${URL}`, problem(400, 'input', { detail: 'no' }));
    save();
    await expect.poll(() => changes()[0]?.headers['If-Match']).toBe('"tag-2"');
  });
});

describe('taking a change back', () => {
  const change = async (more: object = {}): Promise<void> => {
    show();
    await screen.findByLabelText('Address of the application');
    fireEvent.click(screen.getByLabelText(/moved to HTTPS, permanently/));
    const saved = { ...SITE, redirect: 'permanent', ...more };
    server.on(`PATCH ${URL}`, { json: { ...saved, generation: 2, applied: true }, headers: { etag: '"tag-2"' } });
    server.on(`GET ${URL}`, { json: saved, headers: { etag: '"tag-2"' } });
    save();
    await screen.findByText('app.example.org: saved, and served so from now on.');
  };

  it('restores what was there, for the state that came of the change', async () => {
    await change();
    server.on(`PATCH ${URL}`, { json: { ...SITE, generation: 3, applied: true }, headers: { etag: '"tag-1"' } });
    press('Undo');
    await screen.findByText(/Taken back/);
    expect(changes()[1]).toMatchObject({ body: { redirect: 'temporary' }, headers: { 'If-Match': '"tag-2"' } });
  });

  it('says so when somebody else changed it again', async () => {
    await change();
    server.on(`PATCH ${URL}`, problem(412, 'changed', { detail: 'it was changed' }));
    press('Undo');
    await screen.findByText(/was changed again meanwhile/);
  });

  it('is not offered where the certificate became another one', async () => {
    await change({ certificate: { ...SITE.certificate, ecdsa: 'y' } });
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });
});

describe('removing the site', () => {
  it.each([
    ['without a certificate', { source: 'none', ecdsa: null, rsa: null }, { phase: 'off', bound_until: null }, [], true],
    ['with one of the local authority', { source: 'local-ca', ecdsa: 'x', rsa: null }, { phase: 'off', bound_until: null }, [], true],
    ['with one of its own', SITE.certificate, { phase: 'off', bound_until: null }, [], false],
    ['with a promise', { source: 'none', ecdsa: null, rsa: null }, { phase: 'releasing', bound_until: null }, [], false],
    ['with a key that waits for its certificate', { source: 'none', ecdsa: null, rsa: null }, { phase: 'off', bound_until: null }, [{ id: 1 }], false],
  ])('can be taken back where nothing is lost: %s', async (_, certificate, hsts, requests, canBe) => {
    const site = { ...SITE, aliases: ['www.example.org'], certificate, hsts };
    server.on(`GET ${URL}/certificates`, { json: { certificates: [] } });
    server.on(`GET ${URL}/certificate-requests`, { json: { requests } });
    server.on(`DELETE ${URL}`, { json: { name: NAME, generation: 2, applied: true } });
    server.on('POST /v1/sites', { status: 201, json: site });
    show(site, 'operator');
    fireEvent.click(await screen.findByRole('button', { name: 'Remove the site …' }));
    const dialog = screen.getByRole('dialog');
    fireEvent.input(within(dialog).getByLabelText(/to confirm/), { target: { value: NAME } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Remove the site' }));
    await screen.findByText('app.example.org is removed.');
    expect(removals()[0]?.headers['If-Match']).toBe('"tag-1"');
    expect(screen.queryByRole('button', { name: 'Undo' }) !== null).toBe(canBe);
    if (!canBe) return;
    press('Undo');
    await screen.findByText(/Taken back/);
    const body = server.asked.find((one) => one.method === 'POST')?.body;
    expect(body).toMatchObject({ name: NAME, aliases: ['www.example.org'], routes: [ROUTE], redirect: 'temporary', acme: null });
    expect((body as { local_ca?: boolean }).local_ca).toBe(certificate.source === 'local-ca' ? true : undefined);
  });

  it('asks for the typed name, and leads to the overview', async () => {
    show(SITE, 'operator');
    fireEvent.click(await screen.findByRole('button', { name: 'Remove the site …' }));
    const dialog = screen.getByRole('dialog');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Remove the site' }));
    await within(dialog).findByText('Type exactly: app.example.org');
    expect(removals()).toEqual([]);
    server.on(`DELETE ${URL}`, { json: { name: NAME, generation: 2, applied: true } });
    fireEvent.input(within(dialog).getByLabelText(/to confirm/), { target: { value: NAME } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Remove the site' }));
    await screen.findByText('app.example.org is removed.');
    expect(removals()[0]?.body ?? undefined).toBeUndefined();
    expect(window.location.hash).toBe('#/');
  });

  it('says until when browsers are bound, is refused, and an owner may override that', async () => {
    show({ ...SITE, hsts: { bound_until: '2099-01-01T00:00:00Z' } });
    await screen.findByText('Browsers insist on HTTPS here');
    server.on(`DELETE ${URL}`, problem(409, 'conflict', { detail: 'browsers are bound', guards: [GUARD] }));
    press('Remove the site …');
    const first = screen.getByRole('dialog');
    fireEvent.input(within(first).getByLabelText(/to confirm/), { target: { value: NAME } });
    fireEvent.click(within(first).getByRole('button', { name: 'Remove the site' }));
    await screen.findByText('Browsers insist on HTTPS until 2027-11-26.');
    expect(screen.queryByRole('dialog')).toBeNull();
    press('Do it all the same …');
    const second = screen.getByRole('dialog');
    fireEvent.input(within(second).getByLabelText('Reason'), { target: { value: 'moved' } });
    fireEvent.input(within(second).getByLabelText(/to confirm/), { target: { value: NAME } });
    server.on(`DELETE ${URL}`, { json: { name: NAME, generation: 2, applied: true } });
    fireEvent.click(within(second).getByRole('button', { name: 'Remove the site' }));
    await screen.findByText('app.example.org is removed.');
    expect(removals()[1]?.body).toEqual({ override: { guards: ['keep-name'], reason: 'moved', confirm: NAME } });
  });
});

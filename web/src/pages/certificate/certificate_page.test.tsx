import { act, fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import { type Role, session } from '../../api/session';
import { setLanguage } from '../../i18n';
import { type Server, problem, startServer } from '../../test/server';
import { eventually } from '../../test/wait';
import CertificatePage from './certificate_page';

const SITE_URL = '/v1/sites/app.example.org';
const SITE = { name: 'app.example.org', aliases: [], routes: [], acme: null, certificate: { source: 'file', ecdsa: 'a', rsa: null }, hsts: {}, slot: 0, created: '2026-11-01T00:00:00Z', warnings: [] };
const STORED = {
  site: 'app.example.org',
  source: 'file',
  side: 'ecdsa',
  drawer: false,
  id: 'a',
  subject: 'CN=app.example.org',
  issuer: 'CN=Example CA',
  key: 'ECDSA P-256',
  serial: '0a',
  fingerprint_sha256: 'abcd',
  names: ['app.example.org'],
  not_before: '2026-11-01T00:00:00Z',
  not_after: '2027-02-01T00:00:00Z',
  days_left: 60,
  stored: '2026-11-01T00:00:00Z',
  published: '2026-11-01T00:00:00Z',
  acknowledged: '2026-11-01T00:00:01Z',
  seen_first: null,
  renewal_due: null,
  mismatches: [],
  severity: 'good',
  problems: [] as { id: string; severity: string; text: string; fix?: string }[],
  chain: [{ subject: 'CN=app.example.org', issuer: 'CN=Example CA' }],
};
const CERTIFICATES = { site: 'app.example.org', source: 'file', bound_until: null, renewals_seen: 0, looked: null, listeners: [], certificates: [STORED] };
const OPENED = {
  subject: 'CN=app.example.org',
  names: ['app.example.org'],
  issuer: 'CN=Example CA',
  serial: '0b',
  not_before: '2026-11-26T00:00:00Z',
  not_after: '2027-02-20T00:00:00Z',
  fingerprint_sha256: 'ef',
  key: 'ECDSA',
  key_bits: 256,
  chain_count: 2,
  root: { name: 'CN=Example Root', known_to: 'browsers' },
};
const ABOUT_SITE = { name: 'app.example.org', names: ['app.example.org'], bound_until: null };
const GOOD = { good: true, certificate: OPENED, findings: [], site: ABOUT_SITE };
const wrongName = { id: 'wrong_name', weight: 'warning', text: 'The certificate covers a.example, but not app.example.org.', fix: '' };

let server: Server;
function signIn(role: Role): void {
  session.set({ state: 'signed_in', account: { name: 'Anna', role, language: '', totp: false, passkeys: 0 }, csrf: 'x', expires_s: 3600, door: 'loopback' });
}
beforeEach(() => {
  cache.clear();
  server = startServer();
  server.on('GET /v1/notify/channels', { json: { channels: [] } });
  server.on('GET /v1/notify/log?limit=200', { json: { notifications: [] } });
  server.on(`GET ${SITE_URL}`, { json: SITE });
  server.on(`GET ${SITE_URL}/certificates`, { json: CERTIFICATES });
  signIn('operator');
});

function show(): void {
  render(<CertificatePage values={{ name: 'app.example.org' }} />);
}

async function give(...files: [string, string][]): Promise<void> {
  const input = await screen.findByLabelText(/Drop the files here/);
  await act(async () => {
    fireEvent.change(input, { target: { files: files.map(([name, text]) => new File([text], name)) } });
    await Promise.resolve();
  });
  for (const [name] of files) await screen.findByText(name);
}

const CERT: [string, string] = ['app.crt', '-----BEGIN CERTIFICATE-----\nMII\n'];
const KEY: [string, string] = ['app.key', '-----BEGIN PRIVATE KEY-----\nMII\n'];

describe('what is in service', () => {
  it('shows the chain, the days left, and how far the certificate has come', async () => {
    show();
    expect(await screen.findByRole('heading', { name: 'ECDSA, 60 days left' })).toBeTruthy();
    const chain = screen.getByRole('list', { name: 'Chain of trust' });
    expect(within(chain).getAllByRole('listitem').map((item) => item.querySelector('.strong')?.textContent)).toEqual(['app.example.org', 'Example CA']);
    const journey = screen.getByRole('list', { name: 'Way to the visitors' });
    expect(within(journey).getAllByRole('listitem')[3]?.textContent).toContain('not yet');
  });

  it('tells what is wrong in the operator’s language, with the fix and with the server’s particulars', async () => {
    const problems = [
      { id: 'wrong_name', severity: 'alarm', text: 'The certificate does not cover www.example.org.', fix: 'x' },
      { id: 'mismatch', severity: 'alarm', text: 'Port 443 serves another.', fix: 'x' },
      { id: 'something_new', severity: 'notice', text: 'The server alone knows.', fix: 'And what to do.' },
    ];
    server.on(`GET ${SITE_URL}/certificates`, { json: { ...CERTIFICATES, certificates: [{ ...STORED, problems }] } });
    await setLanguage('fr');
    show();
    expect(await screen.findByText('Le certificat ne couvre pas tous les noms du site.')).toBeTruthy();
    expect(screen.getByText('The certificate does not cover www.example.org.').lang).toBe('en');
    expect(screen.getByText(/^Voyez qui répond là/)).toBeTruthy();
    expect(screen.getByText('The server alone knows.')).toBeTruthy();
    expect(screen.getByText('And what to do.')).toBeTruthy();
  });

  it('offers a viewer nothing to change', async () => {
    signIn('viewer');
    show();
    await screen.findByRole('heading', { name: 'ECDSA, 60 days left' });
    expect(screen.queryByLabelText(/Drop the files here/)).toBeNull();
  });
});

describe('an upload', () => {
  it('is checked first, and put into service by a second act', async () => {
    server.on('POST /v1/certificates/check', { json: GOOD });
    server.on(`PATCH ${SITE_URL}`, { json: { ...SITE, applied: true, generation: 2 } });
    show();
    await give(CERT, KEY);
    expect(screen.getByText(/1 certificate$/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Check' }));
    await screen.findByText('Nothing stands against this certificate');
    expect(server.asked.some(({ method }) => method === 'PATCH')).toBe(false);
    fireEvent.click(screen.getByRole('button', { name: 'Put it into service' }));
    await screen.findByLabelText(/Drop the files here/);
    await eventually(() => expect(screen.queryByRole('list', { name: 'Given so far' })).toBeNull());
    const files = [CERT, KEY].map(([, text]) => btoa(text));
    expect(server.asked.find(({ method }) => method === 'PATCH')?.body).toEqual({ certificate_files: files });
  });

  it('that no browser would take tells its fault and the fix, and cannot be put into service', async () => {
    server.on('POST /v1/certificates/check', { json: { good: false, certificate: null, findings: [{ id: 'no_key', weight: 'refusal', text: 'The private key is missing.' }], site: ABOUT_SITE } });
    show();
    await give(CERT);
    fireEvent.click(screen.getByRole('button', { name: 'Check' }));
    expect(await screen.findByText('This cannot be used')).toBeTruthy();
    expect(screen.getByText(/^Add the key file/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: /Put it into service/ })).toBeNull();
    await give(KEY);
    expect(screen.queryByText('This cannot be used')).toBeNull();
    expect(screen.getByText('app.crt')).toBeTruthy();
  });

  it('asks for the passphrase when the file needs one, and keeps the files', async () => {
    server.on('POST /v1/certificates/check', ({ body }) =>
      (body as { passphrase?: string }).passphrase === 'secret' ? { json: GOOD } : problem(400, 'input', { field: 'passphrase', detail: 'The file with the private key is protected by a passphrase.' }),
    );
    show();
    await give(['both.bin', 'binary']);
    fireEvent.click(screen.getByRole('button', { name: 'Check' }));
    const passphrase = await screen.findByLabelText('Passphrase');
    fireEvent.input(passphrase, { target: { value: 'secret' } });
    fireEvent.click(screen.getByRole('button', { name: 'Check' }));
    expect(await screen.findByText('Nothing stands against this certificate')).toBeTruthy();
  });

  it('has a missing intermediate fetched when asked, and uploads it as it was checked', async () => {
    const missing = { ...GOOD, good: false, findings: [{ id: 'missing_intermediate', weight: 'warning', text: 'x' }] };
    server.on('POST /v1/certificates/check', ({ body }) => ({ json: (body as { fetch_intermediates?: boolean }).fetch_intermediates === true ? GOOD : missing }));
    server.on(`PATCH ${SITE_URL}`, { json: { ...SITE, applied: true, generation: 2 } });
    show();
    await give(CERT, KEY);
    fireEvent.click(screen.getByRole('button', { name: 'Check' }));
    fireEvent.click(await screen.findByRole('button', { name: /^Fetch what is missing/ }));
    fireEvent.click(await screen.findByRole('button', { name: 'Put it into service' }));
    await eventually(() => expect(server.asked.find(({ method }) => method === 'PATCH')?.body).toMatchObject({ fetch_intermediates: true }));
  });

  it('that would replace a working certificate by one that does not work needs the name to be typed', async () => {
    const refusal = problem(409, 'conflict', { guards: [{ guard: 'keep-working', verdict: 'block', overridable: false, why: 'the new one would not work', fix: '--replace-working' }] });
    server.on('POST /v1/certificates/check', { json: { ...GOOD, good: false, findings: [wrongName] } });
    server.on(`PATCH ${SITE_URL}`, ({ body }) => ((body as { replace_working?: boolean }).replace_working === true ? { json: { ...SITE, applied: true, generation: 2 } } : refusal));
    show();
    await give(CERT, KEY);
    fireEvent.click(screen.getByRole('button', { name: 'Check' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Put it into service all the same' }));
    expect(await screen.findByText(/^Nothing was changed/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Do it all the same …' }));
    const dialog = screen.getByRole('dialog');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Put it into service all the same' }));
    expect(within(dialog).getByText('Type exactly: app.example.org')).toBeTruthy();
    fireEvent.input(within(dialog).getByLabelText(/to confirm/), { target: { value: 'app.example.org' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Put it into service all the same' }));
    await eventually(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(screen.queryByText('app.crt')).toBeNull();
  });

  it('that a promise stands against is overridden by an owner only', async () => {
    const refusal = problem(409, 'conflict', { guards: [{ guard: 'keep-certificate', verdict: 'block', overridable: true, why: 'browsers are bound' }] });
    server.on('POST /v1/certificates/check', { json: { ...GOOD, good: false, findings: [wrongName] } });
    server.on(`PATCH ${SITE_URL}`, refusal);
    show();
    await give(CERT, KEY);
    fireEvent.click(screen.getByRole('button', { name: 'Check' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Put it into service all the same' }));
    expect(await screen.findByText('Only an owner may override this.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Do it all the same …' })).toBeNull();
    void act(() => signIn('owner'));
    expect(screen.getByRole('button', { name: 'Do it all the same …' })).toBeTruthy();
  });
});

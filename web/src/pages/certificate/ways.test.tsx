import { act, fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import { type Role, session } from '../../api/session';
import { type Server, problem, startServer } from '../../test/server';
import { eventually } from '../../test/wait';
import { startRouter } from '../../router';
import CertificatePage from './certificate_page';

const NAME = 'app.example.org';
const SITE_URL = `/v1/sites/${NAME}`;
const SITE = { name: NAME, aliases: ['www.example.org'], routes: [], acme: null as unknown, certificate: { source: 'none', ecdsa: null, rsa: null } as Record<string, unknown>, hsts: {}, slot: 0, created: '2026-11-01T00:00:00Z', warnings: [] };
const NONE = { site: NAME, source: 'none', bound_until: null, renewals_seen: 0, looked: null, listeners: [], certificates: [{ site: NAME, source: 'none', severity: 'notice', problems: [] }] };
const READY = { site: NAME, source: 'file', side: 'ecdsa', drawer: true, id: 'b', severity: 'good', problems: [], days_left: 300, not_after: '2027-09-01T00:00:00Z', fingerprint_sha256: 'cd', names: [NAME] };
const AUTHORITY = { name: 'letsencrypt', directory: 'https://acme.example/directory', rehearsal: false };

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
  server.on(`GET ${SITE_URL}/certificates`, { json: NONE });
  server.on(`GET ${SITE_URL}/certificate-requests`, { json: { requests: [] } });
  server.on('GET /v1/cas', { json: { cas: [AUTHORITY] } });
  signIn('operator');
});

function show(way: string): void {
  window.location.hash = `#/sites/${NAME}/certificate?way=${way}`;
  startRouter();
  render(<CertificatePage values={{ name: NAME }} />);
}

function bodyOf(call: string): unknown {
  return server.asked.find(({ method, url }) => `${method} ${url}` === call)?.body;
}

describe('an automatic certificate', () => {
  it('is looked into first, with the authority and the way that were chosen', async () => {
    server.on(`POST ${SITE_URL}/preflight`, { json: { site: NAME, ready: false, findings: [{ id: 'clock', verdict: 'good', text: 'the clock is right' }, { id: 'ipv6', verdict: 'failure', name: NAME, text: 'its AAAA record leads elsewhere', fix: 'mend it' }] } });
    show('automatic');
    fireEvent.change(await screen.findByLabelText('Certificate authority'), { target: { value: 'letsencrypt' } });
    fireEvent.click(screen.getByLabelText(/^By HTTPS/));
    fireEvent.click(screen.getByRole('button', { name: 'See what the authority would find' }));
    expect(await screen.findByText('An order would fail')).toBeTruthy();
    expect(screen.getByText(`IPv6 address (AAAA) leads elsewhere: ${NAME}`)).toBeTruthy();
    expect(bodyOf(`POST ${SITE_URL}/preflight`)).toEqual({ challenge: 'tls-alpn-01', directory: AUTHORITY.directory });
  });

  it('is ordered, and its progress shown until it is there', async () => {
    const automatic = { wanted: true, phase: 'prove', ca: 'letsencrypt', failure: null };
    server.on(`PATCH ${SITE_URL}`, () => {
      server.on(`GET ${SITE_URL}`, { json: { ...SITE, acme: { cas: [], challenges: ['http-01'] }, certificate: { ...SITE.certificate, automatic } } });
      return { json: { ...SITE, applied: true, generation: 2 } };
    });
    show('automatic');
    fireEvent.click(await screen.findByRole('button', { name: 'Get the certificate' }));
    expect(await screen.findByText('A certificate is being obtained from letsencrypt')).toBeTruthy();
    expect(bodyOf(`PATCH ${SITE_URL}`)).toEqual({ acme: { cas: [], challenges: ['http-01'], key: 'ecdsa' } });
    expect(screen.getByText('Prove the names', { selector: 'li span' }).parentElement?.getAttribute('aria-current')).toBe('step');
    server.on(`GET ${SITE_URL}`, { json: { ...SITE, acme: { cas: [], challenges: [] }, certificate: { ...SITE.certificate, source: 'acme', automatic: { ...automatic, phase: 'idle', obtained: '2026-11-26T04:00:00Z', issuer: 'letsencrypt' } } } });
    // As the server's events do.
    cache.invalidate((url) => url === SITE_URL);
    expect(await screen.findByText(/^The last one came from/)).toBeTruthy();
  });

  it('that failed says why, what helps and when it is tried again, and can be tried at once', async () => {
    const failure = { words: 'the name leads elsewhere', fix: 'change its A record', permanent: false };
    const automatic = { wanted: true, phase: 'waiting', ca: 'letsencrypt', failure, next_attempt: '2026-11-26T06:00:00Z' };
    server.on(`GET ${SITE_URL}`, { json: { ...SITE, acme: { cas: [], challenges: [] }, certificate: { ...SITE.certificate, automatic } } });
    server.on(`POST ${SITE_URL}/certificate/renew`, { status: 202, json: SITE });
    show('automatic');
    expect(await screen.findByText('No new certificate could be obtained')).toBeTruthy();
    expect(screen.getByText('Change its A record.')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Try now' }));
    await eventually(() => expect(bodyOf(`POST ${SITE_URL}/certificate/renew`)).toEqual({ now: true }));
  });

  it('is an RSA one where an RSA one is in service, and says whom another choice turns away', async () => {
    const rsa = { site: NAME, source: 'file', side: 'rsa', id: 'r', severity: 'good', problems: [], days_left: 80, not_after: '2027-02-01T00:00:00Z', fingerprint_sha256: 'ef', names: [NAME] };
    const warning = `${NAME}: the automatic certificate will be an ECDSA one (rsa_side_ends).`;
    server.on(`GET ${SITE_URL}`, { json: { ...SITE, certificate: { source: 'file', ecdsa: null, rsa: 'r' } } });
    server.on(`GET ${SITE_URL}/certificates`, { json: { ...NONE, source: 'file', certificates: [rsa] } });
    show('automatic');
    expect((await screen.findByRole<HTMLInputElement>('radio', { name: /^RSA/ })).checked).toBe(true);
    expect(screen.queryByText(/are turned away from then on/)).toBeNull();
    fireEvent.click(screen.getByRole('radio', { name: /^ECDSA/ }));
    expect(screen.getByText(/are turned away from then on/)).toBeTruthy();

    const changed = { ...SITE, acme: { cas: [], challenges: ['http-01'], key: 'ecdsa' }, certificate: { source: 'file', ecdsa: null, rsa: 'r', automatic: { wanted: true, phase: 'queued', failure: null } }, warnings: [warning, 'something else about it'] };
    server.on(`PATCH ${SITE_URL}`, () => {
      server.on(`GET ${SITE_URL}`, { json: changed });
      return { json: { ...changed, applied: true, generation: 2 } };
    });
    fireEvent.click(screen.getByRole('button', { name: 'Get the certificate' }));
    const notice = await screen.findByRole('alert');
    expect(within(notice).getByText(/are turned away from then on.*choose RSA/)).toBeTruthy();
    expect(within(notice).getByText('Something else about it.')).toBeTruthy();

    // It stays as long as it holds, or until it was read.
    server.on(`GET ${SITE_URL}`, { json: { ...changed, warnings: ['something else about it'] } });
    cache.invalidate((url) => url === SITE_URL);
    await eventually(() => expect(within(screen.getByRole('alert')).queryByText(/turned away/)).toBeNull());
    fireEvent.click(within(screen.getByRole('alert')).getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('of the other kind of key is ordered at once, which is said before', async () => {
    const automatic = { wanted: true, phase: 'idle', failure: null };
    server.on(`GET ${SITE_URL}`, { json: { ...SITE, acme: { cas: [], challenges: ['http-01'], key: 'ecdsa' }, certificate: { source: 'acme', ecdsa: 'a', rsa: null, automatic } } });
    server.on(`PATCH ${SITE_URL}`, { json: { ...SITE, applied: false, reason: 'the gateway is not connected', generation: 2 } });
    show('automatic');
    expect(await screen.findByText(/^It holds for the next order/)).toBeTruthy();
    fireEvent.click(screen.getByRole('radio', { name: /^RSA/ }));
    expect(screen.getByText(/^A certificate with the other kind of key is ordered as soon as you save/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText(/^Stored, but not in effect yet/)).toBeTruthy();
    expect(screen.getByText('The gateway is not connected.')).toBeTruthy();
    expect(bodyOf(`PATCH ${SITE_URL}`)).toEqual({ acme: { cas: [], challenges: ['http-01'], key: 'rsa' } });
  });

  it('without an authority leads an owner to add one, and tells others who can', async () => {
    server.on('GET /v1/cas', { json: { cas: [{ ...AUTHORITY, rehearsal: true }] } });
    show('automatic');
    expect(await screen.findByText(/^An owner can add one/)).toBeTruthy();
    void act(() => signIn('owner'));
    expect(screen.getByRole('link', { name: 'Add an authority' }).getAttribute('href')).toBe('#/authorities');
  });

  it('is revoked only after the name was typed', async () => {
    server.on(`GET ${SITE_URL}`, { json: { ...SITE, acme: { cas: [], challenges: [] }, certificate: { source: 'acme', ecdsa: 'a', rsa: null, automatic: { wanted: true, phase: 'idle', failure: null } } } });
    server.on(`POST ${SITE_URL}/certificate/revoke`, { status: 202, json: SITE });
    show('automatic');
    fireEvent.click(await screen.findByRole('button', { name: 'Revoke …' }));
    const dialog = screen.getByRole('dialog');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Revoke' }));
    expect(bodyOf(`POST ${SITE_URL}/certificate/revoke`)).toBeUndefined();
    fireEvent.input(within(dialog).getByLabelText(/to confirm/), { target: { value: NAME } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Revoke' }));
    await eventually(() => expect(bodyOf(`POST ${SITE_URL}/certificate/revoke`)).toEqual({ reason: 'key-compromise' }));
  });
});

describe('the built-in authority', () => {
  it('gives a certificate in one act', async () => {
    server.on(`PATCH ${SITE_URL}`, { json: { ...SITE, applied: true, generation: 2 } });
    show('local');
    fireEvent.click(await screen.findByRole('button', { name: 'Make a certificate' }));
    await eventually(() => expect(bodyOf(`PATCH ${SITE_URL}`)).toEqual({ local_ca: true }));
  });

  it('shows a viewer where its root is, and no act', async () => {
    signIn('viewer');
    show('local');
    expect(await screen.findByRole('button', { name: 'Download the root' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Make a certificate' })).toBeNull();
  });
});

describe('a request', () => {
  it('is made, shown, and leads to the upload of what comes back', async () => {
    const made = { requests: [{ id: 7, made: '2026-11-26T04:00:00Z', names: [NAME], request_pem: '-----BEGIN CERTIFICATE REQUEST-----' }] };
    server.on(`POST ${SITE_URL}/certificate-requests`, () => {
      server.on(`GET ${SITE_URL}/certificate-requests`, { json: made });
      return { status: 201, json: made };
    });
    show('request');
    fireEvent.change(await screen.findByLabelText('Kind of key'), { target: { value: 'rsa' } });
    fireEvent.click(screen.getByRole('button', { name: 'Make a request' }));
    expect(await screen.findByText('-----BEGIN CERTIFICATE REQUEST-----')).toBeTruthy();
    expect(bodyOf(`POST ${SITE_URL}/certificate-requests`)).toEqual({ key: 'rsa' });
    expect(screen.getByRole('link', { name: /^Upload the certificate/ }).getAttribute('href')).toBe(`#/sites/${NAME}/certificate?way=upload`);
  });
});

describe('what is kept ready', () => {
  it('is switched to after it was said what that does, and a refusal is told', async () => {
    server.on(`GET ${SITE_URL}/certificates`, { json: { ...NONE, certificates: [...NONE.certificates, READY] } });
    server.on(`POST ${SITE_URL}/certificates/switch`, problem(409, 'conflict', { guards: [{ guard: 'keep-working', verdict: 'block', overridable: false, why: 'it would not work' }] }));
    show('upload');
    fireEvent.click(await screen.findByRole('button', { name: 'Switch to it' }));
    const dialog = screen.getByRole('dialog');
    expect(within(dialog).getByText(/^From now on visitors of app.example.org/)).toBeTruthy();
    fireEvent.click(within(dialog).getByRole('button', { name: 'Switch to it' }));
    expect(await screen.findByText(/^Nothing was changed/)).toBeTruthy();
  });
});

describe('an export', () => {
  const STORED = { ...READY, drawer: false };

  it('is for owners, and asks for a password that is long enough', async () => {
    server.on(`GET ${SITE_URL}/certificates`, { json: { ...NONE, source: 'file', certificates: [STORED] } });
    show('upload');
    await screen.findByRole('heading', { name: /^ECDSA/ });
    expect(screen.queryByRole('button', { name: /^Export/ })).toBeNull();
    void act(() => signIn('owner'));
    fireEvent.click(screen.getByRole('button', { name: /^Export/ }));
    fireEvent.input(screen.getByLabelText('Password for the file'), { target: { value: 'short' } });
    fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Download' }));
    expect(screen.getByText('At least 8 characters, please.')).toBeTruthy();
    expect(bodyOf(`POST ${SITE_URL}/certificates/export`)).toBeUndefined();
  });
});

import { act, fireEvent, render, screen } from '@testing-library/preact';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { cache } from './api/cache';
import { client } from './api/client';
import { session } from './api/session';
import { App } from './app';
import { setLanguage } from './i18n';
import { takeSetupToken, tokenIn } from './pages/door/setup_token';
import { startRouter } from './router';
import { type Server, problem, startServer } from './test/server';
import { eventually } from './test/wait';

const SIGNED_IN = { state: 'signed_in', account: { name: 'Anna', role: 'owner', language: '', totp: false, passkeys: 0 }, csrf: 'secret', expires_s: 3600, door: 'loopback' };
const STATUS = {
  version: '0.1.0',
  gateway: { connected: true },
  generation: { wanted: 3, acked: 3 },
  sites: [
    { name: 'good.example', certificate: { source: 'acme', not_after: '2099-01-01T00:00:00Z', days_left: 80 }, hsts: { phase: 'trial', field: 'max-age=300', bound_until: '2099-01-01T00:05:00Z', ladder: [300, 86400] }, upstreams: [], forecast: { share_percent: 62, clients: { count: 62, error: 0 }, of: { count: 100, error: 0 }, until: '2099-01-01T00:05:00Z', exact: false, reach: 'own', week: 'this' } },
    { name: 'ended.example', certificate: { source: 'file', not_after: '2020-01-01T00:00:00Z', days_left: -3 }, hsts: { phase: 'off', field: null, bound_until: null, ladder: [300] }, upstreams: [] },
  ],
  removed: [],
  warnings: [],
};
const CERTIFICATES = { certificates: [{ site: 'ended.example', source: 'file', severity: 'alarm', days_left: -3, problems: [{ id: 'expired', severity: 'alarm', text: 'It has expired.' }] }] };

class NoEvents extends EventTarget {
  static readonly CLOSED = 2;
  readyState = 0;
  close(): void {
    this.readyState = NoEvents.CLOSED;
  }
}

let server: Server;
beforeEach(() => {
  session.set(undefined);
  cache.clear();
  vi.stubGlobal('EventSource', NoEvents);
  server = startServer();
  server.on('GET /v1/status', { json: STATUS });
  server.on('GET /v1/certificates', { json: CERTIFICATES });
  server.on('GET /v1/clock', { json: { trust: 'good', why: '' } });
  server.on('GET /v1/notify/channels', { json: { channels: [] } });
  server.on('GET /v1/cas', { json: { cas: [] } });
  startRouter();
});

function goTo(hash: string): void {
  void act(() => {
    window.location.hash = hash;
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  });
}

function type(label: string | RegExp, value: string): void {
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
}

describe('the first account', () => {
  it.each([
    ['#setup=a%2Bb', 'a+b'],
    ['#/setup=abc', 'abc'],
    ['#/sites/setup=abc', undefined],
    ['#setup=%E0%A4%A', undefined],
    ['#/', undefined],
  ])('has its token in %s: %s', (hash, token) => {
    expect(tokenIn(hash)).toBe(token);
  });

  it('cannot be made without the link, and says how to come by one', async () => {
    server.on('GET /v1/session', { json: { state: 'setup' } });
    render(<App />);
    expect(await screen.findByText('strictgate admin link')).toBeTruthy();
  });

  it('is made with the link, whose token leaves the address, and signs in', async () => {
    window.location.hash = '#setup=token';
    takeSetupToken();
    expect(window.location.hash).toBe('#/');
    server.on('GET /v1/session', { json: { state: 'setup' } });
    server.on('POST /v1/setup', { status: 201, json: SIGNED_IN });
    render(<App />);
    await screen.findByRole('heading', { name: 'Create the first account' });
    type('Name', 'Anna');
    type('Password', 'short');
    type(/once more/, 'shore');
    fireEvent.click(screen.getByRole('button', { name: 'Create the account' }));
    expect(screen.getByText('At least 12 characters, please.')).toBeTruthy();
    expect(screen.getByText('The two passwords are not the same.')).toBeTruthy();
    type('Password', 'correct horse battery');
    type(/once more/, 'correct horse battery');
    fireEvent.click(screen.getByRole('button', { name: 'Create the account' }));
    await screen.findByRole('heading', { name: 'Overview' });
    expect(server.asked.find((one) => one.url === '/v1/setup')?.body).toEqual({ token: 'token', name: 'Anna', password: 'correct horse battery' });
  });
});

describe('signing in', () => {
  beforeEach(() => server.on('GET /v1/session', { json: { state: 'signed_out' } }));

  it('says the same of a wrong name and a wrong password, and keeps the name', async () => {
    server.on('POST /v1/session', problem(401, 'wrong_credentials'));
    render(<App />);
    await screen.findByRole('heading', { name: 'Sign in' });
    type('Name', 'Anna');
    type('Password', 'wrong');
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect((await screen.findByRole('alert')).textContent).toContain('The name or the password is not right.');
    expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('Anna');
  });

  it('asks for the code when the account has one', async () => {
    server.on('POST /v1/session', ({ body }) => ((body as { totp?: string }).totp === '123456' ? { status: 201, json: SIGNED_IN } : problem(401, 'totp_needed')));
    render(<App />);
    await screen.findByRole('heading', { name: 'Sign in' });
    type('Name', 'Anna');
    type('Password', 'right');
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await screen.findByRole('heading', { name: 'Enter your code' });
    expect(screen.queryByRole('alert')).toBeNull();
    expect(screen.queryByText(/This code is not right/)).toBeNull();
    type('Code', '000000');
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await screen.findByText(/This code is not right/);
    type('Code', '123 456');
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await screen.findByRole('heading', { name: 'Overview' });
    expect(server.asked.filter((one) => one.method === 'POST').at(-1)?.body).toEqual({ name: 'Anna', password: 'right', totp: '123456' });
  });

  it('says how long to wait after too many attempts', async () => {
    server.on('POST /v1/session', { ...problem(429, 'throttled'), headers: { 'retry-after': '60', 'content-type': 'application/problem+json' } });
    render(<App />);
    await screen.findByRole('heading', { name: 'Sign in' });
    type('Name', 'Anna');
    type('Password', 'x');
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect((await screen.findByRole('alert')).textContent).toContain('Try again in 1 minute');
  });

  it('again after the session ended leads back to what was open, with what was typed', async () => {
    server.on('GET /v1/session', { json: SIGNED_IN });
    server.on('POST /v1/session', { status: 201, json: SIGNED_IN });
    render(<App />);
    await screen.findByRole('heading', { name: 'Overview' });
    goTo('#/add');
    await screen.findByRole('heading', { name: 'Add a site' });
    type('Host name', 'app.example.org');
    server.on('POST /v1/reload', problem(401, 'signed_out'));
    await act(() => client.post('/v1/reload').then(() => undefined, () => undefined));
    expect(screen.getByText(/Your session has ended/)).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Sign in' })).toBeTruthy();
    expect(screen.queryByRole('heading', { name: 'Add a site' })).toBeNull();
    type('Password', 'right');
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await screen.findByRole('heading', { name: 'Add a site' });
    expect(screen.getByLabelText<HTMLInputElement>('Host name').value).toBe('app.example.org');
  });
});

describe('the pages', () => {
  beforeEach(() => server.on('GET /v1/session', { json: SIGNED_IN }));

  it('begin with the overview, worst first', async () => {
    render(<App />);
    await screen.findByRole('link', { name: 'ended.example' });
    await screen.findByText('The certificate has expired');
    const links = screen.getAllByRole('rowheader').map((cell) => cell.querySelector('a')?.textContent);
    expect(links).toEqual(['ended.example', 'good.example']);
    expect(screen.getByRole('row', { name: /good\.example/ }).textContent).toContain('binds at most 62% of this week’s visitors');
    expect(screen.getByText('Trial, 5 minutes')).toBeTruthy();
  });

  it('are in the language that is chosen, at once', async () => {
    render(<App />);
    await screen.findByRole('heading', { name: 'Overview' });
    server.on('PATCH /v1/account', { json: {} });
    fireEvent.change(screen.getByLabelText('Language'), { target: { value: 'fr' } });
    await screen.findByRole('heading', { name: 'Vue d’ensemble' });
    await eventually(() => expect(server.asked.at(-1)).toMatchObject({ url: '/v1/account', body: { language: 'fr' } }));
    expect(document.documentElement.lang).toBe('fr');
    await act(() => setLanguage('en'));
  });

  it('do not offer what the role does not allow', async () => {
    server.on('GET /v1/session', { json: { ...SIGNED_IN, account: { ...SIGNED_IN.account, role: 'viewer' } } });
    render(<App />);
    await screen.findByRole('heading', { name: 'Overview' });
    await screen.findByRole('link', { name: 'ended.example' });
    expect(screen.queryByRole('link', { name: 'Add a site' })).toBeNull();
    goTo('#/add');
    expect(await screen.findByText('Your role does not include this page.')).toBeTruthy();
  });

  it('say so when there is none at an address', async () => {
    render(<App />);
    await screen.findByRole('heading', { name: 'Overview' });
    goTo('#/nothing');
    expect(await screen.findByRole('heading', { name: 'There is no such page' })).toBeTruthy();
  });

  it('keep what was typed when the server refuses, at the field it names', async () => {
    server.on('POST /v1/sites', problem(400, 'input', { field: 'name', detail: '"a..b" is not a host name', fix: 'give a name such as www.example.org' }));
    render(<App />);
    await screen.findByRole('heading', { name: 'Overview' });
    goTo('#/add');
    await screen.findByRole('heading', { name: 'Add a site' });
    type('Host name', 'https://a..b/');
    type('Address of the application', '127.0.0.1:8080');
    fireEvent.click(screen.getByRole('button', { name: 'Add the site' }));
    await screen.findByText('"a..b" is not a host name.');
    expect(server.asked.at(-1)?.body).toEqual({ name: 'a..b', upstreams: ['http://127.0.0.1:8080'] });
    const name = screen.getByLabelText<HTMLInputElement>('Host name');
    expect(name.value).toBe('https://a..b/');
    expect(document.activeElement).toBe(name);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('lead to the site that was added', async () => {
    server.on('POST /v1/sites', { status: 201, json: { name: 'app.example.org', applied: true, generation: 4 } });
    render(<App />);
    await screen.findByRole('heading', { name: 'Overview' });
    goTo('#/add');
    await screen.findByRole('heading', { name: 'Add a site' });
    type('Host name', 'app.example.org');
    type('Address of the application', 'unix:/run/app.sock');
    fireEvent.click(screen.getByLabelText(/From the built-in/));
    fireEvent.click(screen.getByRole('button', { name: 'Add the site' }));
    expect(await screen.findByText('app.example.org was added.')).toBeTruthy();
    expect(server.asked.find((one) => one.method === 'POST')?.body).toEqual({ name: 'app.example.org', upstreams: ['unix:/run/app.sock'], local_ca: true });
    expect(window.location.hash).toBe('#/sites/app.example.org');
  });
});

import { fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import type { SiteCertificates } from './stored';
import { Told } from './told';

const NAME = 'app.example.org';
const ALL = ['obtained', 'renewed', 'served', 'failing', 'expiring', 'mismatch', 'clock', 'drawer'];
const MAIL = { name: 'post', kind: 'email', events: ALL, severity: 'warning', paused: false, host: 'mail.example.org', to: ['a@example.org'] };
const CERTIFICATES = {
  site: NAME, source: 'file', bound_until: null, renewals_seen: 0, looked: null, listeners: [],
  certificates: [{ site: NAME, source: 'file', side: 'ecdsa', id: 'a', severity: 'good', problems: [], days_left: 300, not_before: '2030-01-01T00:00:00Z', not_after: '2031-01-31T12:00:00Z', renewal_due: null }],
} as SiteCertificates;
const LOG = 'GET /v1/notify/log?limit=200';

function message(id: number, site: string, subject: string, deliveries: unknown[]): unknown {
  return { id, at: '2026-11-26T05:00:00Z', notification: { site, subject }, deliveries };
}

let server: Server;
beforeEach(() => {
  cache.clear();
  server = startServer();
  signedIn();
  server.on('GET /v1/notify/channels', { json: { channels: [MAIL] } });
  server.on(LOG, { json: { notifications: [] } });
});

describe('who is told', () => {
  it('is named with how, how early, of what else, and how the last message went', async () => {
    server.on(LOG, {
      json: {
        notifications: [
          message(3, 'other.example.org', 'other.example.org: the certificate ends in 7 days', [{ channel: 'post', state: 'given_up', attempts: 9 }]),
          message(2, NAME, `${NAME}: the certificate was obtained`, [{ channel: 'post', state: 'sent', attempts: 1 }]),
        ],
      },
    });
    render(<Told certificates={CERTIFICATES} isOrdered={false} />);
    const channel = (await screen.findByText('post')).closest('li');
    if (channel === null) throw new Error('no channel');
    expect(within(channel).getByText('E-mail: a@example.org')).toBeTruthy();
    expect(within(channel).getByText(/^Of its end: 14 days before, from/).textContent).toContain('Jan 17, 2031');
    expect(within(channel).getByText('At once: another certificate is served than the one stored.')).toBeTruthy();
    expect(await within(channel).findByText('given up')).toBeTruthy();
    expect(screen.getByText(`${NAME}: the certificate was obtained.`)).toBeTruthy();
    expect(screen.getByText(/post: *delivered/)).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Channels and all messages' }).getAttribute('href')).toBe('#/notifications');
  });

  it('is told of renewals that fail as soon as the site is to get its certificates by itself, and of its end when that is late', async () => {
    const [first] = CERTIFICATES.certificates;
    if (first === undefined) throw new Error('no certificate');
    const short = { ...first, not_before: '2031-01-01T00:00:00Z', not_after: '2031-01-31T12:00:00Z', renewal_due: '2031-01-20T00:00:00Z' };
    render(<Told certificates={{ ...CERTIFICATES, certificates: [short] }} isOrdered />);
    expect(await screen.findByText('At once: a renewal fails and another certificate is served than the one stored.')).toBeTruthy();
    expect(screen.getByText(/^Of its end: 1 week before/)).toBeTruthy();
    expect(screen.getByText(/^It renews itself/)).toBeTruthy();
  });

  it('is tried by an owner, and how that went is shown', async () => {
    server.on('POST /v1/notify/channels/post/test', { status: 202, json: { id: 9 } });
    server.on('GET /v1/notify/log?id=9', { json: { notifications: [message(9, '', 'test', [{ channel: 'post', state: 'given_up', attempts: 1, problem: 'the server does not answer' }])] } });
    render(<Told certificates={CERTIFICATES} isOrdered={false} />);
    fireEvent.click(await screen.findByRole('button', { name: 'Send a test by post' }));
    expect(await screen.findByText('The server does not answer.')).toBeTruthy();
    server.on('POST /v1/notify/channels/post/test', problem(409, 'conflict', { detail: 'the channel is paused' }));
    fireEvent.click(screen.getByRole('button', { name: 'Send a test by post' }));
    expect(await screen.findByText('The channel is paused.')).toBeTruthy();
  });

  it('is shown to an operator without acts', async () => {
    signedIn({ role: 'operator' });
    render(<Told certificates={CERTIFICATES} isOrdered={false} />);
    await screen.findByText('post');
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('nobody is said plainly, more so when browsers are bound, and an owner adds a channel right there', async () => {
    server.on('GET /v1/notify/channels', { json: { channels: [] } });
    server.on('POST /v1/notify/channels', () => {
      server.on('GET /v1/notify/channels', { json: { channels: [{ ...MAIL, name: 'log', kind: 'syslog', to: undefined }] } });
      return { status: 201, json: { ...MAIL, name: 'log' } };
    });
    render(<Told certificates={{ ...CERTIFICATES, bound_until: '2032-01-01T00:00:00Z' }} isOrdered={false} />);
    await screen.findByText('Nobody is told when this certificate needs somebody');
    expect(screen.getByText(/visitors would be locked out/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Add a channel' }));
    const dialog = screen.getByRole('dialog');
    fireEvent.change(within(dialog).getByLabelText('How'), { target: { value: 'syslog' } });
    fireEvent.input(within(dialog).getByLabelText('Name'), { target: { value: 'log' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add the channel' }));
    expect(await screen.findByText('log')).toBeTruthy();
    // Browsers are bound for longer than it lasts: earlier than else.
    expect(screen.getByText(/^Of its end: 30 days before/)).toBeTruthy();
  });

  it('nobody, for an operator, is a matter of an owner', async () => {
    signedIn({ role: 'operator' });
    server.on('GET /v1/notify/channels', { json: { channels: [{ ...MAIL, paused: true }] } });
    render(<Told certificates={CERTIFICATES} isOrdered={false} />);
    await screen.findByText('Nobody is told when this certificate needs somebody');
    expect(screen.getByText('An owner can add a channel.')).toBeTruthy();
    expect(screen.getByText('Nothing is sent there: it is paused.')).toBeTruthy();
  });

  it('somebody, but not of its end, is said as well', async () => {
    server.on('GET /v1/notify/channels', { json: { channels: [{ ...MAIL, events: ['mismatch'] }] } });
    render(<Told certificates={CERTIFICATES} isOrdered={false} />);
    expect(await screen.findByText('Nobody is told before this certificate ends')).toBeTruthy();
    expect(screen.getByText('Not of its end.')).toBeTruthy();
  });
});

import { fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import { Toasts } from '../../ui/toast';
import { bodyOf, draftOf } from './channel_input';
import NotificationsPage from './notifications_page';

const MAIL = { name: 'post', kind: 'email', events: ['failing', 'expiring'], severity: 'warning', paused: false, has_password: true, host: 'mail.example.org', port: 587, security: 'starttls', user: 'gate', from: 'gate@example.org', to: ['a@example.org'] };

let server: Server;
beforeEach(() => {
  cache.clear();
  server = startServer();
  signedIn();
  server.on('GET /v1/notify/channels', { json: { channels: [MAIL] } });
  server.on('GET /v1/notify/log?limit=200', { json: { notifications: [] } });
});

function show(): void {
  render(
    <>
      <NotificationsPage />
      <Toasts />
    </>,
  );
}

describe('a channel', () => {
  it('is tested, and how it went is shown', async () => {
    server.on('POST /v1/notify/channels/post/test', { status: 202, json: { id: 9 } });
    server.on('GET /v1/notify/log?id=9', { json: { notifications: [{ id: 9, deliveries: [{ channel: 'post', state: 'given_up', attempts: 1, problem: 'the server does not answer' }] }] } });
    render(<NotificationsPage />);
    fireEvent.click(await screen.findByRole('button', { name: 'Send a test by post' }));
    await screen.findByText('The test was not taken.');
    expect(screen.getByText('The server does not answer.')).toBeTruthy();
  });

  it('is shown to a viewer without acts', async () => {
    signedIn({ role: 'viewer' });
    render(<NotificationsPage />);
    await screen.findByRole('heading', { name: 'post' });
    expect(screen.queryByRole('button', { name: /test|Change|Remove|Add/ })).toBeNull();
  });

  it('keeps its password when it is changed, and what was typed when that is refused', async () => {
    server.on('GET /v1/notify/channels/post', { json: MAIL, headers: { etag: '"1"' } });
    server.on('PATCH /v1/notify/channels/post', problem(400, 'input', { field: 'password', detail: 'give the password again' }));
    render(<NotificationsPage />);
    fireEvent.click(await screen.findByRole('button', { name: 'Change the channel post' }));
    const dialog = screen.getByRole('dialog');
    fireEvent.input(within(dialog).getByLabelText('Mail server'), { target: { value: 'other.example.org' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Save' }));
    await within(dialog).findByText('Give the password again.');
    expect(within(dialog).getByLabelText<HTMLInputElement>('Mail server').value).toBe('other.example.org');
    expect(server.asked.find((one) => one.method === 'PATCH')?.body).toEqual({ host: 'other.example.org', port: 587, security: 'starttls', user: 'gate', from: 'gate@example.org', to: ['a@example.org'], severity: 'warning', events: ['failing', 'expiring'], digest_hour: null });
  });

  it('is as it was again when its change is taken back', async () => {
    const changed = { ...MAIL, severity: 'critical', digest_hour: 7 };
    server.on('GET /v1/notify/channels/post', { json: MAIL, headers: { etag: '"1"' } });
    server.on('PATCH /v1/notify/channels/post', { json: changed, headers: { etag: '"2"' } });
    show();
    fireEvent.click(await screen.findByRole('button', { name: 'Change the channel post' }));
    fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Save' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    await screen.findByText(/Taken back/);
    const [first, second] = server.asked.filter((one) => one.method === 'PATCH');
    expect(first?.headers['If-Match']).toBe('"1"');
    expect(second?.headers['If-Match']).toBe('"2"');
    expect(second?.body).toEqual({ severity: 'warning', digest_hour: null });
  });

  it('is there again when its removal is taken back, unless a password went with it', async () => {
    const log = { name: 'log', kind: 'syslog', events: ['failing'], severity: 'warning', paused: false, facility: 'local3' };
    server.on('GET /v1/notify/channels', { json: { channels: [MAIL, log] } });
    for (const channel of [MAIL, log]) {
      server.on(`GET /v1/notify/channels/${channel.name}`, { json: channel, headers: { etag: '"1"' } });
      server.on(`DELETE /v1/notify/channels/${channel.name}`, { json: {} });
    }
    server.on('POST /v1/notify/channels', { status: 201, json: log });
    show();
    for (const name of ['post', 'log']) {
      fireEvent.click(await screen.findByRole('button', { name: `Remove the channel ${name}` }));
      fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Remove the channel' }));
      await screen.findByText(`The channel ${name} was removed.`);
    }
    fireEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    await screen.findByText(/Taken back/);
    expect(server.asked.find((one) => one.method === 'POST')?.body).toEqual({ name: 'log', kind: 'syslog', events: ['failing'], severity: 'warning', facility: 'local3' });
  });

  it('of another kind has what belongs to that kind alone', () => {
    const draft = { ...draftOf(undefined), name: 'hook-1', kind: 'webhook' as const, url: ' https://a.example/ ', secret: '0123456789abcdef', digest: '7' };
    expect(bodyOf(draft, true)).toEqual({ name: 'hook-1', kind: 'webhook', url: 'https://a.example/', secret: '0123456789abcdef', severity: 'warning', events: null, digest_hour: 7 });
    expect(bodyOf({ ...draft, kind: 'syslog' }, false)).toEqual({ facility: 'daemon', severity: 'warning', events: null, digest_hour: 7 });
  });
});

import { fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import type { Role } from '../../api/session';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import { Toasts } from '../../ui/toast';
import { startRouter } from '../../router';
import ApplicationPage from './application_page';

const NAME = 'app.example.org';
const ROUTE = { prefix: '/', kind: 'proxy', upstreams: [{ url: 'http://127.0.0.1:8080', weight: 1 }] };
const SITE = {
  name: NAME, aliases: [], routes: [ROUTE], redirect: 'temporary', canonical: false, secure_cookies: false, rewrite_location: true, error_page: '', ladder: [300, 86400, 604800, 2592000, 31536000],
  certificate: { source: 'file', ecdsa: 'x', rsa: null, names: [NAME] }, hsts: { bound_until: null, phase: 'off' }, slot: 0, created: '2026-11-26T00:00:00Z', warnings: [],
};
const URL = `/v1/sites/${NAME}`;
const DRY = `PUT ${URL}?dry_run=true`;
const GUARD = { guard: 'keep-redirect', verdict: 'block', overridable: true, why: 'plain HTTP would not redirect any more', fix: 'release browsers first' };
const DIFFERENCE = { member: 'redirect', before: 'temporary', after: 'permanent' };

let server: Server;

async function show(role: Role = 'owner'): Promise<HTMLTextAreaElement> {
  window.location.hash = `#/sites/${NAME}/application?view=text`;
  startRouter();
  server.on(`GET ${URL}`, { json: SITE, headers: { etag: '"tag-1"' } });
  signedIn({ role });
  render(
    <>
      <ApplicationPage values={{ name: NAME }} />
      <Toasts />
    </>,
  );
  return screen.findByLabelText<HTMLTextAreaElement>(`${NAME} as text`);
}

const type = (area: HTMLTextAreaElement, value: string): void => void fireEvent.input(area, { target: { value } });
const puts = () => server.asked.filter((one) => one.method === 'PUT' && one.url === URL);
const text = () => within(screen.getByRole('form', { name: 'Text' }));
const save = () => text().getByRole<HTMLButtonElement>('button', { name: 'Save' });

beforeEach(() => {
  cache.clear();
  server = startServer();
  server.on('GET /v1/status', { json: { sites: [] } });
  server.on(DRY, { json: { name: NAME, dry_run: true, differences: [DIFFERENCE], guards: [] } });
});

describe('the site as text', () => {
  it('is judged before it is saved, and saved for the state that was shown', async () => {
    const area = await show('operator');
    expect(save().disabled).toBe(true);
    type(area, area.value.replace('temporary', 'permanent'));
    await screen.findByText('1 member would be different.');
    expect(screen.getByText('redirect').closest('li')?.textContent).toContain('now:temporary');
    const dry = server.asked.find((one) => one.url === `${URL}?dry_run=true`);
    expect(dry?.headers['If-Match']).toBe('"tag-1"');
    expect(dry?.body).toEqual({ name: NAME, upstreams: ['http://127.0.0.1:8080'], redirect: 'permanent', canonical: false, secure_cookies: false, rewrite_location: true });
    const saved = { ...SITE, redirect: 'permanent' };
    server.on(`PUT ${URL}`, { json: { ...saved, generation: 2, applied: true }, headers: { etag: '"tag-2"' } });
    server.on(`GET ${URL}`, { json: saved, headers: { etag: '"tag-2"' } });
    fireEvent.click(save());
    await screen.findByText('app.example.org: saved, and served so from now on.');
    expect(puts()[0]).toMatchObject({ body: dry?.body, headers: { 'If-Match': '"tag-1"' } });
    await expect.poll(() => area.value).toContain('redirect: permanent');
    expect(save().disabled).toBe(true);
    server.on(`PATCH ${URL}`, { json: { ...SITE, generation: 3, applied: true }, headers: { etag: '"tag-1"' } });
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await screen.findByText(/Taken back/);
    expect(server.asked.find((one) => one.method === 'PATCH')).toMatchObject({ body: { redirect: 'temporary' }, headers: { 'If-Match': '"tag-2"' } });
  });

  it('is not sent while it cannot be read, and the mistake is told with its line', async () => {
    const area = await show();
    type(area, area.value.replace('redirect: temporary', 'redirct: temporary'));
    expect(text().getByText(/^Line 5:/).textContent).toBe('Line 5: sites[0].redirct There is no such member.Did you mean redirect?');
    expect(area.getAttribute('aria-invalid')).toBe('true');
    fireEvent.click(text().getByRole('button', { name: 'Go to line 5' }));
    expect(area.value.slice(area.selectionStart, area.selectionEnd)).toBe('    redirct: temporary');
    expect(save().disabled).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(server.asked.filter((one) => one.method === 'PUT')).toEqual([]);
  });

  it('has what the server refuses told at its line', async () => {
    const area = await show();
    server.on(DRY, problem(400, 'input', { field: 'upstreams[0]', detail: 'a path has no place here', fix: 'leave it out' }));
    type(area, area.value.replace(':8080', ':8080/path'));
    expect((await screen.findByText(/^Line 4:/)).textContent).toContain('A path has no place here.');
    expect(text().getByText('Leave it out.')).toBeTruthy();
    expect(save().disabled).toBe(true);
  });

  it('says what stands against it, and an owner may save it all the same', async () => {
    const area = await show();
    server.on(DRY, { json: { name: NAME, dry_run: true, differences: [{ ...DIFFERENCE, after: 'off' }], guards: [GUARD] } });
    type(area, area.value.replace('temporary', 'off'));
    await screen.findByText('This would be refused:');
    expect(screen.getByText('Plain HTTP would not redirect any more.')).toBeTruthy();
    server.on(`PUT ${URL}`, problem(409, 'conflict', { detail: 'browsers are bound', guards: [GUARD] }));
    fireEvent.click(save());
    fireEvent.click(await screen.findByRole('button', { name: 'Do it all the same …' }));
    const dialog = screen.getByRole('dialog');
    fireEvent.input(within(dialog).getByLabelText('Reason'), { target: { value: 'given up' } });
    fireEvent.input(within(dialog).getByLabelText(/to confirm/), { target: { value: NAME } });
    server.on(`PUT ${URL}`, { json: { ...SITE, redirect: 'off', generation: 2, applied: true }, headers: { etag: '"tag-2"' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Save all the same' }));
    await screen.findByText('app.example.org: saved, and served so from now on.');
    expect(puts()[1]?.body).toMatchObject({ redirect: 'off', override: { guards: ['keep-redirect'], reason: 'given up', confirm: NAME } });
  });

  it('names what a file says and is not done here', async () => {
    const area = await show();
    type(area, `sites:\n- name: ${NAME}\n  upstreams: [http://127.0.0.1:8080]\n  cert: chain.pem\n  hsts: permanent\n`);
    await screen.findByText('Not done here:');
    expect(screen.getByText(/names files of the machine/)).toBeTruthy();
    expect(screen.getByText(/is a move/)).toBeTruthy();
    await expect.poll(() => server.asked.find((one) => one.url === `${URL}?dry_run=true`)?.body).toEqual({ name: NAME, upstreams: ['http://127.0.0.1:8080'] });
  });

  it('keeps what was typed when somebody else changed the site, and while one looks at the form', async () => {
    const area = await show();
    type(area, area.value.replace('temporary', 'permanent'));
    await screen.findByText('1 member would be different.');
    window.location.hash = `#/sites/${NAME}/application`;
    await screen.findByRole('form', { name: 'Application and routes' });
    server.on(`GET ${URL}`, { json: { ...SITE, canonical: true }, headers: { etag: '"tag-2"' } });
    cache.refetch(URL);
    window.location.hash = `#/sites/${NAME}/application?view=text`;
    await screen.findByRole('form', { name: 'Text' });
    await screen.findByText('Somebody else changed this meanwhile');
    expect(area.value).toContain('redirect: permanent');
    fireEvent.click(text().getByRole('button', { name: 'Show what is there now' }));
    expect(area.value).toContain('canonical: true');
    expect(area.value).toContain('redirect: temporary');
  });

  it('can only be read by a viewer', async () => {
    const area = await show('viewer');
    expect(area.readOnly).toBe(true);
    expect(screen.queryByRole('button', { name: 'Save' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Download' })).toBeTruthy();
  });
});

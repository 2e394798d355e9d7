import { fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import { setLanguage } from '../../i18n';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import { Toasts } from '../../ui/toast';
import PreloadPage from './preload_page';
import { hostOf, namesIn } from './words';

const ADDRESS = 'https://lists.example.org/state.json';
const LIST = { entries: 131_002, pins_only: 3, address: ADDRESS, taken: '2026-11-20T10:00:00Z', confirmed: '2026-11-25T10:00:00Z', trusted_until: '2027-02-03T10:00:00Z', old: false, source_size: 14_852_096, size: 1_700_000, policies: ['bulk-1-year'] };
const HERE = { list: LIST, address: ADDRESS, update_days: 0, next_update: null, running: null, last: null };
const NONE = { ...HERE, list: null };
const RUNNING = { address: ADDRESS, since: '2026-11-26T10:00:00Z', received: 3_200_000 };
const SETTINGS = { tls_profile: 'intermediate', preload: { address: ADDRESS, update_days: 0 }, limits: {} };

let server: Server;
beforeEach(() => {
  cache.clear();
  server = startServer();
  signedIn();
  server.on('GET /v1/preload', { json: HERE });
  server.on('GET /v1/settings', { json: SETTINGS, headers: { etag: '"1"' } });
});

function show(): void {
  render(
    <>
      <PreloadPage />
      <Toasts />
    </>,
  );
}

const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const sent = (method: string): unknown[] => server.asked.filter((one) => one.method === method).map(({ url, body }) => ({ url, body }));

describe('the list', () => {
  it('says what is here of it, and what being on it means', async () => {
    show();
    await screen.findByText('131,002');
    expect(screen.getByText('fresh')).toBeTruthy();
    expect(screen.getByText(/themselves advise against it/)).toBeTruthy();
    expect(screen.getByText(/it never submits a name and never asks for a removal/)).toBeTruthy();
  });

  it('that nobody confirmed for 70 days is said to be old', async () => {
    server.on('GET /v1/preload', { json: { ...HERE, list: { ...LIST, old: true } } });
    show();
    await screen.findByText('old');
    expect(screen.getByText(/Nobody has confirmed this list for 70 days/)).toBeTruthy();
  });

  it('that is not there yet is fetched, and how it ended is said', async () => {
    server.on('GET /v1/preload', { json: NONE });
    show();
    await screen.findByText('There is no list here yet');
    expect(screen.getByText('Names can be looked up once there is a list.')).toBeTruthy();
    server.on('POST /v1/preload/update', { status: 202, json: { ...NONE, running: RUNNING } });
    server.on('GET /v1/preload', { json: { ...HERE, last: { at: '2026-11-26T10:00:05Z', outcome: 'updated' } } });
    fireEvent.click(button('Fetch the list now'));
    await screen.findByText(`Getting the list from ${ADDRESS}: 3.2 MB so far`);
    await screen.findByText('The list is in use: 131,002 entries.');
    expect(sent('POST')).toEqual([{ url: '/v1/preload/update', body: {} }]);
  });

  it('that could not be had is told with what helps', async () => {
    server.on('GET /v1/preload', { json: { ...HERE, last: { at: '2026-11-26T10:00:05Z', outcome: 'refused', detail: `${ADDRESS}: it answers with status 404`, fix: 'give a file' } } });
    show();
    await screen.findByText('The last attempt brought no list');
    expect(screen.getByText(/it answers with status 404/)).toBeTruthy();
    expect(screen.getByText('Give a file.')).toBeTruthy();
  });

  it('is shown to a viewer without acts, to an operator with those that are an operator’s', async () => {
    signedIn({ role: 'viewer' });
    show();
    await screen.findByText('131,002');
    expect(screen.queryByRole('button', { name: /Fetch|Save|Take/ })).toBeNull();
    expect(screen.getByText('Only when somebody asks for it')).toBeTruthy();
    expect(button('Look up')).toBeTruthy();
  });
});

describe('a name', () => {
  it('is looked up: bound by itself, from above, or not', async () => {
    server.on('GET /v1/preload/lookup?name=a.dev&name=own.example.org&name=free.example.org', {
      json: {
        confirmed: LIST.confirmed,
        old: false,
        names: [
          { name: 'a.dev', bound: true, own: false, entry: 'dev', include_subdomains: true, policy: 'public-suffix' },
          { name: 'own.example.org', bound: true, own: true, entry: 'own.example.org', include_subdomains: false, policy: 'something-new' },
          { name: 'free.example.org', bound: false },
        ],
      },
    });
    show();
    await screen.findByText('131,002');
    fireEvent.click(button('Look up'));
    await screen.findByText('Write a name.');
    fireEvent.input(screen.getByLabelText('Names'), { target: { value: ' a.dev, own.example.org free.example.org ' } });
    fireEvent.click(button('Look up'));
    const [above, own, free] = within(await screen.findByRole('list', { name: 'What the list says' })).getAllByRole('listitem');
    expect(above?.textContent).toContain('a.dev is bound: dev is on the list with all names below it.');
    expect(above?.textContent).toContain('by the registry alone');
    expect(own?.textContent).toContain('own.example.org is bound by an entry of its own.');
    expect(own?.textContent).toContain('The name alone');
    expect(own?.textContent).toContain('something-new');
    expect(free?.textContent).toContain('Neither free.example.org nor a name above it');
  });

  it('that is none is told at its field, in French too', async () => {
    await setLanguage('fr');
    server.on('GET /v1/preload/lookup?name=%C3%97', problem(400, 'input', { field: 'name', detail: '"×" is not a name' }));
    show();
    fireEvent.input(await screen.findByLabelText('Noms'), { target: { value: '×' } });
    fireEvent.click(button('Chercher'));
    await screen.findByText(/« × » n’est pas un nom/);
    expect(screen.getByLabelText<HTMLInputElement>('Noms').value).toBe('×');
  });

  it('may be one of several, however they are written', () => {
    expect(namesIn(' a.dev,b.dev;\nc.dev  a.dev ')).toEqual(['a.dev', 'b.dev', 'c.dev']);
    expect([hostOf(ADDRESS), hostOf('no address')]).toEqual(['lists.example.org', 'no address']);
  });
});

describe('where and when', () => {
  it('is changed, and taken back', async () => {
    show();
    fireEvent.input(await screen.findByLabelText('Fetched from'), { target: { value: 'https://mirror.example.org/l' } });
    fireEvent.change(screen.getByLabelText('Fetch it by itself'), { target: { value: '7' } });
    server.on('PATCH /v1/settings', { json: SETTINGS, headers: { etag: '"2"' } });
    fireEvent.click(button('Save'));
    fireEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    await screen.findByText(/Taken back/);
    expect(sent('PATCH').map((one) => (one as { body: unknown }).body)).toEqual([{ preload: { address: 'https://mirror.example.org/l', update_days: 7 } }, { preload: SETTINGS.preload }]);
    expect(server.asked.filter((one) => one.method === 'PATCH').map((one) => one.headers['If-Match'])).toEqual(['"1"', '"2"']);
  });

  it('keeps what was typed when it is refused', async () => {
    server.on('PATCH /v1/settings', problem(400, 'input', { field: 'preload.address', detail: 'it is no address that begins with https:// and a host' }));
    show();
    fireEvent.input(await screen.findByLabelText('Fetched from'), { target: { value: 'http://mirror' } });
    fireEvent.click(button('Save'));
    await screen.findByText('It is no address that begins with https:// and a host.');
    expect(screen.getByLabelText<HTMLInputElement>('Fetched from').value).toBe('http://mirror');
  });
});

describe('a file', () => {
  it('takes the place of the list, also a small one where that is wanted', async () => {
    show();
    const file = new File(['{}'], 'my list.json');
    fireEvent.change(await screen.findByLabelText('Drop the file here, or choose it'), { target: { files: [file] } });
    fireEvent.click(screen.getByLabelText('Take it even if it has far fewer entries'));
    server.on('PUT /v1/preload?name=my%20list.json&force=true', { status: 202, json: { ...HERE, last: { at: '2026-11-26T10:00:05Z', outcome: 'updated' } } });
    fireEvent.click(button('Take this list'));
    await screen.findByText('The list is in use: 131,002 entries.');
    expect(server.asked.find((one) => one.method === 'PUT')?.body).toBe(file);
  });
});

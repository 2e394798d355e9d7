import { fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import type { Subdomain } from '../../api/types';
import { setLanguage } from '../../i18n';
import { startRouter } from '../../router';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import { Toasts } from '../../ui/toast';
import SubdomainsPage from './subdomains_page';
import { outlookOf, shownOf } from './words';

const SITE = 'example.org';
const URL_OF = `/v1/sites/${SITE}/subdomains`;

function named(name: string, more: Partial<Subdomain> = {}): Subdomain {
  return { name: `${name}.${SITE}`, sources: ['typed'], added_at: '2026-11-20T10:00:00Z', last_seen: null, state: 'ready', verdict: 'https', detail: '', fix: '', addresses: ['192.0.2.1'], cname: null, flags: [], looked_at: '2026-11-26T09:00:00Z', sign_off: null, exception: null, ...more };
}

const PLAIN = named('wiki', { state: 'blocking', verdict: 'http_only', detail: 'it answers over plain HTTP, and nobody listens on port 443', fix: 'Give it HTTPS.', sources: ['zone', 'seen'], flags: ['mail_tracking'], cname: 'click.example.net' });
const SILENT = named('printer', { state: 'unknown', verdict: 'internal', flags: ['internal_only'] });
const SIGNED = named('old', { state: 'accepted', verdict: 'dead', sign_off: { by: 'Ben', at: '2026-11-21T10:00:00Z', comment: 'gone since May' } });
const FREED = named('shop', { state: 'accepted', verdict: 'http_only', exception: { reason: 'moves soon', by: 'Ben', at: '2026-11-21T10:00:00Z', until: '2027-01-31T00:00:00Z' } });
const FINE = named('www');

function inventory(names: readonly Subdomain[], more: Record<string, unknown> = {}): Record<string, unknown> {
  const count = (state: string): number => names.filter((one) => one.state === state).length;
  return {
    domain: SITE,
    checked_at: '2026-11-26T09:00:00Z',
    next_check: '2026-12-03T09:00:00Z',
    every_days: 7,
    look: null,
    names,
    next: null,
    summary: { total: names.length, ready: count('ready'), blocking: count('blocking'), accepted: count('accepted'), unknown: count('unknown') },
    ...more,
  };
}

const ALL = inventory([PLAIN, SILENT, SIGNED, FREED, FINE]);
const EMPTY = inventory([], { checked_at: null, next_check: null });

let server: Server;
beforeEach(() => {
  cache.clear();
  server = startServer();
  signedIn({ role: 'operator' });
  server.on(`GET ${URL_OF}?limit=1`, { json: ALL });
  server.on(`GET ${URL_OF}?limit=200`, { json: ALL });
  server.on(`GET ${URL_OF}?limit=200&state=blocking`, { json: { ...ALL, names: [PLAIN] } });
});

function show(query = ''): void {
  window.location.hash = `#/sites/${SITE}/subdomains${query}`;
  startRouter();
  render(
    <>
      <SubdomainsPage values={{ name: SITE }} />
      <Toasts />
    </>,
  );
}

const button = (name: string | RegExp): HTMLElement => screen.getByRole('button', { name });
const bodies = (method: string): unknown[] => server.asked.filter((one) => one.method === method).map((one) => one.body);
async function details(name: string): Promise<HTMLElement> {
  fireEvent.click(await screen.findByRole('button', { name: `Details of ${name}.${SITE}` }));
  return screen.getByRole('dialog');
}

describe('the names below a site', () => {
  it('that would be shut out come first, with why and what helps', async () => {
    show();
    await screen.findByText('1 name would shut its visitors out');
    const table = await screen.findByRole('table', { name: 'Names' });
    expect(within(table).getAllByRole('row')).toHaveLength(2);
    expect(within(table).getByText('It answers over plain HTTP, and nobody listens on port 443.')).toBeTruthy();
    expect(within(table).getByText('Give it HTTPS.')).toBeTruthy();
    expect(within(table).getByText('zone file, asked for by clients')).toBeTruthy();
    expect(within(table).getByText('mail tracking')).toBeTruthy();
    const counts = within(screen.getByRole('list', { name: 'Names by state' })).getAllByRole('link');
    expect(counts.map((one) => one.textContent)).toEqual(['1In the wayvisitors would be shut out', '1Opennothing of the web was seen: somebody has to answer for it', '2Answered forsigned off, or an exception', '1Readyvalid HTTPS']);
    expect(counts[0]?.getAttribute('href')).toBe('#/sites/example.org/subdomains?state=blocking');
  });

  it('are all shown when that is asked for', async () => {
    show('?state=all');
    expect(within(await screen.findByRole('table', { name: 'Names' })).getAllByRole('row')).toHaveLength(6);
  });

  it('are gone through page by page, without an order that one page cannot have', async () => {
    server.on(`GET ${URL_OF}?limit=200`, { json: { ...ALL, names: [PLAIN], next: PLAIN.name } });
    server.on(`GET ${URL_OF}?limit=200&after=wiki.example.org`, { json: { ...ALL, names: [FINE] } });
    show('?state=all');
    fireEvent.click(await screen.findByRole('button', { name: 'Next names' }));
    await screen.findByText(`www.${SITE}`);
    expect(screen.getByText('Page 2')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Name' })).toBeNull();
    fireEvent.click(button('Names before'));
    await screen.findByText(`wiki.${SITE}`);
  });

  it('are looked at, with how far that is', async () => {
    server.on(`POST ${URL_OF}/look`, { status: 202, json: ALL });
    show();
    fireEvent.click(await screen.findByRole('button', { name: 'Look at all names now' }));
    await screen.findByRole('table', { name: 'Names' });
    server.on(`GET ${URL_OF}?limit=1`, { json: { ...ALL, look: { since: '2026-11-26T10:00:00Z', total: 300, done: 12 } } });
    cache.invalidate(() => true);
    await screen.findByText('Looking at the names: 12 of 300');
    expect(button('Look at all names now').getAttribute('aria-disabled')).toBe('true');
  });

  it('are shown to a viewer without acts', async () => {
    signedIn({ role: 'viewer' });
    show('?state=all');
    const dialog = await details('old');
    expect(within(dialog).getByText('gone since May')).toBeTruthy();
    expect(screen.queryByRole('button', { name: /Look at|Add|transfer|Sign|exception|Take/ })).toBeNull();
  });

  it('stand by what the counts say', () => {
    const none = { total: 3, ready: 3, blocking: 0, accepted: 0, unknown: 0 };
    expect([{ ...none, total: 0 }, { ...none, blocking: 1, unknown: 1 }, { ...none, unknown: 1 }, none].map(outlookOf)).toEqual(['empty', 'blocked', 'open', 'clear']);
    expect([shownOf(null, none), shownOf(null, { ...none, blocking: 1 }), shownOf('all', { ...none, blocking: 1 }), shownOf('ready', none), shownOf('nonsense', none)]).toEqual(['all', 'blocking', 'all', 'ready', 'all']);
  });
});

describe('names are taken in', () => {
  beforeEach(() => {
    server.on(`GET ${URL_OF}?limit=1`, { json: EMPTY });
  });

  it('as they are typed, with what became of them', async () => {
    server.on(`POST ${URL_OF}`, { json: { format: 'names', added: 2, known: 1, foreign: 3, passed: 0, left_out: 0, problems_total: 1, problems: [{ line: 4, message: 'no host name' }] } });
    show();
    await screen.findByText('No names below this one are known yet');
    fireEvent.click(button('Add these names'));
    await screen.findByText('Write at least one name.');
    fireEvent.input(screen.getByLabelText('Names'), { target: { value: 'wiki.example.org mail' } });
    fireEvent.click(button('Add these names'));
    await screen.findByText('2 names were added');
    expect(screen.getByText('1 remark on this list')).toBeTruthy();
    expect(screen.getByText('Line 4:').parentElement?.textContent).toBe('Line 4: No host name.');
    expect(screen.getByText('Not below this site').nextElementSibling?.textContent).toBe('3');
    expect(bodies('POST')).toEqual([{ content: 'wiki.example.org mail', format: 'names' }]);
    expect(screen.getByLabelText<HTMLTextAreaElement>('Names').value).toBe('');
  });

  it('and what was typed stays when they are refused', async () => {
    server.on(`POST ${URL_OF}`, problem(409, 'conflict', { detail: 'the site has no names below' }));
    show();
    fireEvent.input(await screen.findByLabelText('Names'), { target: { value: 'mail' } });
    fireEvent.click(button('Add these names'));
    await screen.findByText('The site has no names below.');
    expect(screen.getByLabelText<HTMLTextAreaElement>('Names').value).toBe('mail');
  });

  it('from a file, as what it is said to be', async () => {
    server.on(`POST ${URL_OF}`, { json: { format: 'zone', added: 1, known: 0, foreign: 0, passed: 7, left_out: 4, problems_total: 0, problems: [] } });
    show();
    fireEvent.change(await screen.findByLabelText('What it is'), { target: { value: 'zone' } });
    fireEvent.change(screen.getByLabelText('Drop the file here, or choose it'), { target: { files: [new File(['@ IN SOA'], 'db.example.org')] } });
    await screen.findByText('1 name was added');
    expect(screen.getByText('There was no room for 4 names')).toBeTruthy();
    expect(bodies('POST')).toEqual([{ content: '@ IN SOA', format: 'zone' }]);
  });

  it('from the name server, with a key that is not kept', async () => {
    server.on(`POST ${URL_OF}/transfer`, problem(400, 'input', { field: 'key.secret', detail: 'it is no Base64' }));
    show();
    fireEvent.click(await screen.findByRole('button', { name: 'Zone transfer …' }));
    const dialog = screen.getByRole('dialog');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Fetch the names' }));
    await within(dialog).findByText('Write the IP address of the name server.');
    const fill = (label: string | RegExp, value: string): void => void fireEvent.input(within(dialog).getByLabelText(label), { target: { value } });
    fill('Name server', '192.0.2.53');
    fill(/^Name of the key/, 'transfer');
    fill(/^Secret of the key/, 'c2VjcmV0');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Fetch the names' }));
    await within(dialog).findByText('It is no Base64.');
    expect(bodies('POST')).toEqual([{ server: '192.0.2.53', port: 53, zone: SITE, key: { name: 'transfer', algorithm: 'hmac-sha256', secret: 'c2VjcmV0' } }]);
    server.on(`POST ${URL_OF}/transfer`, { json: { format: 'transfer', added: 12, known: 0, foreign: 0, passed: 0, left_out: 0, problems_total: 0, problems: [] } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Fetch the names' }));
    await screen.findByText('12 names were added');
    fireEvent.click(button('Zone transfer …'));
    expect(within(screen.getByRole('dialog')).getByLabelText<HTMLInputElement>(/^Secret of the key/).value).toBe('');
  });
});

describe('one name', () => {
  const path = (name: string): string => `${URL_OF}/${name}.${SITE}`;

  it('is signed off by whoever knows it', async () => {
    server.on(`PATCH ${path('printer')}`, { json: SILENT });
    show('?state=all');
    const dialog = await details('printer');
    expect(within(dialog).getByText(/It has private addresses alone/)).toBeTruthy();
    fireEvent.input(within(dialog).getByLabelText(/^Comment/), { target: { value: ' the hall’s ' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Sign it off' }));
    await screen.findByText('printer.example.org is signed off.');
    expect(bodies('PATCH')).toEqual([{ sign_off: { comment: 'the hall’s' } }]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('is an exception for a reason and until a day', async () => {
    server.on(`PATCH ${path('wiki')}`, problem(400, 'input', { field: 'exception.until', detail: 'it is in the past' }));
    show();
    const dialog = await details('wiki');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Make the exception' }));
    await within(dialog).findByText('Say in a few words why.');
    fireEvent.input(within(dialog).getByLabelText('Reason'), { target: { value: 'moves in May' } });
    fireEvent.input(within(dialog).getByLabelText(/^Until/), { target: { value: '2026-01-31' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Make the exception' }));
    await within(dialog).findByText('It is in the past.');
    expect(within(dialog).getByLabelText<HTMLTextAreaElement>('Reason').value).toBe('moves in May');
    expect(bodies('PATCH')).toEqual([{ exception: { reason: 'moves in May', until: '2026-01-31' } }]);
  });

  it('is as it was when what was said of it is taken back', async () => {
    for (const name of ['old', 'shop']) server.on(`PATCH ${path(name)}`, { json: FINE });
    show('?state=all');
    fireEvent.click(within(await details('old')).getByRole('button', { name: 'Take the signature back' }));
    await screen.findByText('Taken back for old.example.org.');
    fireEvent.click(within(await details('shop')).getByRole('button', { name: 'End the exception' }));
    await screen.findByText('Taken back for shop.example.org.');
    expect(bodies('PATCH')).toEqual([{ sign_off: null }, { exception: null }]);
  });

  it('is taken out of the list', async () => {
    server.on(`DELETE ${path('wiki')}`, { status: 204 });
    show();
    fireEvent.click(within(await details('wiki')).getByRole('button', { name: 'Take it out' }));
    await screen.findByText('wiki.example.org is not in the list any more.');
  });
});

it('speaks French', async () => {
  await setLanguage('fr');
  show();
  await screen.findByText('1 nom serait fermé à ses visiteurs');
  expect(await screen.findByRole('button', { name: 'Détails de wiki.example.org' })).toBeTruthy();
});

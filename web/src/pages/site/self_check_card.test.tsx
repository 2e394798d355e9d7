import { fireEvent, render, screen } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import { SelfCheckCard } from './self_check_card';

const NAME = 'example.org';
const CHECK = `/v1/sites/${NAME}/check`;
const GOOD = {
  site: NAME,
  state: 'good',
  checked_at: '2026-11-26T08:14:00Z',
  next_check: '2026-11-27T08:14:00Z',
  every_days: 1,
  running: false,
  changed_since: false,
  listed: false,
  matters: false,
  ready_for_preload: true,
  domain: NAME,
  registrable: NAME,
  field: 'max-age=31536000; includeSubDomains',
  policy: 'bulk-1-year',
  errors: [],
  warnings: [],
  findings: [],
};
const SHORT = { code: 'header.preloadable.max_age.below_1_year', summary: 'The promise is shorter than a year (31536000 seconds).', message: 'max-age=300', fix: 'Climb to a year first.', mend: 'permanent' };

let server: Server;
beforeEach(() => {
  cache.clear();
  server = startServer();
  signedIn({ role: 'operator' });
});

function show(check: Record<string, unknown>): void {
  server.on(`GET ${CHECK}`, { json: { ...GOOD, ...check } });
  render(<SelfCheckCard name={NAME} />);
}

const fold = async (title: string): Promise<HTMLDetailsElement | null> => (await screen.findByText(title)).closest('details');

describe('the self-check of a site', () => {
  it('says that nothing was found, and that it might be listed', async () => {
    show({});
    await screen.findByText('Nothing found');
    expect(screen.getByText(/Nothing was found that would keep it from the list/)).toBeTruthy();
    expect(screen.getByRole<HTMLAnchorElement>('link', { name: 'All that is found of this domain' }).getAttribute('href')).toBe('#/check/example.org');
  });

  it('has what was found in sight where it matters, with the way to what mends it', async () => {
    show({ state: 'errors', listed: true, matters: true, ready_for_preload: false, errors: [SHORT] });
    expect((await fold('1 finding'))?.open).toBe(true);
    expect(screen.getByText('on it: errors would take it off after a month')).toBeTruthy();
    expect(screen.getByRole<HTMLAnchorElement>('link', { name: 'To Strict Transport Security of this site' }).getAttribute('href')).toBe('#/sites/example.org/hsts');
  });

  it('has it folded where nobody asked to be listed', async () => {
    show({ state: 'errors', ready_for_preload: false, errors: [SHORT], warnings: [SHORT], findings: [{ ...SHORT, severity: 'note', summary: 'No CAA record.' }, { ...SHORT, severity: 'good' }] });
    expect((await fold('3 findings'))?.open).toBe(false);
  });

  it('that could not be made says why and what to do', async () => {
    show({ state: 'unseen', ready_for_preload: null, sight: 'inside', why: 'the name leads to an address inside', detail: '10.0.0.7', fix: 'say where this machine reaches its sites' });
    await screen.findByText('Cannot be seen from here');
    expect(screen.getByText('The name leads to an address inside.')).toBeTruthy();
    expect(screen.getByText('Say where this machine reaches its sites.')).toBeTruthy();
  });

  it('is made now when that is asked for', async () => {
    show({ state: 'never', checked_at: null, next_check: null, ready_for_preload: null });
    server.on(`POST ${CHECK}`, { status: 202, json: GOOD });
    fireEvent.click(await screen.findByRole('button', { name: 'Look now' }));
    server.on(`GET ${CHECK}`, { json: GOOD });
    await screen.findByText('Nothing found');
  });

  it('tells why it was not made, and stays as it is', async () => {
    show({});
    server.on(`POST ${CHECK}`, problem(409, 'conflict', { detail: 'the site is looked at already' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Look now' }));
    await screen.findByText('The site is looked at already.');
    expect(screen.getByText('Nothing found')).toBeTruthy();
  });

  it('is shown to a viewer without the act, and to nobody for a site without a host name', async () => {
    signedIn({ role: 'viewer' });
    show({ state: 'none', domain: '', checked_at: null });
    await screen.findByText('No host name to look at');
    expect(screen.queryByRole('button')).toBeNull();
  });
});

import { fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import { setLanguage } from '../../i18n';
import { type Server, problem, startServer } from '../../test/server';
import { signedIn } from '../../test/signed_in';
import CheckPage from './check_page';

const SHORT = { code: 'header.preloadable.max_age.below_1_year', summary: 'The promise is shorter than a year (31536000 seconds).', message: 'max-age=300', fix: 'Climb to a year first.', mend: 'permanent' };
const FOUND = { domain: 'example.org', check: 'preloadable', is_site: true, registrable: 'example.org', field: 'max-age=300', errors: [SHORT], warnings: [] };

let server: Server;

function show(name?: string): void {
  signedIn({ role: 'operator' });
  render(<CheckPage values={name === undefined ? {} : { name }} />);
}

const press = (): void => void fireEvent.click(screen.getByRole('button', { name: 'Check' }));

beforeEach(() => {
  cache.clear();
  server = startServer();
});

describe('the check of a domain', () => {
  it('shows what is wrong, what helps, and where in the panel', async () => {
    show('example.org');
    server.on('POST /v1/check', { json: FOUND });
    press();
    await screen.findByText('It would not be taken into the preload list.');
    expect(screen.getByText('The promise is shorter than a year (31536000 seconds).')).toBeTruthy();
    expect(screen.getByText('header.preloadable.max_age.below_1_year')).toBeTruthy();
    expect(screen.getByRole<HTMLAnchorElement>('link', { name: 'To Strict Transport Security of this site' }).getAttribute('href')).toBe('#/sites/example.org/hsts');
    expect(screen.queryByRole('link', { name: /hstspreload\.org/ })).toBeNull();
    expect(server.asked.find((one) => one.method === 'POST')?.body).toEqual({ domain: 'example.org', check: 'preloadable' });
  });

  it('says what being listed means before it leads there, and submits nothing', async () => {
    show();
    fireEvent.input(screen.getByLabelText('Domain'), { target: { value: ' example.org ' } });
    server.on('POST /v1/check', { json: { ...FOUND, is_site: false, errors: [], warnings: [SHORT] } });
    press();
    await screen.findByText('It would be taken into the preload list.');
    expect(screen.getByText(/themselves advise against it/)).toBeTruthy();
    expect(screen.getByRole<HTMLAnchorElement>('link', { name: /hstspreload\.org/ }).href).toBe('https://hstspreload.org/?domain=example.org');
    expect(screen.queryByRole('link', { name: /of this site/ })).toBeNull(); // it is none of ours
  });

  it('asks for a name first, and keeps what was typed when the server refuses', async () => {
    show();
    press();
    await screen.findByText('Write the name of a domain.');
    expect(server.asked.filter((one) => one.method === 'POST')).toEqual([]);
    fireEvent.input(screen.getByLabelText('Domain'), { target: { value: '192.0.2.7' } });
    server.on('POST /v1/check', problem(400, 'input', { field: 'domain', detail: '"192.0.2.7" is not the name of a domain' }));
    press();
    await screen.findByText('"192.0.2.7" is not the name of a domain.');
    expect(screen.getByLabelText<HTMLInputElement>('Domain').value).toBe('192.0.2.7');
  });

  it('asks whether a domain may leave the list', async () => {
    show('example.org');
    fireEvent.click(screen.getByLabelText(/May it leave the list/));
    server.on('POST /v1/check', { json: { ...FOUND, check: 'removable', errors: [] } });
    press();
    await screen.findByText('It would be taken off the preload list.');
    expect(screen.getByRole<HTMLAnchorElement>('link', { name: /hstspreload\.org/ }).href).toBe('https://hstspreload.org/removal/?domain=example.org');
  });

  it('shows what was found beyond the rules, the worst first, and what is good folded', async () => {
    show('example.org');
    const found = (code: string, severity: string, summary: string, mend?: string) => ({ code, severity, summary, message: '', fix: '', mend });
    const findings = [found('a', 'error', 'The certificate ends in two days.', 'certificate'), found('b', 'warning', 'Cookies go out without Secure.', 'cookies'), found('c', 'note', 'No CAA record.'), found('d', 'good', 'The field is on every kind of answer.')];
    server.on('POST /v1/check', { json: { ...FOUND, findings } });
    press();
    await screen.findByRole('heading', { name: 'Beyond the rules of the list' });
    expect(screen.getAllByRole('heading', { level: 4 }).map((one) => one.textContent)).toEqual(['Hurts visitors, now or on a day that is known', 'Should be mended', 'Worth knowing']);
    const worst = within(screen.getByRole('list', { name: 'Hurts visitors, now or on a day that is known' }));
    expect(worst.getByText('The certificate ends in two days.')).toBeTruthy();
    expect(worst.getByRole<HTMLAnchorElement>('link').getAttribute('href')).toBe('#/sites/example.org/certificate');
    expect(within(screen.getByRole('list', { name: 'Should be mended' })).getByRole<HTMLAnchorElement>('link').getAttribute('href')).toBe('#/sites/example.org/application');
    expect(screen.getByText('1 thing is in order').closest('details')?.open).toBe(false);
  });

  it('speaks French, the words of the server too', async () => {
    await setLanguage('fr');
    show('example.org');
    const silent = { code: 'domain.tls.cannot_connect', summary: 'Nobody answers over HTTPS.', message: 'it refuses the connection: nobody listens there', fix: '' };
    server.on('POST /v1/check', { json: { ...FOUND, errors: [SHORT, silent] } });
    fireEvent.click(screen.getByRole('button', { name: 'Vérifier' }));
    await screen.findByText(/La promesse est plus courte qu’un an/);
    expect(screen.getByText(/^Le serveur refuse la connexion\s: personne n’y écoute\.$/)).toBeTruthy();
  });
});

import { fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Census, CensusCounts } from '../../api/types';
import { setLanguage } from '../../i18n';
import { signedIn } from '../../test/signed_in';
import { CensusCard } from './census';

const saved: { name: string; content: Blob }[] = [];
vi.mock('../../lib/save', () => ({ saveAs: (name: string, content: Blob) => void saved.push({ name, content }) }));

const NAME = 'app.example.org';
const NONE: CensusCounts = { requests: 0, redirected: 0, refused: 0, safe: 0, unsafe: 0, methods: [], in_clear: 0, basic: 0, authorization: 0, cookies: 0, bodies: 0, forms: 0, browsers: 0, classes: [], authorization_classes: [] };
const SOME: CensusCounts = {
  ...NONE,
  requests: 1_204, redirected: 1_204, safe: 1_044, unsafe: 160, in_clear: 1_162, basic: 1_150, cookies: 12, bodies: 160, browsers: 31,
  methods: [{ method: 'GET', count: 1_044 }, { method: 'POST', count: 160 }],
  classes: [{ class: 'r', count: 1_150 }, { class: 'chromium', count: 54 }],
  authorization_classes: [{ class: 'curl', count: 1 }, { class: 'r', count: 1_149 }],
};

function show(census: Partial<Census>): void {
  render(<CensusCard census={{ totals: NONE, rung: null, rung_since: null, action: 'redirect', ...census }} name={NAME} />);
}

beforeEach(() => {
  saved.length = 0;
  signedIn({ role: 'operator' });
  return async () => setLanguage('en');
});

describe('what came in clear', () => {
  it('is told with what was readable, the worst first, who sent it and what helps', () => {
    show({ totals: SOME });
    screen.getByText('1,162 of 1,204 requests over plain HTTP carried a password, a cookie or content (96.5%).');
    screen.getByText('Mostly sent by: R scripts and curl.');
    const items = within(screen.getByRole('list', { name: 'What was in clear, and what helps' }));
    expect(items.getAllByRole('heading').map((one) => one.textContent)).toEqual(['Passwords', 'Cookies', 'Content, such as forms and uploads']);
    items.getByText(/then change the password: it was exposed/);
    expect(screen.getByRole('link', { name: 'Choose what becomes of them' }).getAttribute('href')).toBe(`#/sites/${NAME}/application`);
  });

  it('is told since the rung began as well', () => {
    show({ totals: SOME, rung: { ...NONE, requests: 40, in_clear: 12 }, rung_since: '2026-11-25T10:00:00Z' });
    screen.getByText(/^Since the present rung began on Nov 25, 2026.*: 12 such requests of 40\.$/);
    const rows = within(screen.getByRole('table', { name: 'In clear', hidden: true })).getAllByRole('row', { hidden: true });
    expect(rows[0]?.textContent).toContain('Since this rung began');
    expect(rows.map((row) => row.textContent)).toContainEqual(expect.stringContaining('Program: R scripts'));
  });

  it('can be nothing', () => {
    show({ totals: { ...NONE, requests: 3 } });
    screen.getByText('Nothing that came over plain HTTP carried a password, a cookie or content.');
    expect(screen.queryByRole('list')).toBeNull();
  });

  it('is no card where nothing came over plain HTTP', () => {
    show({});
    expect(screen.queryByRole('region')).toBeNull();
  });

  it('says what becomes of it, and a viewer is not asked to choose', () => {
    signedIn({ role: 'viewer' });
    show({ totals: SOME, action: 'refuse' });
    screen.getByText(/^Such requests are refused with an explanation \(403\)/);
    expect(screen.queryByRole('link')).toBeNull();
  });

  it('is taken away as CSV', async () => {
    show({ totals: SOME });
    fireEvent.click(screen.getByRole('button', { name: 'Export as CSV', hidden: true }));
    expect(saved[0]?.name).toBe(`${NAME}-in-clear.csv`);
    const text = new TextDecoder().decode(await saved[0]?.content.arrayBuffer());
    expect(text).toContain('Passwords,1150\r\n');
    expect(text).toContain('Method POST,160\r\n');
    expect(text).toContain('"Program, with a password or token: R scripts",1149\r\n');
  });

  it('is told in French', async () => {
    await setLanguage('fr');
    show({ totals: SOME });
    screen.getByText(/^1.162 requêtes sur 1.204 par HTTP en clair portaient un mot de passe/);
  });
});

import { render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { setLanguage } from '../../i18n';
import { type Reading, agreementOf } from './agreement';
import type { Check } from './check_page';
import { CheckResult } from './check_result';

type Found = NonNullable<Check['findings']>[number];

const YEAR_S = 31_536_000;
const FIELD = 'max-age=63072000; includeSubDomains; preload';
const CHECK: Check = { domain: 'example.org', check: 'preloadable', is_site: true, registrable: 'example.org', field: FIELD, errors: [], warnings: [] };

function reading(client: string, more: Partial<Reading> = {}): Reading {
  return { client, is_checker: false, taken: true, max_age_s: 2 * YEAR_S, include_subdomains: true, preload: false, issues: [], ...more };
}

const ALIKE: Reading[] = [
  reading('RFC 6797', { preload: true }),
  reading('Chromium', { max_age_s: YEAR_S }), // it remembers nothing for longer
  reading('Firefox'),
  reading('curl'),
  reading('hstspreload.org', { is_checker: true, preload: true }),
  reading('HTTP Observatory', { is_checker: true, preload: true }),
];
const IGNORED = { taken: false, max_age_s: null, include_subdomains: false } as const;
// max-age=300; includeSubDomains=1
const DIFFERENT: Reading[] = [
  reading('RFC 6797', IGNORED),
  reading('Chromium', IGNORED),
  reading('Firefox', IGNORED),
  reading('curl', { max_age_s: 300 }),
  reading('hstspreload.org', { is_checker: true, max_age_s: 300, include_subdomains: false, issues: ['header.parse.invalid.include_sub_domains'] }),
  reading('HTTP Observatory', { is_checker: true, max_age_s: 300, include_subdomains: false, issues: ['hsts-implemented-max-age-less-than-six-months', 'hsts-of-tomorrow'] }),
];

const found = (code: string, severity: Found['severity'], score: number | undefined, more: Partial<Found> = {}): Found => ({ code, severity, summary: `Of ${code}.`, message: '', fix: '', ...(score !== undefined && { score }), ...more });
const SHORT = found('observatory.hsts-implemented-max-age-less-than-six-months', 'warning', -10, { summary: 'The Observatory finds the promise too short.', message: 'max-age=300', fix: 'Climb to six months (15552000 seconds) or more, a rung at a time.', mend: 'permanent' });
const RESULTS: Found[] = [
  found('observatory.cookies-session-without-secure-flag', 'warning', -40, { mend: 'cookies' }),
  SHORT,
  found('cookie.not_secure', 'warning', undefined),
  found('observatory.redirection-to-https', 'good', 0),
  found('content.good', 'good', undefined),
];

const show = (more: Partial<Check>): unknown => render(<CheckResult found={{ ...CHECK, ...more }} />);
const fold = (heading: string): HTMLDetailsElement | null => screen.getByRole('heading', { name: heading, hidden: true }).closest('details');
const tableOf = (heading: string) => within(screen.getByRole('table', { name: heading, hidden: true }));
const rowOf = (table: ReturnType<typeof tableOf>, name: RegExp) => within(table.getByRole('rowheader', { name, hidden: true }).closest('tr') ?? document.body);
// The columns' names stand before the values, for narrow screens.
const cellsOf = (table: ReturnType<typeof tableOf>, name: RegExp): string[] => rowOf(table, name).getAllByRole('cell', { hidden: true }).map((cell) => cell.querySelector('.table-value')?.textContent ?? '');

describe('whether all read a field alike', () => {
  const at = (client: number, more: Partial<Reading>): Reading[] => ALIKE.map((one, index) => (index === client ? { ...one, ...more } : one));
  it.each<[string, readonly Reading[], string]>([
    ['all remember the same, as long as they remember anything', ALIKE, 'alike'],
    ['nobody takes it', ALIKE.map((one) => ({ ...one, ...IGNORED })), 'ignored'],
    ['one ignores it', at(2, IGNORED), 'different'],
    ['one forgets it sooner', at(3, { max_age_s: 300 }), 'different'],
    ['one leaves the subdomains out', at(1, { include_subdomains: false }), 'different'],
    ['a checker misses the word preload', at(4, { preload: false }), 'different'],
    ['a checker finds a fault that browsers do not mind', at(5, { ...IGNORED, issues: ['hsts-header-invalid'] }), 'different'],
    ['only codes differ', at(5, { issues: ['hsts-implemented-max-age-less-than-six-months'] }), 'alike'],
    ['nobody was asked', [], 'alike'],
  ])('%s', (_, readings, agreement) => {
    expect(agreementOf(readings)).toBe(agreement);
  });
});

describe('the table of readings', () => {
  const NAME = 'How the field is read';

  it('is folded where all agree, and says so', () => {
    show({ readings: ALIKE });
    expect(fold(NAME)?.open).toBe(false);
    expect(screen.getByText('all read it alike')).toBeTruthy();
    const table = tableOf(NAME);
    expect(table.getAllByRole('rowheader', { hidden: true }).length).toBe(6);
    expect(cellsOf(table, /^RFC 6797/)).toEqual(['heeded', '2 years (63072000 s)with subdomainswith preload']);
    expect(cellsOf(table, /^Chromium/)).toEqual(['heeded', '1 year (31536000 s)with subdomainspreload: not looked for']);
    expect(cellsOf(table, /^hstspreload\.org/)).toEqual(['valid', '2 years (63072000 s)with subdomainswith preload']);
  });

  it('is open where they differ, with what the checkers say in words where there are any', () => {
    show({ readings: DIFFERENT, findings: [SHORT], warnings: [{ code: 'header.parse.invalid.include_sub_domains', summary: 'includeSubDomains has a value.', message: '', fix: '' }] });
    expect(fold(NAME)?.open).toBe(true);
    expect(screen.getByText('they differ')).toBeTruthy();
    const table = tableOf(NAME);
    expect(cellsOf(table, /^Firefox/)).toEqual(['ignored', '']);
    expect(cellsOf(table, /^curl/)).toEqual(['heeded', '5 minutes (300 s)with subdomainspreload: not looked for']);
    expect(cellsOf(table, /^hstspreload\.org/)[0]).toBe('with remarksincludeSubDomains has a value. header.parse.invalid.include_sub_domains');
    expect(cellsOf(table, /^HTTP Observatory/)[0]).toBe('with remarksThe Observatory finds the promise too short. hsts-implemented-max-age-less-than-six-monthshsts-of-tomorrow');
  });

  it('is folded where nobody takes the field, which stands among the findings', () => {
    show({ readings: DIFFERENT.map((one) => ({ ...one, ...IGNORED })) });
    expect(fold(NAME)?.open).toBe(false);
    expect(screen.getByText('nobody takes it')).toBeTruthy();
  });

  it('says that max-age=0 is forgotten, and gives no number that JSON cannot hold', () => {
    show({ readings: [reading('RFC 6797', { max_age_s: 18_446_744_073_709_552_000 }), reading('curl', { max_age_s: 0 })] });
    const table = tableOf(NAME);
    expect(cellsOf(table, /^RFC 6797/)[1]).toMatch(/^[\d,]+ years \d+ dayswith subdomainswithout preload$/);
    expect(cellsOf(table, /^curl/)[1]).toMatch(/^forgotten at once \(0 s\)/);
  });

  it.each([
    ['where no field came', { readings: [] }],
    ['where it is about removal', {}],
  ])('is not there %s', (_, more) => {
    show(more);
    expect(screen.queryByRole('table', { hidden: true })).toBeNull();
    expect(screen.queryByText(NAME)).toBeNull();
  });
});

describe('the results of the Observatory', () => {
  const NAME = 'MDN’s HTTP Observatory';

  it('are folded, with the sum in sight, and not among the other findings', () => {
    show({ findings: RESULTS });
    expect(fold(NAME)?.open).toBe(false);
    expect(within(screen.getByRole('heading', { name: NAME }).closest('summary') ?? document.body).getByText('-50 points')).toBeTruthy();
    const others = within(screen.getByRole('list', { name: 'Should be mended' }));
    expect(others.getAllByRole('listitem').length).toBe(1);
    expect(others.getByText('Of cookie.not_secure.')).toBeTruthy();
    expect(screen.getByText('1 thing is in order')).toBeTruthy();
  });

  // Their own list, with the tests' names in their order.
  const items = () => within(screen.getByRole('list', { name: NAME, hidden: true })).getAllByRole('listitem', { hidden: true });
  const names = () => items().map((item) => within(item).getByRole('heading', { hidden: true }).textContent);

  it('say each test by its name, what came of it, what helps and where, and what it counts', () => {
    show({ findings: RESULTS });
    expect(names()).toEqual(['Strict-Transport-Security', 'Redirection', 'Cookies']);
    const [hsts, redirection, cookies] = items().map((item) => within(item));
    for (const text of [SHORT.summary, SHORT.message, SHORT.fix, SHORT.code, '-10 points']) expect(hsts?.getByText(text)).toBeTruthy();
    expect(hsts?.getByRole<HTMLAnchorElement>('link', { hidden: true }).getAttribute('href')).toBe('#/sites/example.org/hsts');
    expect(redirection?.getByText('0 points')).toBeTruthy();
    expect(cookies?.getByText('-40 points')).toBeTruthy();
    expect(screen.getByText('Together: -50 points.')).toBeTruthy();
  });

  it('say what is added with its sign, and a test that is not known here by its code', () => {
    show({ findings: [found('observatory.of-tomorrow', 'note', -5), found('observatory.hsts-preloaded', 'good', 5), found('observatory.cookies-secure-with-httponly-sessions-and-samesite', 'good', 5)] });
    expect(names()).toEqual(['Strict-Transport-Security', 'Cookies', 'observatory.of-tomorrow']);
    expect(screen.getAllByText('+5 points').length).toBe(3); // two tests, and the sum
    expect(screen.getByText('Together: +5 points.')).toBeTruthy();
  });

  it('are not there where none of its tests was made', () => {
    show({ findings: [found('content.good', 'good', undefined)] });
    expect(screen.queryByText(NAME)).toBeNull();
  });
});

describe('both', () => {
  beforeEach(async () => {
    await setLanguage('fr');
  });

  it('speak French', async () => {
    show({ readings: DIFFERENT, findings: RESULTS });
    expect(fold('Comment l’en-tête est lu')?.open).toBe(true);
    expect(cellsOf(tableOf('Comment l’en-tête est lu'), /^curl/)).toEqual(['suivi', '5 minutes (300 s)avec les sous-domainespreload : non cherché']);
    const list = within(screen.getByRole('list', { name: 'L’HTTP Observatory de MDN', hidden: true }));
    expect(await list.findByText('L’Observatory trouve la promesse trop courte.')).toBeTruthy();
    expect(list.getByText('0 point')).toBeTruthy();
  });
});

import { render, screen } from '@testing-library/preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { cache } from '../../api/cache';
import type { Forecast } from '../../api/types';
import { i18nNow, setLanguage } from '../../i18n';
import { exactly } from '../../test/clients';
import { startServer } from '../../test/server';
import { ForecastCard, ForecastOf } from './forecast';
import { forecastShort, forecastWords } from './forecast_words';

const UNTIL = '2026-12-26T17:51:00Z';
const SOME: Forecast = { share_percent: 62, clients: exactly(62), of: exactly(100), until: UNTIL, exact: true, reach: 'own', week: 'this' };

beforeEach(() => {
  cache.clear();
  return async () => setLanguage('en');
});

describe('if the certificate failed now', () => {
  it.each<[Partial<Forecast>, RegExp]>([
    [{}, /now, 62% of this week’s visitors could not get in, the last until Dec 26, 2026.*\d\.$|now, 62% of this week’s visitors could not get in, the last until Dec 26, 2026.* PM\.$/],
    [{ exact: false, week: 'last' }, /now, at most 62% of last week’s visitors could not get in, the last until Dec 26/],
    [{ reach: 'above', exact: false }, /now, at most 62% .*: a name above binds this one as well\.$/],
    [{ reach: 'preload', until: null }, /now, 62% of this week’s visitors could not get in, nor could anybody new .* for good/],
    [{ reach: 'preload', until: null, clients: exactly(0), share_percent: null }, /nobody could get in whose browser has the name on its preload list/],
    [{ until: null, clients: exactly(0), share_percent: 0 }, /nobody would be locked out/],
    [{ clients: exactly(0), of: exactly(0), share_percent: null }, /how many that are is not known/],
    [{ clients: exactly(0), share_percent: 0 }, /none of this week’s visitors would be locked out/],
  ])('with %o says so', (forecast, said) => expect(forecastWords(i18nNow(), { ...SOME, ...forecast })).toMatch(said));

  it('is short where the date stands already, and nothing where there is nothing to tell', () => {
    expect(forecastShort(i18nNow(), { ...SOME, exact: false })).toBe('binds at most 62% of this week’s visitors');
    expect(forecastShort(i18nNow(), { ...SOME, clients: exactly(0), share_percent: 0 })).toBe('');
  });

  it('is a sentence and a bar, and says what to see to', () => {
    render(<ForecastCard forecast={{ ...SOME, clients: { count: 62, error: 8 } }} />);
    screen.getByText('62 ± 8');
    screen.getByText('38 ± 8');
    screen.getByText(/cannot click a warning away/);
  });

  it('of nobody has no bar', () => {
    render(<ForecastCard forecast={{ ...SOME, clients: exactly(0), share_percent: 0, until: null }} />);
    expect(screen.queryByRole('list')).toBeNull();
  });

  it('is told of a site by its name', async () => {
    startServer().on('GET /v1/status', { json: { sites: [{ name: 'other.example', forecast: { ...SOME, share_percent: 1 } }, { name: 'app.example', forecast: SOME }] } });
    render(<ForecastOf name="app.example" />);
    await screen.findByText(/62% of this week’s visitors/);
  });

  it('is told in French', async () => {
    await setLanguage('fr');
    expect(forecastWords(i18nNow(), { ...SOME, exact: false })).toMatch(/^Si le certificat tombait en panne maintenant, au plus 62.% des visiteurs de cette semaine ne pourraient pas entrer, le dernier jusqu’au 26 déc/);
  });
});

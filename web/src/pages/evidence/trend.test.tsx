import { fireEvent, render, screen } from '@testing-library/preact';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RungTrend } from '../../api/types';
import { i18nNow, setLanguage } from '../../i18n';
import { exactly } from '../../test/clients';
import { TrendCard, trendWords } from './trend';

const saved: { name: string; content: Blob }[] = [];
vi.mock('../../lib/save', () => ({ saveAs: (name: string, content: Blob) => void saved.push({ name, content }) }));

const rung = (seconds: number, http: number | null, more: Partial<RungTrend> = {}): RungTrend => ({
  since: `2026-11-0${Math.min(9, seconds % 7 + 1)}T09:12:00Z`, until: null, max_age_s: seconds, https_requests: 100, http_requests: 4, http_percent: http,
  clients: { http: exactly(310), redirected: exactly(305), stranded: { count: 9, error: 4 } }, stranded_percent: 3,
  ...more,
});
const [FIRST, SECOND] = [rung(300, 4.1, { since: '2026-11-01T09:12:00Z', until: '2026-11-02T09:12:00Z' }), rung(604_800, 1.2, { since: '2026-11-02T09:12:00Z', stranded_percent: null })];

beforeEach(() => {
  saved.length = 0;
  return async () => setLanguage('en');
});

describe('from rung to rung', () => {
  it.each([
    [[FIRST, SECOND], 'The share of plain HTTP fell from 4.1% while 5 minutes was promised to 1.2% while 1 week is.'],
    [[SECOND, FIRST], /^The share of plain HTTP rose from 1\.2% .* to 4\.1% while 5 minutes is\./],
    [[FIRST, rung(86_400, 4.1001)], 'The share of plain HTTP is the same as at the beginning: 4.1%.'],
    [[FIRST], /^Only one rung/],
    [[rung(86_400, null), FIRST], /^Only one rung/],
  ])('%# is told in a sentence', (trend, said) => expect(trendWords(i18nNow(), trend)).toMatch(said));

  it('is a table with a bar for each share, and nothing where nothing is known', () => {
    render(<TrendCard trend={[FIRST, SECOND]} name="app.example.org" />);
    const rows = screen.getAllByRole('row').slice(1).map((row) => [...row.querySelectorAll('.table-value')].map((cell) => cell.textContent));
    expect(rows.map((row) => [row[0], ...row.slice(2, 5)])).toEqual([['5 minutes', '4.1%', '3%', '9 ± 4'], ['1 week', '1.2%', '', '9 ± 4']]);
  });

  it('is taken away as CSV, in seconds and with moments', async () => {
    render(<TrendCard trend={[FIRST]} name="app.example.org" />);
    fireEvent.click(screen.getByRole('button', { name: 'Export as CSV' }));
    expect(saved[0]?.name).toBe('app.example.org-rungs.csv');
    expect(new TextDecoder().decode(await saved[0]?.content.arrayBuffer())).toContain('300,2026-11-01T09:12:00Z,2026-11-02T09:12:00Z,4.1,3,9,4,305,0,310,0,4,100');
  });

  it('is no card while nothing was promised', () => {
    render(<TrendCard trend={[]} name="app.example.org" />);
    expect(screen.queryByRole('region')).toBeNull();
  });

  it('is told in French', async () => {
    await setLanguage('fr');
    expect(trendWords(i18nNow(), [FIRST, SECOND])).toMatch(/^La part du HTTP en clair a baissé de 4,1.%/);
  });
});

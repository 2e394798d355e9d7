import { fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Coverage } from '../../api/types';
import { setLanguage } from '../../i18n';
import { exactly } from '../../test/clients';
import { CoverageCard } from './coverage';
import { WEEK_S, weeksOf } from './weeks';

vi.mock('uplot', () => ({
  default: class {
    valToPos(value: number): number {
      return value;
    }
    setCursor(): void {}
    setSize(): void {}
    destroy(): void {}
  },
}));
const saved: { name: string; content: Blob }[] = [];
vi.mock('../../lib/save', () => ({ saveAs: (name: string, content: Blob) => void saved.push({ name, content }) }));

const NAME = 'app.example.org';
const WEEKS: Coverage['weeks'] = [
  { week: '2026-11-23', https: { count: 1_840, error: 166 }, returning_percent: 38, classes: [{ class: 'firefox', count: 1_000, error: 120 }, { class: 'newer_than_this', count: 840, error: 110 }] },
  { week: '2026-11-09', https: exactly(12), returning_percent: null, classes: [] },
];
const RUNG: NonNullable<Coverage['rung']> = { since: '2026-11-24T10:00:00Z', https: exactly(215), busiest_week: false, returning_percent: 22, classes_missing: [] };

const show = (coverage: Partial<Coverage>): void => void render(<CoverageCard coverage={{ weeks: WEEKS, rung: null, ...coverage }} name={NAME} />);

beforeEach(() => {
  saved.length = 0;
  vi.stubGlobal('matchMedia', () => new EventTarget());
  vi.stubGlobal('ResizeObserver', class {
    observe(): void {}
    disconnect(): void {}
  });
  return async () => setLanguage('en');
});

describe('the weeks', () => {
  it('are some at least, of which nothing is known before the first', () => {
    const { moments, weeks, knownFrom } = weeksOf(WEEKS);
    expect(moments).toHaveLength(6);
    expect(weeks.map((week) => week?.https.count)).toEqual([undefined, undefined, undefined, 12, undefined, 1_840]);
    expect(knownFrom).toBe(Date.parse('2026-11-09T00:00:00Z') / 1000);
    expect(moments.every((at, i) => i === 0 || at - (moments[i - 1] ?? 0) === WEEK_S)).toBe(true);
  });

  it('are none where none is known', () => expect(weeksOf([]).moments).toEqual([]));
});

describe('who has tried it', () => {
  it('is told since the rung began', () => {
    show({ rung: RUNG });
    screen.getByText(/^Since the present rung began on Nov 24, 2026.*, 215 different clients came over HTTPS\. 22% of them came on two days or more\.$/);
  });

  it('is told by the busiest week of a long rung', () => {
    show({ rung: { ...RUNG, busiest_week: true, returning_percent: null } });
    screen.getByText(/^In the busiest week .*: at least so many have tried it\.\s*$/);
  });

  it('names the programs that stay away', () => {
    show({ rung: { ...RUNG, classes_missing: [{ class: 'collect', last_seen: '2026-11-23', days: 12, of_days: 14, missed_days: 3 }] } });
    screen.getByText('One kind of program has stayed away since the rung began');
    screen.getByText('ODK Collect and KoboCollect: came on 12 of 14 days before, last on Nov 23, 2026, and on none of the 3 days since.');
  });

  it('is read week by week', () => {
    show({});
    expect(screen.getByRole('img').getAttribute('aria-label')).toBe('Different clients over HTTPS, by day: at most 1,840 on Nov 23, 2026.'.replace('by day', 'week by week'));
    const slider = screen.getByRole<HTMLInputElement>('slider');
    expect(slider.getAttribute('aria-valuetext')).toBe('Nov 23, 2026: 1,840 ± 166 clients, 38% of them on two days or more');
    fireEvent.input(slider, { target: { value: '3' } });
    expect(slider.getAttribute('aria-valuetext')).toBe('Nov 9, 2026: 12 clients');
    fireEvent.input(slider, { target: { value: '4' } });
    expect(slider.getAttribute('aria-valuetext')).toBe('Nov 16, 2026: not known');
  });

  it('is taken away as CSV', async () => {
    show({});
    fireEvent.click(within(screen.getByText('As a table').closest('details') as HTMLElement).getByRole('button', { hidden: true, name: 'Export as CSV' }));
    expect(saved[0]?.name).toBe(`${NAME}-weeks.csv`);
    expect(new TextDecoder().decode(await saved[0]?.content.arrayBuffer())).toContain('2026-11-23,1840,166,38\r\n');
  });

  it('can be nobody yet', () => {
    show({ weeks: [] });
    screen.getByText('Nobody who came over HTTPS has been noted yet.');
    expect(screen.queryByRole('img')).toBeNull();
  });

  it('is told in French', async () => {
    await setLanguage('fr');
    show({ rung: RUNG });
    screen.getByText(/^Depuis le début de cet échelon, le 24 nov\. 2026.*, 215 clients différents sont venus par HTTPS/);
  });
});

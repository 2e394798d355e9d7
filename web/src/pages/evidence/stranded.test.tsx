import { fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClientsDay, SiteEvidence } from '../../api/types';
import { setLanguage } from '../../i18n';
import { clientsDay, exactly } from '../../test/clients';
import { Stranded } from './stranded';

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
const TODAY = '2026-11-26';
const BUSY: Partial<ClientsDay> = {
  https: { count: 1_840, error: 166 },
  http: exactly(61),
  redirected: exactly(60),
  arrived: exactly(52),
  waiting: exactly(1),
  stranded: exactly(7),
  stranded_classes: [{ class: 'curl', count: 2, error: 0 }, { class: 'firefox', count: 4, error: 0 }, { class: 'newer_than_this', count: 1, error: 0 }],
  stranded_ipv6: exactly(2),
  networks: [{ network: '10.20.0.0/16', count: 6, error: 0 }, { network: null, count: 1, error: 0 }],
};

function show(clients: ClientsDay[]): void {
  const evidence = { name: NAME, since: '2026-11-20T00:00:00Z', until: `${TODAY}T13:00:00Z`, step: 'hour', known_from: null, totals: {}, failures: [], buckets: [], clients } as unknown as SiteEvidence;
  render(<Stranded evidence={evidence} name={NAME} />);
}

const rowsOf = (caption: string): (string | null)[][] => within(screen.getByRole('table', { name: caption })).getAllByRole('row').map((row) => [...row.querySelectorAll('.table-value')].map((cell) => cell.textContent));

beforeEach(() => {
  saved.length = 0;
  vi.stubGlobal('matchMedia', () => new EventTarget());
  vi.stubGlobal('ResizeObserver', class {
    observe(): void {}
    disconnect(): void {}
  });
  return async () => setLanguage('en');
});

describe('who would be locked out', () => {
  it('is told in a sentence, with what they are, where, and what to do', () => {
    show([clientsDay(TODAY, BUSY)]);
    screen.getByText('7 of 60 clients that were sent to HTTPS never arrived (11.7%).');
    expect(screen.getByText(/^Today so far/).textContent).toBe('Today so far (Nov 26, 2026)');
    expect(rowsOf('What they are').slice(1)).toEqual([['Firefox', '4', '57.1%'], ['curl', '2', '28.6%'], ['newer_than_this', '1', '14.3%']]);
    expect(rowsOf('Where they are').slice(1)).toEqual([['10.20.0.0/16', '6', '85.7%'], ['all others', '1', '14.3%']]);
    expect(rowsOf('By kind of address').slice(1)).toEqual([['IPv4', '5', '71.4%'], ['IPv6', '2', '28.6%']]);
    screen.getByText(/^Browsers are people\./);
    screen.getByText(/^Scripts and programs:/);
    expect(screen.queryByText(/^Crawlers/)).toBeNull();
    screen.getAllByText('1,840 ± 166');
  });

  it('of a sample is told with how far off it may be', () => {
    show([clientsDay(TODAY, { ...BUSY, redirected: { count: 1_000, error: 90 }, stranded: { count: 100, error: 30 } })]);
    screen.getByText('100 ± 30 of 1,000 ± 90 clients that were sent to HTTPS never arrived (between 7% and 13%).');
    screen.getByText(/^The thin lines show/);
  });

  it.each([
    [{}, 'No client came over plain HTTP: nobody is missing.'],
    [{ http: exactly(3) }, /^3 clients came over plain HTTP and none was sent to HTTPS/],
    [{ http: exactly(3), redirected: exactly(3), arrived: exactly(3) }, 'Nobody is missing: all 3 clients that were sent to HTTPS arrived.'],
    [{ http: exactly(3), redirected: exactly(3), arrived: exactly(1), waiting: exactly(2) }, 'Nobody is missing so far: of 3 clients that were sent to HTTPS, 1 arrived, and 2 are on the way.'],
  ])('%# can be nobody', (day, said) => {
    show([clientsDay(TODAY, day)]);
    screen.getByText(said);
    expect(screen.queryByRole('heading', { name: 'What to do' })).toBeNull();
  });

  it('is nothing where no day was noted', () => {
    show([]);
    expect(screen.queryByRole('region')).toBeNull();
  });

  it('begins with the newest day that has something to tell, and another can be chosen', () => {
    show([clientsDay(TODAY), clientsDay('2026-11-25', BUSY), clientsDay('2026-11-20', { ...BUSY, stranded: exactly(1) })]);
    screen.getByText(/^7 of 60/);
    const choice = screen.getByLabelText<HTMLSelectElement>('Day (UTC)');
    expect([...choice.options].map((option) => option.text)).toEqual(['Today so far (Nov 26, 2026)', 'Nov 25, 2026', 'Nov 20, 2026']);
    fireEvent.change(choice, { target: { value: '2026-11-20' } });
    screen.getByText('1 of 60 clients that were sent to HTTPS never arrived (1.7%).');
    fireEvent.change(choice, { target: { value: TODAY } });
    screen.getByText(/^No client came over plain HTTP/);
  });

  it('is told day by day, in pictures that say what they show, to be read with the keys', () => {
    show([clientsDay(TODAY, BUSY), clientsDay('2026-11-24', { ...BUSY, stranded: exactly(9) })]);
    expect(screen.getAllByRole('img').map((one) => one.getAttribute('aria-label'))).toEqual(['Never arrived, by day: at most 9 on Nov 24, 2026.', 'Arrived over HTTPS, by day: at most 52 on Nov 24, 2026.']);
    const slider = screen.getByRole<HTMLInputElement>('slider', { name: 'Read the picture' });
    expect(slider.getAttribute('aria-valuetext')).toBe('Nov 26, 2026: 7 never arrived, 52 arrived');
    fireEvent.input(slider, { target: { value: '5' } });
    expect(slider.getAttribute('aria-valuetext')).toBe('Nov 25, 2026: not known');
  });

  it('is taken away as CSV, with how far off each number may be in a column of its own', async () => {
    show([clientsDay(TODAY, BUSY), clientsDay('2026-11-24', { stranded: { count: 40, error: 12 } })]);
    fireEvent.click(screen.getByRole('button', { name: 'Export as CSV', hidden: true }));
    expect(saved[0]?.name).toBe(`${NAME}-clients.csv`);
    const lines = new TextDecoder().decode(await saved[0]?.content.arrayBuffer()).split('\r\n');
    expect(lines[0]).toContain('Day (UTC),Never arrived,Never arrived: may be off by,Sent to HTTPS,');
    expect(lines.slice(1, 3).map((line) => line.split(',').slice(0, 5))).toEqual([[TODAY, '7', '0', '60', '0'], ['2026-11-24', '40', '12', '0', '0']]);
  });

  it('is told in French', async () => {
    await setLanguage('fr');
    show([clientsDay(TODAY, BUSY)]);
    screen.getByText(/^7 clients sur 60 envoyés vers HTTPS ne sont jamais arrivés/);
  });
});

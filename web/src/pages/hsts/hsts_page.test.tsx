import { fireEvent, render, screen, within } from '@testing-library/preact';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { cache } from '../../api/cache';
import { type Role, session } from '../../api/session';
import { setLanguage } from '../../i18n';
import { type Server, problem, startServer } from '../../test/server';
import { eventually } from '../../test/wait';
import { Toasts } from '../../ui/toast';
import HstsPage from './hsts_page';

// jsdom has no canvas: what would be drawn is what counts.
const plots = vi.hoisted(() => [] as unknown[][]);
vi.mock('uplot', () => ({
  default: class {
    constructor(...drawn: unknown[]) {
      plots.push(drawn);
    }
    setSize(): void {}
    destroy(): void {}
  },
}));

function drawing(): unknown[][] {
  plots.length = 0;
  vi.stubGlobal('matchMedia', () => Object.assign(new EventTarget(), { matches: true }));
  vi.stubGlobal('ResizeObserver', class {
    observe(): void {}
    disconnect(): void {}
  });
  return plots;
}

const NAME = 'app.example.org';
const OFF = {
  wish: { mode: 'off', max_age: 0, include_subdomains: false, preload: false },
  phase: 'off', field: null, certificate_bounds_until: null, renewals_seen: 0, bound_until: null, bound_until_chromium: null,
  subdomains_bound_until: null, preload_sent: false, ladder: [300, 86_400, 31_536_000], next_max_age: null, dwell_until: null, moves: ['start'], held_back: null,
};
const TRIAL = {
  ...OFF, wish: { mode: 'hold', max_age: 300, include_subdomains: false, preload: false, since: '2026-11-26T12:00:00Z' }, phase: 'trial', field: 'max-age=300',
  bound_until: '2099-01-01T00:00:00Z', bound_until_chromium: '2099-01-01T00:00:00Z', next_max_age: 86_400, dwell_until: '2026-11-26T12:05:00Z', moves: ['climb', 'permanent', 'include-subdomains-on', 'release'],
};
const releasing = () => ({ ...OFF, wish: { ...OFF.wish, mode: 'release' }, phase: 'releasing', field: 'max-age=0', bound_until: new Date(Date.now() + 90_061_000).toISOString(), bound_until_chromium: null, moves: ['start'] });
const GOOD = { guard: 'served', verdict: 'pass', overridable: true, seen: '2026-11-26T12:00:00Z', why: 'it is served' };
const SOFT = { guard: 'ports', verdict: 'block', overridable: true, why: 'HTTPS is on port 18643', fix: 'use ports 80 and 443' };
const FIRM = { guard: 'clock', verdict: 'block', overridable: false, why: 'the clock is in doubt', fix: 'look at it' };

let server: Server;

function show(hsts: unknown, moves: Record<string, unknown>, role: Role = 'owner'): void {
  server.on(`GET /v1/sites/${NAME}`, { json: { name: NAME, hsts }, headers: { etag: '"tag-1"' } });
  server.on(`GET /v1/sites/${NAME}/guards`, { json: { name: NAME, moves } });
  session.set({ state: 'signed_in', account: { name: 'Anna', role, language: '', totp: false, passkeys: 0 }, csrf: 'secret', expires_s: 3600, door: 'loopback' });
  render(
    <>
      <HstsPage values={{ name: NAME }} />
      <Toasts />
    </>,
  );
}

const judged = (...guards: { guard: string; verdict: string; why: string }[]) => ({ verdict: guards.some((one) => one.verdict === 'block') ? 'block' : 'pass', guards });
const moved = () => server.asked.filter((one) => one.method === 'POST');
const START = { name: 'Start enabling Strict Transport Security' };

beforeEach(() => {
  cache.clear();
  server = startServer();
  server.on(`GET /v1/audit?site=${NAME}&limit=10`, { json: { entries: [] } });
  server.on(`GET /v1/sites/${NAME}/ledger`, { json: { names: [{ name: NAME, bound_until: null, bound_until_chromium: null, subdomains_bound_until: null, entries: [] }] } });
});

describe('what helps against a guard', () => {
  it('is a link where the panel can do it', async () => {
    const redirect = { guard: 'redirect', verdict: 'warn', overridable: true, why: 'nothing is redirected', fix: 'redirect them' };
    show(OFF, { start: judged(redirect, GOOD) });
    const row = (await screen.findByRole('heading', { name: 'Plain HTTP leads to HTTPS' })).closest('li');
    expect(row === null ? '' : within(row).getByRole('link').getAttribute('href')).toBe(`#/sites/${NAME}/application`);
  });

  it('is words alone where it cannot', async () => {
    show(OFF, { start: judged(SOFT) });
    const row = (await screen.findByRole('heading', { name: 'The usual ports, 80 and 443' })).closest('li');
    expect(row === null ? 1 : within(row).queryAllByRole('link').length).toBe(0);
  });
});

describe('a site without promises', () => {
  it('says what will be promised before it is, and starts with one press', async () => {
    show(OFF, { start: judged(GOOD) });
    await screen.findByText('1 is good', { selector: '.badge span' });
    expect(screen.getByText(/refuse plain HTTP for app\.example\.org for 5 minutes after its last visit, at least until/)).toBeTruthy();
    server.on(`POST /v1/sites/${NAME}/hsts/moves`, { json: { name: NAME, guards: [GOOD], hsts: TRIAL, generation: 2, applied: true } });
    server.on(`GET /v1/sites/${NAME}`, { json: { name: NAME, hsts: TRIAL }, headers: { etag: '"tag-2"' } });
    fireEvent.click(screen.getByRole('button', START));
    expect(await screen.findByText('app.example.org now sends “max-age=300”.')).toBeTruthy();
    expect(moved()[0]?.body).toEqual({ move: 'start' });
    expect(moved()[0]?.headers['If-Match']).toBe('"tag-1"');
    expect(moved()[0]?.headers['Idempotency-Key']).toMatch(/^[0-9a-f]{32}$/);
    expect(await screen.findByText('max-age=300', { selector: 'code' })).toBeTruthy();
    expect(screen.queryByRole('button', START)).toBeNull();
  });

  it.each(['stranded', 'traffic', 'coverage', 'reports'])('leads from the guard %s to the evidence that it goes by', async (guard) => {
    show(OFF, { start: judged({ guard, verdict: 'warn', why: '9 browsers never arrived' }) });
    expect((await screen.findByRole('link', { name: 'Look at the evidence' })).getAttribute('href')).toBe(`#/sites/${NAME}/evidence`);
  });

  it('leads from why a climb by itself is held back to the evidence', async () => {
    show({ ...TRIAL, wish: { ...TRIAL.wish, mode: 'auto', target: 86_400 }, held_back: '9 browsers never arrived' }, {});
    await screen.findByText(/9 browsers never arrived/);
    expect(screen.getByRole('link', { name: 'Look at the evidence' }).getAttribute('href')).toBe(`#/sites/${NAME}/evidence`);
  });

  it('tells whom a certificate that fails would lock out, where somebody is bound', async () => {
    server.on('GET /v1/status', { json: { sites: [{ name: NAME, forecast: { share_percent: 62, clients: { count: 62, error: 0 }, of: { count: 100, error: 0 }, until: '2099-01-01T00:00:00Z', exact: false, reach: 'own', week: 'this' } }] } });
    show(TRIAL, {});
    await screen.findByText(/^If the certificate failed now, at most 62% of this week’s visitors could not get in/);
  });

  it('leads from what is judged by traffic to what came', async () => {
    show(OFF, { start: judged({ guard: 'http-census', verdict: 'warn', why: '9 percent come over plain HTTP' }, { guard: 'ports', verdict: 'warn', why: 'it is port 8443' }) });
    const list = await screen.findByRole('list', { name: /What was checked for “Start/ });
    const links = within(list).getAllByRole('link', { name: 'Look at the evidence' });
    expect(links.map((link) => link.getAttribute('href'))).toEqual([`#/sites/${NAME}/evidence`]);
  });

  it('has nothing to press before it is known what stands against it', async () => {
    let answer: (reply: { json: unknown }) => void = () => undefined;
    server.on(`GET /v1/sites/${NAME}`, { json: { name: NAME, hsts: OFF }, headers: { etag: '"tag-1"' } });
    session.set({ state: 'signed_in', account: { name: 'Anna', role: 'owner', language: '', totp: false, passkeys: 0 }, csrf: 'secret', expires_s: 3600, door: 'loopback' });
    server.on(`GET /v1/sites/${NAME}/guards`, () => new Promise((resolve) => (answer = resolve)));
    render(<HstsPage values={{ name: NAME }} />);
    const button = await screen.findByRole<HTMLButtonElement>('button', START);
    expect(button.disabled).toBe(true);
    expect(screen.getByText(/Looking at app\.example\.org from outside/)).toBeTruthy();
    answer({ json: { name: NAME, moves: { start: judged(GOOD) } } });
    await eventually(() => expect(button.disabled).toBe(false));
  });

  it('that is blocked says why and what helps, and is open to an owner by typed name and reason', async () => {
    show(OFF, { start: judged(SOFT, GOOD) });
    const list = await screen.findByRole('list', { name: /What was checked for “Start/ });
    expect(within(list).getByText('HTTPS is on port 18643.')).toBeTruthy();
    expect(within(list).getByText('Use ports 80 and 443.')).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', START).disabled).toBe(true);
    fireEvent.click(screen.getByRole('button', { name: /Do it all the same/ }));
    const dialog = screen.getByRole('dialog');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Override and do it' }));
    expect(within(dialog).getByText('Say in a few words why.')).toBeTruthy();
    expect(moved()).toEqual([]);
    server.on(`POST /v1/sites/${NAME}/hsts/moves`, problem(409, 'conflict', { detail: 'another one is against it', guards: [FIRM] }));
    fireEvent.input(within(dialog).getByLabelText('Reason'), { target: { value: 'ten people, all asked' } });
    fireEvent.input(within(dialog).getByLabelText(/to confirm/), { target: { value: NAME } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Override and do it' }));
    expect((await within(dialog).findByRole('alert')).textContent).toContain('The clock is in doubt.');
    expect(moved()[0]?.body).toEqual({ move: 'start', override: { guards: ['ports'], reason: 'ten people, all asked', confirm: NAME } });
    expect(within(dialog).getByLabelText<HTMLTextAreaElement>('Reason').value).toBe('ten people, all asked');
  });

  it('that is blocked by what nobody may override offers no way around it', async () => {
    show(OFF, { start: judged(FIRM, SOFT) });
    await screen.findByText('The clock is in doubt.');
    expect(screen.queryByRole('button', { name: /Do it all the same/ })).toBeNull();
    expect(screen.getByText(/Not everything that blocks can be overridden/)).toBeTruthy();
  });

  it('offers an operator no override, and a viewer no act', async () => {
    show(OFF, { start: judged(SOFT) }, 'operator');
    await screen.findByText('An owner can override this, with a reason.');
    expect(screen.queryByRole('button', { name: /Do it all the same/ })).toBeNull();
    session.set({ state: 'signed_in', account: { name: 'Vera', role: 'viewer', language: '', totp: false, passkeys: 0 }, csrf: '', expires_s: 3600, door: 'loopback' });
    await eventually(() => expect(screen.queryByRole('button', START)).toBeNull());
    expect(screen.getByText('HTTPS is on port 18643.')).toBeTruthy();
  });
});

describe('an attempt without an answer', () => {
  it('keeps its key when it is repeated, and gets another one after an answer', async () => {
    show(OFF, { start: judged(GOOD) });
    await screen.findByText('1 is good', { selector: '.badge span' });
    const press = async (): Promise<void> => {
      fireEvent.click(screen.getByRole('button', START));
      await screen.findByRole('alert');
    };
    server.on(`POST /v1/sites/${NAME}/hsts/moves`, () => Promise.reject(new TypeError('no network')));
    await press();
    server.on(`POST /v1/sites/${NAME}/hsts/moves`, problem(412, 'changed'));
    await press();
    await eventually(() => expect(moved()).toHaveLength(2));
    await screen.findByText('It was refused.');
    await press();
    await eventually(() => expect(moved()).toHaveLength(3));
    const keys = moved().map((one) => one.headers['Idempotency-Key']);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });
});

describe('what was looked at', () => {
  it('is looked at again when one asks for it, and the button says that it goes on', async () => {
    show(OFF, { start: judged(FIRM) });
    const again = await screen.findByRole('button', { name: 'Look again' });
    let answer: (reply: { json: unknown }) => void = () => undefined;
    server.on(`GET /v1/sites/${NAME}/guards`, () => new Promise((resolve) => (answer = resolve)));
    fireEvent.click(again);
    await eventually(() => expect(again.getAttribute('aria-disabled')).toBe('true'));
    answer({ json: { name: NAME, moves: { start: judged(GOOD) } } });
    await eventually(() => expect(screen.getByRole<HTMLButtonElement>('button', START).disabled).toBe(false));
  });
});

describe('a site on trial', () => {
  it('is made permanent only by who types its name', async () => {
    show(TRIAL, { permanent: judged(GOOD), climb: judged(GOOD) });
    await screen.findAllByText('1 is good', { selector: '.badge span' });
    fireEvent.click(screen.getByRole('button', { name: 'Make Strict Transport Security permanent' }));
    const dialog = screen.getByRole('dialog', { name: `Make it permanent for ${NAME}?` });
    fireEvent.input(within(dialog).getByLabelText(/to confirm/), { target: { value: 'app.example' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Make Strict Transport Security permanent' }));
    expect(within(dialog).getByText(`Type exactly: ${NAME}`)).toBeTruthy();
    expect(moved()).toEqual([]);
    server.on(`POST /v1/sites/${NAME}/hsts/moves`, { json: { name: NAME, guards: [], hsts: TRIAL, generation: 3, applied: false, reason: 'no gateway' } });
    fireEvent.input(within(dialog).getByLabelText(/to confirm/), { target: { value: NAME } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Make Strict Transport Security permanent' }));
    expect(await screen.findByText(/takes effect as soon as the gateway takes it over/)).toBeTruthy();
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('tells what stands against both acts only once', async () => {
    show(TRIAL, { permanent: judged(SOFT), climb: judged(SOFT, { ...SOFT, guard: 'dwell', why: 'held for a minute only' }) });
    expect(await screen.findAllByText('HTTPS is on port 18643.')).toHaveLength(1);
    expect(screen.getByText('What stands against the act above stands against this one, too.')).toBeTruthy();
    expect(screen.getByText('Held for a minute only.')).toBeTruthy();
  });

  it('stands on its rung in the picture', async () => {
    show(TRIAL, {});
    const ladder = await screen.findByRole('list', { name: 'The ladder' });
    const here = within(ladder).getAllByRole('listitem').filter((item) => item.getAttribute('aria-current') === 'step');
    expect(here.map((item) => item.textContent)).toEqual([expect.stringContaining('5 minutes')]);
  });

  it('speaks French, with what the server says marked as English', async () => {
    await setLanguage('fr');
    show(TRIAL, { permanent: judged(SOFT) });
    expect(await screen.findByRole('button', { name: 'Rendre Strict Transport Security permanent' })).toBeTruthy();
    expect(screen.getByText('HTTPS is on port 18643.').getAttribute('lang')).toBe('en');
  });
});

describe('on a phone', () => {
  it('the acts of the stage are in sight, and what comes later or explains is folded', async () => {
    vi.stubGlobal('matchMedia', () => Object.assign(new EventTarget(), { matches: false }));
    show(TRIAL, { permanent: judged(SOFT, { ...GOOD, guard: 'traffic', verdict: 'warn', why: 'nobody has tried it' }), climb: judged(GOOD) });
    await screen.findByText('HTTPS is on port 18643.');
    const folded = (element: Element): boolean => element.closest('details:not([open])') !== null;
    for (const act of ['Make Strict Transport Security permanent', 'Climb to 1 day now', 'Release browsers']) expect(folded(screen.getByRole('button', { name: act })), act).toBe(false);
    expect(folded(screen.getByText(/^Every browser that visits will refuse plain HTTP for app\.example\.org for 1 day/))).toBe(false);
    expect(folded(screen.getByText('HTTPS is on port 18643.'))).toBe(false);
    expect(folded(screen.getByText('Nobody has tried it.'))).toBe(true);
    expect(folded(screen.getByRole('button', { name: 'Include subdomains' }))).toBe(true);
    expect(folded(screen.getByRole('list', { name: 'The ladder' }))).toBe(true);
    expect(screen.queryByRole('table', { name: 'History' })).toBeNull();
    expect(server.asked.some((one) => one.url.startsWith('/v1/audit'))).toBe(false);
  });
});

describe('a release', () => {
  it('asks once, and then counts down to the moment when the last browser is free', async () => {
    show(TRIAL, { release: judged(GOOD) });
    fireEvent.click(await screen.findByRole('button', { name: 'Release browsers' }));
    const dialog = screen.getByRole('dialog', { name: `Release the browsers of ${NAME}?` });
    expect(within(dialog).queryByLabelText(/to confirm/)).toBeNull();
    const hsts = releasing();
    server.on(`POST /v1/sites/${NAME}/hsts/moves`, { json: { name: NAME, guards: [], hsts, generation: 3, applied: true } });
    server.on(`GET /v1/sites/${NAME}`, { json: { name: NAME, hsts }, headers: { etag: '"tag-2"' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Release browsers' }));
    expect((await screen.findByRole('timer')).textContent).toMatch(/^1 day 01:0\d:\d\d$/);
  });
});

describe('the ledger', () => {
  const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
  const entry = { max_age: 604_800, include_subdomains: false, preload: false, from: at(-86_400), to: null, bound_until: at(604_800 + 7_200), over: false };

  it('says when the last browser would be free, draws it, and has the numbers in a table', async () => {
    const drawn = drawing();
    server.on(`GET /v1/sites/${NAME}/ledger`, { json: { names: [{ name: NAME, bound_until: entry.bound_until, bound_until_chromium: null, subdomains_bound_until: null, entries: [entry] }] } });
    show(TRIAL, {});
    expect(await screen.findByText(/^If browsers were released now, the last one would be free in 7 days 2 hours, at/)).toBeTruthy();
    expect(screen.getByRole('img', { name: /How long it takes until the last browser is free/ })).toBeTruthy();
    await eventually(() => expect(drawn).toHaveLength(1));
    const table = screen.getByRole('table', { name: 'How long it takes until the last browser is free' });
    expect(within(table).getAllByRole('row').at(-1)?.textContent).toContain('everybody is free');
    expect(within(screen.getByRole('table', { name: 'Everything that could have been promised' })).getByText('1 week')).toBeTruthy();
  });

  it('says free only when the server does', async () => {
    show(TRIAL, {});
    expect(await screen.findByText(/^The last browser is free at/)).toBeTruthy();
    expect(screen.queryByText(/everybody is free/i)).toBeNull();
  });

  it('of a site that never promised anything says that everybody is free', async () => {
    show(OFF, {});
    expect(await screen.findByText('Nothing was ever promised, so everybody is free.')).toBeTruthy();
  });
});

describe('the history', () => {
  it('stays to be read, with the focus at its button, while more of it is fetched', async () => {
    const entries = Array.from({ length: 10 }, (_, i) => ({ id: 20 - i, at: '2026-11-26T12:00:00Z', actor: 'strictgate', act: 'hsts.climb', site: NAME, outcome: 'done', before: null, after: null, guards: [], override: null, reason: null }));
    server.on(`GET /v1/audit?site=${NAME}&limit=10`, { json: { entries } });
    let answer: (reply: { json: unknown }) => void = () => undefined;
    server.on(`GET /v1/audit?site=${NAME}&limit=50`, () => new Promise((resolve) => (answer = resolve)));
    show(TRIAL, {});
    const more = await screen.findByRole('button', { name: 'Show more than these 10' });
    more.focus();
    fireEvent.click(more);
    await eventually(() => expect(more.getAttribute('aria-disabled')).toBe('true'));
    expect(screen.getAllByText('Climbed')).toHaveLength(10);
    expect(document.activeElement).toBe(more);
    answer({ json: { entries: [...entries, ...entries.map((entry) => ({ ...entry, id: entry.id - 10 }))] } });
    await eventually(() => expect(screen.getAllByText('Climbed')).toHaveLength(20));
  });

  it('says who did what, from where to where, what was refused, and why something was overridden', async () => {
    const entry = { id: 2, at: '2026-11-26T12:00:00Z', actor: 'account Anna', act: 'hsts.start', site: NAME, outcome: 'done', before: OFF.wish, after: TRIAL.wish, guards: [], override: 'ports', reason: 'all asked' };
    server.on(`GET /v1/audit?site=${NAME}&limit=10`, { json: { entries: [entry, { ...entry, id: 1, actor: 'strictgate', act: 'hsts.climb', outcome: 'refused', override: null, reason: 'too early' }] } });
    show(TRIAL, {});
    const table = await screen.findByRole('table', { name: 'History' });
    const [, first, second] = within(table).getAllByRole('row');
    expect(first?.textContent).toContain('Started');
    expect(first?.textContent).toContain('Off → 5 minutes');
    expect(first?.textContent).toContain('Overridden: The usual ports, 80 and 443. Reason: all asked');
    expect(second?.textContent).toContain('Strictgate, by itself');
    expect(second?.textContent).toContain('refused');
    expect(second?.textContent).toContain('too early');
  });
});

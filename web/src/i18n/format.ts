// Dates, durations and numbers in a language, by Intl.
export interface Format {
  number: (value: number) => string;
  signed: (value: number) => string; // +5; -20; 0
  percent: (value: number) => string;
  bytes: (size: number) => string;
  date: (at: string | Date) => string; // 8 Dec 2026
  dateTime: (at: string | Date) => string; // 8 Dec 2026, 14:05
  time: (at: string | Date) => string; // 14:05
  span: (from: string | Date, to: string | Date) => string; // 8 Dec 2026, 14:00 – 15:00
  utcDate: (at: string | Date) => string; // 8 Dec 2026, of a day as UTC counts it
  zone: () => string; // of this browser: Europe/Paris (GMT+1)
  relative: (at: string | Date, now?: Date) => string; // in 12 days
  duration: (seconds: number) => string; // 1 year; 2 days 3 hours
  list: (items: readonly string[]) => string; // a, b and c
}

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;
const WEEK_S = 7 * DAY_S;
// As max-age counts a year.
const YEAR_S = 365 * DAY_S;

type Unit = 'year' | 'week' | 'day' | 'hour' | 'minute' | 'second';
const UNITS: readonly (readonly [Unit, number])[] = [
  ['year', YEAR_S],
  ['day', DAY_S],
  ['hour', HOUR_S],
  ['minute', MINUTE_S],
  ['second', 1],
];

// At most two units, the second not more than the first can bear: nobody wants the seconds of a year.
export function partsOf(seconds: number): [Unit, number][] {
  const whole = Math.max(0, Math.round(seconds));
  if (whole === WEEK_S) return [['week', 1]];
  const at = UNITS.findIndex(([, size]) => whole >= size);
  const [first, size] = UNITS[at] ?? ['second', 1];
  const count = Math.floor(whole / size);
  const next = UNITS[at + 1];
  if (at < 0 || next === undefined) return [['second', whole]];
  const rest = Math.floor((whole - count * size) / next[1]);
  return rest === 0 ? [[first, count]] : [[first, count], [next[0], rest]];
}

// The unit in which a distance in time is told: coarse enough to be taken in at a glance.
function distanceOf(seconds: number): [number, Intl.RelativeTimeFormatUnit] {
  const size = Math.abs(seconds);
  if (size < MINUTE_S) return [Math.trunc(seconds), 'second'];
  if (size < HOUR_S) return [Math.trunc(seconds / MINUTE_S), 'minute'];
  if (size < 2 * DAY_S) return [Math.trunc(seconds / HOUR_S), 'hour'];
  if (size < 2 * YEAR_S) return [Math.trunc(seconds / DAY_S), 'day'];
  return [Math.trunc(seconds / YEAR_S), 'year'];
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

// The browser's own variant of the language where it has one: dates in British English are not those in American.
export function localeOf(language: string, wanted: readonly string[]): string {
  return wanted.find((wish) => wish.toLowerCase().split('-')[0] === language) ?? language;
}

export function createFormat(language: string): Format {
  const number = new Intl.NumberFormat(language);
  const signed = new Intl.NumberFormat(language, { signDisplay: 'exceptZero' });
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const date = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric' });
  const dateTime = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
  const utcDate = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  const offset = new Intl.DateTimeFormat(language, { timeZoneName: 'short' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const list = new Intl.ListFormat(language, { type: 'conjunction' });
  const inUnit = (value: number, unit: string, display: 'long' | 'short' = 'long'): string =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: display, maximumFractionDigits: 1 }).format(value);

  return {
    number: (value) => number.format(value),
    signed: (value) => signed.format(value),
    percent: (value) => percent.format(value),
    bytes(size) {
      let value = size;
      let at = 0;
      while (value >= 1000 && at < BYTE_UNITS.length - 1) {
        value /= 1000;
        at += 1;
      }
      return inUnit(value, BYTE_UNITS[at] ?? 'byte', 'short');
    },
    date: (at) => date.format(new Date(at)),
    dateTime: (at) => dateTime.format(new Date(at)),
    time: (at) => time.format(new Date(at)),
    span: (from, to) => dateTime.formatRange(new Date(from), new Date(to)),
    utcDate: (at) => utcDate.format(new Date(at)),
    zone() {
      const { timeZone } = time.resolvedOptions();
      const said = offset.formatToParts(new Date()).find((part) => part.type === 'timeZoneName')?.value ?? timeZone;
      return said === timeZone ? timeZone : `${timeZone} (${said})`;
    },
    relative: (at, now = new Date()) => relative.format(...distanceOf((new Date(at).getTime() - now.getTime()) / 1000)),
    duration: (seconds) => partsOf(seconds).map(([unit, value]) => inUnit(value, unit)).join(' '),
    list: (items) => list.format(items),
  };
}

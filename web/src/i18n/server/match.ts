// Whether a text is one of a format, and with which values: every way of cutting it that fits.
import type { Format, Value } from './entry';

// Texts are a few hundred characters long; what needs more steps than this is not worth the reader's time.
const STEPS_MAX = 2_000;
const NUMBER = { whole: /-?\d+/y, real: /-?\d+(?:\.\d+)?/y };

export type Accepts = (value: Value, text: string) => boolean;

// So many ways say that there are too many.
export const WAYS_MAX = 8;

export function match(format: Format, text: string, accepts: Accepts): readonly (readonly string[])[] {
  const { literals, values } = format;
  const found: string[][] = [];
  const taken: string[] = [];
  let steps = 0;

  // Where the value that begins there can end; behind it the next literal has to stand.
  function* endsOf(value: Value, start: number, next: string, last: boolean): Generator<number> {
    if (value.words !== undefined) {
      for (const word of Object.keys(value.words)) if (text.startsWith(word, start)) yield start + word.length;
    } else if (value.kind !== 'text') {
      const number = NUMBER[value.kind];
      number.lastIndex = start;
      const digits = number.exec(text);
      if (digits !== null) yield start + digits[0].length;
    } else if (last) {
      const end = text.length - next.length;
      if (end > start) yield end;
    } else {
      // An empty literal is everywhere, and past the end as well.
      for (let end = text.indexOf(next, start + 1); end > start; end = end < text.length ? text.indexOf(next, end + 1) : -1) yield end;
    }
  }

  function go(at: number, start: number): void {
    const value = values[at];
    if (value === undefined) {
      if (start === text.length) found.push([...taken]);
      return;
    }
    const next = literals[at + 1] ?? '';
    const last = at === values.length - 1;
    for (const end of endsOf(value, start, next, last)) {
      if (found.length >= WAYS_MAX || ++steps > STEPS_MAX) return;
      if (!text.startsWith(next, end) || (last && end + next.length !== text.length)) continue;
      const part = text.slice(start, end);
      if (!accepts(value, part)) continue;
      taken.push(part);
      go(at + 1, end + next.length);
      taken.pop();
    }
  }

  const first = literals[0] ?? '';
  if (!text.startsWith(first)) return [];
  go(0, first.length);
  return steps > STEPS_MAX ? [] : found;
}

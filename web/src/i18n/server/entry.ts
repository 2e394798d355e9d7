// A text of the server, made ready to be found in what it said: the literal parts of its format, and between them its
// values. tools/server-texts writes the keys and says what an entry may have.
import type { Plural } from '../message';

export type Words = Readonly<Record<string, Readonly<Record<string, string>>>>;
export type Entry = string | (Partial<Plural> & { readonly text?: string; readonly count?: number; readonly words?: Words });
export type Catalogue = Readonly<Record<string, Entry>>;

export interface Value {
  kind: 'text' | 'whole' | 'real';
  // One of these and nothing else, with what stands for it.
  words: Readonly<Record<string, string>> | undefined;
  // What stands behind a colon, in brackets or in quotation marks may be prose of somebody else's; elsewhere that would mean
  // that the text is another one.
  open: boolean;
}

export interface Format {
  key: string;
  entry: Entry;
  literals: readonly string[]; // one more than there are values
  values: readonly Value[];
  weight: number; // how much of it is literal: of two that fit, the more specific one
}

const CONVERSION = /%(?:[sdf]|%)/g;
const OPENS = /(?:: |[("'“])$/;

// Full stops at the end are a matter of where the text is shown.
export function withoutStop(text: string): string {
  let end = text.length;
  while (text[end - 1] === '.') end -= 1;
  return text.slice(0, end);
}

export function formatOf(key: string, entry: Entry): Format {
  const words = typeof entry === 'string' ? undefined : entry.words;
  const literals: string[] = [];
  const values: Value[] = [];
  let literal = '';
  let at = 0;
  for (const found of key.matchAll(CONVERSION)) {
    literal += key.slice(at, found.index);
    at = found.index + found[0].length;
    if (found[0] === '%%') {
      literal += '%';
      continue;
    }
    values.push({
      kind: found[0] === '%s' ? 'text' : found[0] === '%d' ? 'whole' : 'real',
      words: words?.[String(values.length + 1)],
      open: OPENS.test(literal),
    });
    literals.push(literal);
    literal = '';
  }
  literals.push(withoutStop(literal + key.slice(at)));
  return { key, entry, literals, values, weight: literals.join('').length };
}

const WORD = /[A-Za-z]+/g;

export function wordsIn(text: string): string[] {
  return text.match(WORD) ?? [];
}

// The words that stand in every text of this format, whatever its values are.
export function wordsOf(format: Format): string[] {
  return format.literals.flatMap((literal, at) => {
    let sure = literal;
    if (at > 0) sure = sure.replace(/^[A-Za-z]+/, ''); // may be the end of a word, as the s of "%d name%s"
    if (at < format.literals.length - 1) sure = sure.replace(/[A-Za-z]+$/, '');
    return wordsIn(sure);
  });
}

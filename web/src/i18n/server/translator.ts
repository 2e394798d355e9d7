// From a text of the server to the reader's language. The texts of the catalogue are found by a word that few of them have;
// of those that fit, the most specific one is taken. Values are put in as they are, but for moments, spans of time, and
// texts of the catalogue themselves. What is not known stays English, and says so.
import type { Format as Show } from '../format';
import { isPlural, textOf } from '../message';
import { type Catalogue, type Entry, type Format, type Value, formatOf, withoutStop, wordsIn, wordsOf } from './entry';
import { WAYS_MAX, match } from './match';

export interface Piece {
  text: string;
  english: boolean;
}
// Undefined: nothing in it is known.
export type ServerTranslate = (text: string) => readonly Piece[] | undefined;

export interface ServerLanguage {
  language: string;
  colon: string; // what stands between a reason and its cause
  catalogue: Catalogue;
}

// Nothing that the server says of itself is longer; a page of it is somebody else's.
const TEXT_SIZE_MAX = 2_000;
// Of texts within texts that one is taken apart into: what needs more is made to.
const PARTS_MAX = 1_000;
const KEPT_MAX = 1_000;

const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(:\d\d)?(?: UTC|Z))?$/;
const SPAN = /^(\d+) (second|minute|hour|day|week|month|year)s?$/;
// Two words of English next to each other. Names, paths, and codes have none.
const PROSE = /(?:^|[\s(])[a-z']+,? [a-z']+(?=[\s,.:;?!)]|$)/;

// And three are a sentence of somebody's, for a screen reader to read as English.
const SENTENCE = /(?:^|[\s(])[a-z']+,? [a-z']+,? [a-z']+(?=[\s,.:;?!)]|$)/;

function isProse(text: string): boolean {
  return PROSE.test(text.replace(/"[^"]*"/g, '"'));
}

// "One. Two." is two sentences; "e.g. two" and "1.2 is" are none.
function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const end of text.matchAll(/[.?!]["”)]? (?=["“(]?[A-Z])/g)) {
    const behind = end.index + end[0].length;
    if (text.slice(start, behind).split('"').length % 2 === 0) continue; // within a quotation
    sentences.push(text.slice(start, behind - 1));
    start = behind;
  }
  return [...sentences, text.slice(start)];
}

function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const before = result[result.length - 1];
    if (piece.text === '') continue;
    if (before?.english === piece.english) result[result.length - 1] = { ...piece, text: before.text + piece.text };
    else result.push(piece);
  }
  return result;
}

// What is shown for a text, and how many characters of it no entry accounts for: values that stay as they are.
interface Shown {
  pieces: readonly Piece[];
  rest: number;
}

const known = (text: string): Shown => ({ pieces: [{ text, english: false }], rest: 0 });
const foreign = (text: string): Shown => ({ pieces: [{ text, english: SENTENCE.test(text) }], rest: text.length });
const together = (parts: readonly Shown[]): Shown => ({ pieces: joined(parts.flatMap((part) => part.pieces)), rest: parts.reduce((sum, part) => sum + part.rest, 0) });
const textOfAll = (shown: Shown): string => shown.pieces.map((piece) => piece.text).join('');

// The word of each format that the fewest others have leads to it.
function indexOf(formats: readonly Format[]): Map<string, Format[]> {
  const counts = new Map<string, number>();
  const wordsByFormat = formats.map((format) => new Set(wordsOf(format)));
  for (const words of wordsByFormat) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const index = new Map<string, Format[]>();
  formats.forEach((format, at) => {
    const words = [...(wordsByFormat[at] ?? [])];
    const rarest = words.reduce<string | undefined>((best, word) => (best === undefined || (counts.get(word) ?? 0) < (counts.get(best) ?? 0) ? word : best), undefined);
    if (rarest === undefined) return; // made of values alone: it would fit anything
    index.set(rarest, [...(index.get(rarest) ?? []), format]);
  });
  return index;
}

function templateOf(format: Format, rules: Intl.PluralRules, values: readonly string[]): string {
  const entry: Entry = format.entry;
  if (typeof entry === 'string') return entry;
  if (entry.text !== undefined) return entry.text;
  const message = { ...entry, other: entry.other ?? '' };
  const count = entry.count ?? format.values.findIndex((value) => value.kind === 'whole') + 1;
  return isPlural(message) ? textOf(message, rules, values[count - 1]) : '';
}

export function createServerTranslate({ language, colon, catalogue }: ServerLanguage, show: Show): ServerTranslate {
  const rules = new Intl.PluralRules(language);
  const index = indexOf(Object.entries(catalogue).map(([key, entry]) => formatOf(key, entry)));
  const kept = new Map<string, Shown | undefined>();
  let parts = new Map<string, Shown | undefined>(); // of the text that is asked for

  function momentOf(value: string): string | undefined {
    const moment = MOMENT.exec(value);
    if (moment === null) return undefined;
    const [, day = '', time, seconds = ''] = moment;
    const at = new Date(time === undefined ? `${day}T12:00:00Z` : `${day}T${time}${seconds}Z`);
    if (Number.isNaN(at.getTime())) return undefined;
    return time === undefined ? show.date(at) : show.dateTime(at);
  }

  function spanOf(value: string): string | undefined {
    const [, count, unit] = SPAN.exec(value) ?? [];
    return unit === undefined ? undefined : new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(Number(count));
  }

  // "a.example.org, b.example.org and 3 more"
  function listOf(value: string): Shown | undefined {
    const more = / and \d+ more$/.exec(value);
    const rest = more === null ? undefined : whole(more[0].trim());
    return more === null || rest === undefined ? undefined : together([foreign(value.slice(0, more.index)), known(' '), rest]);
  }

  function within(value: string): Shown | undefined {
    const simple = momentOf(value) ?? spanOf(value);
    if (simple !== undefined) return known(simple);
    return (value === value.trim() ? translate(value) : undefined) ?? listOf(value);
  }

  function shownOf(format: Format, values: readonly string[]): Shown {
    const parts = withoutStop(templateOf(format, rules, values)).split(/\{(\d+)\}/);
    return together(
      parts.map((part, at) => {
        if (at % 2 === 0) return known(part);
        const value = format.values[Number(part) - 1];
        const text = values[Number(part) - 1] ?? '';
        if (value?.words !== undefined) return known(value.words[text] ?? text);
        if (value?.kind !== 'text') return known(text);
        return within(text) ?? foreign(text);
      }),
    );
  }

  // By the entry that accounts for the most of it; by none where two do so differently, or one in two ways.
  function whole(text: string): Shown | undefined {
    const core = withoutStop(text);
    const accepts = (value: Value, part: string): boolean =>
      value.words !== undefined || value.kind !== 'text' || value.open || !isProse(part) || within(part) !== undefined;
    let best: { shown: Shown; weight: number } | undefined;
    let doubtful = 0; // the weight of what fits in two ways
    for (const format of new Set(wordsIn(core).flatMap((word) => index.get(word) ?? []))) {
      const ways = match(format, core, accepts).map((values) => shownOf(format, values));
      const [shown, ...others] = ways;
      if (shown === undefined) continue;
      if (ways.length >= WAYS_MAX || others.some((other) => textOfAll(other) !== textOfAll(shown))) {
        doubtful = Math.max(doubtful, format.weight);
        continue;
      }
      if (best === undefined || shown.rest < best.shown.rest || (shown.rest === best.shown.rest && format.weight > best.weight)) best = { shown, weight: format.weight };
      else if (shown.rest === best.shown.rest && format.weight === best.weight && textOfAll(shown) !== textOfAll(best.shown)) doubtful = Math.max(doubtful, format.weight);
    }
    if (best === undefined || doubtful >= best.weight) return undefined;
    return core === text ? best.shown : together([best.shown, known('.')]);
  }

  // "app.example.org: the certificate has expired", "the file cannot be read: Permission denied"
  function chain(text: string): Shown | undefined {
    let half: Shown | undefined;
    for (let at = text.indexOf(': '); at > 0; at = text.indexOf(': ', at + 1)) {
      const left = text.slice(0, at);
      const right = text.slice(at + 2);
      const reason = whole(left);
      const cause = within(right);
      if (reason === undefined && (cause === undefined || isProse(left))) continue;
      const shown = together([reason ?? foreign(left), known(colon), cause ?? foreign(right)]);
      if (reason !== undefined && cause !== undefined) return shown;
      half ??= shown;
    }
    return half;
  }

  function each(text: string): Shown | undefined {
    const sentences = sentencesOf(text);
    if (sentences.length < 2) return undefined;
    const all = sentences.map((sentence) => translate(sentence));
    if (all.every((one) => one === undefined)) return undefined;
    return together(all.flatMap((one, at) => [...(at > 0 ? [known(' ')] : []), one ?? foreign(sentences[at] ?? '')]));
  }

  function translate(text: string): Shown | undefined {
    if (kept.has(text)) return kept.get(text);
    if (parts.has(text) || parts.size > PARTS_MAX) return parts.get(text);
    parts.set(text, undefined);
    const shown = whole(text) ?? each(text) ?? chain(text);
    parts.set(text, shown);
    return shown;
  }

  return (said) => {
    const text = said.trim();
    if (text.length > TEXT_SIZE_MAX) return undefined;
    if (kept.has(text)) return kept.get(text)?.pieces;
    translate(text);
    if (kept.size + parts.size > KEPT_MAX) kept.clear();
    // What stayed English for want of patience may be all there is to another text.
    if (parts.size > PARTS_MAX) kept.set(text, undefined);
    else for (const [part, found] of parts) kept.set(part, found);
    parts = new Map();
    return kept.get(text)?.pieces;
  };
}

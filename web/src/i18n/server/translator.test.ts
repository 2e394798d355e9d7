import { describe, expect, it } from 'vitest';
import { createFormat } from '../format';
import { type Catalogue, type Format, formatOf, withoutStop } from './entry';
import { fr } from './fr';
import { match } from './match';
import { type Piece, createServerTranslate } from './translator';

const show = createFormat('fr');
const textOf = (pieces: readonly Piece[] | undefined): string | undefined => pieces?.map((piece) => piece.text).join('');

function translatorOf(catalogue: Catalogue) {
  const translate = createServerTranslate({ language: 'fr', colon: ' : ', catalogue }, show);
  return { translate, text: (said: string) => textOf(translate(said)) };
}

describe('a text of the server', () => {
  const { text, translate } = translatorOf({
    'the name %s is taken': 'le nom {1} est pris',
    'the name %s is taken by the site %s': 'le nom {1} est pris par le site {2}',
    'The certificate ends on %s, sooner than a promise of %s.': 'Le certificat prend fin le {1}, avant une promesse de {2}.',
    'Port %d is taken; port %d is free.': 'Le port {2} est libre ; le port {1} est pris.',
    'Nobody has looked yet whether %s.': 'Nul n’a encore regardé si {1}.',
    'the site answers': 'le site répond',
    'the file %s cannot be read': 'le fichier {1} est illisible',
    'Permission denied': 'Permission refusée',
    '%d names below are served': { one: '{1} nom est servi', other: '{1} noms sont servis' },
    'the redirect is %s': { text: 'la redirection est {1}', words: { 1: { temporary: 'provisoire', off: 'absente' } } },
    '%d request%s came': { one: '{1} requête est venue', other: '{1} requêtes sont venues', words: { 2: { '': '', s: '' } } },
    'it covers %s': 'il couvre {1}',
    'and %d more': { one: 'et {1} autre', other: 'et {1} autres' },
    'there is no guard "%s"': 'il n’y a pas de garde « {1} »',
    '%f percent came, 100%% are wanted': '{1} % sont venus, 100 % sont voulus',
    'The CA refuses: %s': 'L’autorité refuse : {1}',
    'Renew it.': 'Renouvelez-le.',
    '%s (and %d more like it)': { one: '{1} (et {2} autre cas)', other: '{1} (et {2} autres cas)' },
  });

  it.each([
    ['the name a.example.org is taken', 'le nom a.example.org est pris'],
    ['the name a.example.org is taken by the site b.example.org', 'le nom a.example.org est pris par le site b.example.org'],
    ['Port 80 is taken; port 443 is free.', 'Le port 443 est libre ; le port 80 est pris.'],
    ['Port 80 is taken; port 443 is free', 'Le port 443 est libre ; le port 80 est pris'],
    ['Nobody has looked yet whether the site answers.', 'Nul n’a encore regardé si le site répond.'],
    ['1 names below are served', '1 nom est servi'],
    ['3 names below are served', '3 noms sont servis'],
    ['the redirect is temporary', 'la redirection est provisoire'],
    ['1 request came', '1 requête est venue'],
    ['12 requests came', '12 requêtes sont venues'],
    ['it covers a.example.org, b.example.org and 3 more', 'il couvre a.example.org, b.example.org et 3 autres'],
    ['there is no guard "such as this one"', 'il n’y a pas de garde « such as this one »'],
    ['7 percent came, 100% are wanted', '7 % sont venus, 100 % sont voulus'],
    ['app.example.org: the site answers', 'app.example.org : le site répond'],
    ['the file /a/b.pem cannot be read: Permission denied', 'le fichier /a/b.pem est illisible : Permission refusée'],
    ['the file /a/b.pem cannot be read (and 2 more like it)', 'le fichier /a/b.pem est illisible (et 2 autres cas)'],
    ['The CA refuses: no such file (and 1 more like it)', 'L’autorité refuse : no such file (et 1 autre cas)'],
    ['The site answers once. Renew it.', 'The site answers once. Renouvelez-le.'],
    ['app.example.org: the site answers. Renew it.', 'app.example.org : le site répond. Renouvelez-le.'],
  ])('%j becomes %j', (said, french) => {
    expect(text(said)).toBe(french);
  });

  it('has moments and spans of time as the reader writes them', () => {
    const moment = show.dateTime('2026-12-08T12:00:00Z');
    expect(text('The certificate ends on 2026-12-08 12:00 UTC, sooner than a promise of 30 days.')).toBe(`Le certificat prend fin le ${moment}, avant une promesse de 30\u00a0jours.`);
    expect(text('The certificate ends on 2026-12-08T12:00:00Z, sooner than a promise of 1 year.')).toBe(`Le certificat prend fin le ${moment}, avant une promesse de 1\u00a0an.`);
    expect(text('it covers 2026-12-08')).toBe(`il couvre ${show.date('2026-12-08T12:00:00Z')}`);
    expect(text('it covers 2026-13-08')).toBe('il couvre 2026-13-08');
  });

  it.each([
    ['nothing of the sort'],
    ['the name is taken'],
    ['the redirect is gone'],
    ['many names below are served'],
    // The name would have swallowed a reason that another sentence gives.
    ['the name a.example.org has gone away and is taken'],
    // Which name is the site's cannot be told.
    ['the name a is taken by the site b is taken by the site c'],
    [''],
  ])('%j stays English', (said) => {
    expect(translate(said)).toBeUndefined();
  });

  it('keeps what somebody else said, and says that it is English', () => {
    expect(translate('The CA refuses: you have asked too often')).toEqual([
      { text: 'L’autorité refuse : ', english: false },
      { text: 'you have asked too often', english: true },
    ]);
    expect(translate('the name my own old name is taken')).toBeUndefined();
  });

  it('is translated however deep it stands, and whichever was asked first', () => {
    const { text: nested } = translatorOf({ 'this: %s': 'ceci : {1}', 'it is so': 'c’est ainsi' });
    for (const times of [12, 4, 5, 300]) expect(nested(`${'this: '.repeat(times)}it is so`)).toBe(`${'ceci : '.repeat(times)}c’est ainsi`);
  });

  it('of any length is answered at once', () => {
    const { translate: hard } = translatorOf({ 'a %s b %s b %s b %s b %s c': '{1}{2}{3}{4}{5}' });
    expect(hard(`a ${'x b '.repeat(400)}c`)).toBeUndefined();
    expect(hard('x'.repeat(100_000))).toBeUndefined();
    const { text: twice } = translatorOf({ '%s is what %s is': '{1} {2}', 'the %s': 'le {1}' });
    expect(twice(`${'the one is what the other is what '.repeat(50)}it is`)).toBeUndefined();
  });
});

describe('a format', () => {
  it.each([
    ['from %s to %s', 'from a to b', [['a', 'b']]],
    ['from %s to %s', 'from a to b to c', [['a', 'b to c'], ['a to b', 'c']]],
    ['from %d to %d', 'from 1 to 2', [['1', '2']]],
    ['from %d to %d', 'from one to 2', []],
    ['from %s to', 'from  to', []],
    ['%s', '', []],
  ])('%j fits %j in each way that there is', (key, text, ways) => {
    expect(match(formatOf(key, ''), text, () => true)).toEqual(ways);
  });
});

// Every text of the catalogue, said with values that are told apart from all else.
describe.each([['fr', fr] as const])('the catalogue in %s', (_, texts) => {
  const translate = createServerTranslate(texts, show);
  const formats = Object.entries(texts.catalogue).map(([key, entry]) => formatOf(key, entry));

  function valuesOf({ values }: Format, number: number): string[] {
    return values.map((value, at) => {
      const words = Object.keys(value.words ?? {});
      return words[number % words.length] ?? (value.kind === 'text' ? `x${at + 1}.example.org` : String(number + at));
    });
  }

  // What it may become: by one of its plurals, with its values in their places.
  function expectedOf({ entry, values: kinds }: Format, values: readonly string[]): string[] {
    const templates = typeof entry === 'string' ? [entry] : Object.values(entry).filter((text) => typeof text === 'string');
    return templates.map((template) =>
      template.replace(/\{(\d+)\}/g, (__, place: string) => {
        const value = values[Number(place) - 1] ?? '';
        return kinds[Number(place) - 1]?.words?.[value] ?? value;
      }),
    );
  }

  it('has each text translated with its values, and none taken for another', () => {
    expect(formats.length).toBeGreaterThan(100);
    const faults = formats.flatMap((format) =>
      [0, 1, 2, 11].flatMap((number) => {
        const values = valuesOf(format, number);
        const said = format.literals.map((literal, at) => literal + (values[at] ?? '')).join('') + (format.key.endsWith('.') ? '.' : '');
        const shown = textOf(translate(said));
        const expected = expectedOf(format, values).map(withoutStop);
        return shown !== undefined && expected.includes(withoutStop(shown)) ? [] : [{ said, shown, expected }];
      }),
    );
    expect(faults).toEqual([]);
  });

  it('has no text left in English', () => {
    const copies = formats.filter(({ key, entry }) => (typeof entry === 'string' ? entry : (entry.text ?? entry.other)) === key);
    expect(copies.map(({ key }) => key)).toEqual([]);
  });
});

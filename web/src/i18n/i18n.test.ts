import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { chooseLanguage } from '.';
import { en } from './en';
import { createFormat, localeOf, partsOf } from './format';
import { fr } from './fr';
import { type Message, isPlural, piecesOf } from './message';
import { createI18n } from './translate';

type Tree = Record<string, Record<string, Message>>;

// What the panel is made of, without the messages themselves and without the tests.
function sourceText(): string {
  const folder = join(dirname(fileURLToPath(import.meta.url)), '..');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && !/^(?:i18n[/\\]|api[/\\]schema)/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}

function namesOf(message: Message): string[] {
  const texts = isPlural(message) ? Object.values(message as unknown as Record<string, string>) : [message];
  return [...new Set(texts.flatMap((text) => piecesOf(text).filter((_, at) => at % 2 === 1)))].sort();
}

describe('the messages', () => {
  const all = Object.entries(en as Tree).flatMap(([area, messages]) => Object.keys(messages).map((name) => [area, name] as const));

  it.each([['fr', fr as unknown as Tree]])('in %s ask for the same values as in English', (_, other) => {
    for (const [area, name] of all) {
      const english = (en as Tree)[area]?.[name];
      const translated = other[area]?.[name];
      if (english === undefined || translated === undefined) throw new Error(`${area}.${name} is missing`);
      expect(namesOf(translated), `${area}.${name}`).toEqual(namesOf(english));
    }
  });

  it.each([['fr', fr as unknown as Tree]])('in %s are none that English does not have, and none is empty', (_, other) => {
    const keys = Object.entries(other).flatMap(([area, messages]) => Object.keys(messages).map((name) => `${area}.${name}`));
    expect(keys.sort()).toEqual(all.map(([area, name]) => `${area}.${name}`).sort());
    for (const messages of Object.values(other)) for (const message of Object.values(messages)) expect(message).not.toBe('');
  });

  it('are all used: by their keys, or by a key that is put together', () => {
    const text = sourceText();
    const beginnings = [...text.matchAll(/`(\w+\.\w*)\$\{/g)].map((found) => found[1] ?? '');
    const keys = all.map(([area, name]) => `${area}.${name}`);
    expect(keys.filter((key) => !text.includes(`'${key}'`) && !beginnings.some((beginning) => key.startsWith(beginning)))).toEqual([]);
  });
});

describe('a translation', () => {
  it('fills in values and chooses the plural of the language', () => {
    const english = createI18n('en', en);
    expect(english.t('overview.certificate_days', { count: 1 })).toBe('1 day left');
    expect(english.t('overview.certificate_days', { count: 1234 })).toBe('1,234 days left');
    // In French, zero is singular.
    expect(createI18n('fr', fr).t('overview.certificate_days', { count: 0 })).toBe('0 jour restant');
  });

  it('puts elements where names stand', () => {
    const element = { type: 'b' } as never;
    expect(createI18n('en', en).rich('common.type_to_confirm', { text: element })).toEqual(['Type ', element, ' to confirm']);
  });

  it('does not compile without its values, or with a key that is not there', () => {
    const { t } = createI18n('en', en);
    // @ts-expect-error the count is missing
    t('overview.certificate_days');
    // @ts-expect-error there is no such message
    expect(t('overview.nothing')).toBe('overview.nothing');
  });
});

describe('the language', () => {
  it.each([
    [['fr-CA', 'en'], 'fr'],
    [['de', 'fr'], 'fr'],
    [['de'], 'en'],
    [['toString'], 'en'],
    [[], 'en'],
  ])('for %j is %s', (wanted, language) => {
    expect(chooseLanguage(wanted)).toBe(language);
  });
});

describe('a duration', () => {
  it.each([
    [0, [['second', 0]]],
    [300, [['minute', 5]]],
    [3_661, [['hour', 1], ['minute', 1]]],
    [86_400, [['day', 1]]],
    [604_800, [['week', 1]]],
    [2_592_000, [['day', 30]]],
    [31_536_000, [['year', 1]]],
    [31_536_060, [['year', 1]]],
    [90_061, [['day', 1], ['hour', 1]]],
    [-5, [['second', 0]]],
  ])('of %d seconds is told in at most two units', (seconds, parts) => {
    expect(partsOf(seconds)).toEqual(parts);
  });

  it.each([
    [['en-GB', 'en'], 'en-GB'],
    [['fr-FR'], 'en'],
  ])('and dates follow the variant that %j asks for', (wanted, locale) => {
    expect(localeOf('en', wanted)).toBe(locale);
  });

  it('is in words of the language', () => {
    expect(createFormat('en').duration(604_800)).toBe('1 week');
    expect(createFormat('fr').duration(300)).toBe('5 minutes');
  });

  it('to a moment is told in the unit that fits', () => {
    const { relative } = createFormat('en');
    const now = new Date('2026-11-26T12:00:00Z');
    expect(relative('2026-12-08T12:00:00Z', now)).toBe('in 12 days');
    expect(relative('2026-11-26T11:58:00Z', now)).toBe('2 minutes ago');
    expect(relative('2026-11-27T20:00:00Z', now)).toBe('in 32 hours');
  });
});

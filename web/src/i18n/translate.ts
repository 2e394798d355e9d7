// From a key and its values to text, in one language.
import type { ComponentChild } from 'preact';
import type { en } from './en';
import { type Format, createFormat, localeOf } from './format';
import { type Message, type Plural, type ValuesOf, piecesOf, textOf } from './message';

type English = typeof en;
export type Key = { [Area in keyof English]: `${Area}.${keyof English[Area] & string}` }[keyof English];
export type Messages = { readonly [Area in keyof English]: { readonly [K in keyof English[Area]]: English[Area][K] extends string ? string : Plural } };

type MessageAt<K extends Key> = K extends `${infer Area extends keyof English}.${infer Name}`
  ? Name extends keyof English[Area]
    ? English[Area][Name]
    : never
  : never;

// Keys of messages that stand by themselves: what tables of words are made of.
export type PlainKey = { [K in Key]: [ValuesOf<MessageAt<K>>] extends [never] ? K : never }[Key];

type Values<K extends Key, V> = [ValuesOf<MessageAt<K>>] extends [never] ? [values?: undefined] : [values: Record<ValuesOf<MessageAt<K>>, V>];

// Text for places that take nothing but text (a title, an announcement).
export type Translate = <K extends Key>(key: K, ...values: Values<K, string | number>) => string;
// The same with elements as values: a name in bold, a link.
export type TranslateRich = <K extends Key>(key: K, ...values: Values<K, ComponentChild>) => ComponentChild[];

export interface I18n {
  language: string;
  t: Translate;
  rich: TranslateRich;
  format: Format;
}

function messageAt(messages: Messages, key: string): Message {
  const [area = '', name = ''] = key.split('.');
  return (messages as unknown as Record<string, Record<string, Message> | undefined>)[area]?.[name] ?? key;
}

export function createI18n(language: string, messages: Messages): I18n {
  const rules = new Intl.PluralRules(language);
  const format = createFormat(localeOf(language, navigator.languages));
  const asText = (value: string | number | undefined): string => (typeof value === 'number' ? format.number(value) : (value ?? ''));
  const asChild = (value: ComponentChild): ComponentChild => (typeof value === 'number' ? format.number(value) : value);
  const pieces = <T>(key: Key, given: Record<string, T> | undefined, shown: (value: T | undefined) => T | string): (T | string)[] =>
    piecesOf(textOf(messageAt(messages, key), rules, given?.['count'])).map((piece, at) => (at % 2 === 0 ? piece : shown(given?.[piece])));
  return {
    language,
    format,
    t: (key, ...values) => pieces<string | number>(key, values[0], asText).join(''),
    rich: (key, ...values) => pieces<ComponentChild>(key, values[0], asChild),
  };
}

// What a message is, and what follows from its text: the values that have to be given with it. English (en/) is the
// pattern; a key that another language lacks does not compile.

// By the categories of Intl.PluralRules; `other` stands for those that a language does not have.
export interface Plural {
  readonly zero?: string;
  readonly one?: string;
  readonly two?: string;
  readonly few?: string;
  readonly many?: string;
  readonly other: string;
}
export type Message = string | Plural;

type NamesIn<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

// The names between braces. With a plural comes the count.
export type ValuesOf<M> = M extends string ? NamesIn<M> : M extends { readonly other: infer S extends string } ? NamesIn<S> | 'count' : never;

// The same keys with messages of the same kind.
export type TranslationOf<Area> = { readonly [K in keyof Area]: Area[K] extends string ? string : Plural };

export function isPlural(message: Message): message is Plural {
  return typeof message !== 'string';
}

// The text, cut at its braces: names stand at the odd places.
export function piecesOf(text: string): string[] {
  return text.split(/\{(\w+)\}/);
}

export function textOf(message: Message, rules: Intl.PluralRules, count: unknown): string {
  if (!isPlural(message)) return message;
  return message[rules.select(Number(count))] ?? message.other;
}

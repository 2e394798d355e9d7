// The language of the panel: that of the account, else the one chosen in this browser, else the browser's. Its messages are
// loaded before anything is shown; a component takes them by useI18n().
import { createStore, useStore } from '../lib/store';
import { kept, keep } from '../lib/kept';
import { loadServerTexts } from './server';
import { type I18n, type Messages, createI18n } from './translate';

export type { I18n, Key, PlainKey, Translate } from './translate';

// Each in its own words, so that it is found by who reads nothing else.
export const LANGUAGES = { en: 'English', fr: 'Français' } as const;
export type Language = keyof typeof LANGUAGES;

const LOADERS: Record<Language, () => Promise<Messages>> = {
  en: async () => (await import('./en')).en,
  fr: async () => (await import('./fr')).fr,
};
const FALLBACK: Language = 'en';
const KEPT_AS = 'language';

export function isLanguage(code: string): code is Language {
  return Object.keys(LANGUAGES).includes(code);
}

// The first that we have; "fr-CA" asks for French.
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const wish of wanted) {
    const code = wish.toLowerCase().split('-')[0] ?? '';
    if (isLanguage(code)) return code;
  }
  return FALLBACK;
}

const current = createStore<I18n | undefined>(undefined);

export async function setLanguage(language: Language): Promise<void> {
  if (current.get()?.language === language) return;
  const messages = await LOADERS[language]();
  document.documentElement.lang = language;
  const i18n = createI18n(language, messages);
  current.set(i18n);
  // Nothing waits for it; without it the server's words stay English.
  loadServerTexts(language, i18n.format).catch(() => undefined);
}

// The operator's own choice, which this browser keeps.
export async function chooseHere(language: Language): Promise<void> {
  keep(KEPT_AS, language);
  await setLanguage(language);
}

export function languageHere(): Language {
  return chooseLanguage([kept(KEPT_AS) ?? '', ...navigator.languages]);
}

export function useI18n(): I18n {
  const i18n = useStore(current);
  if (i18n === undefined) throw new Error('no language was loaded');
  return i18n;
}

// For what is no component; not to be kept, since the language may change.
export function i18nNow(): I18n {
  const i18n = current.get();
  if (i18n === undefined) throw new Error('no language was loaded');
  return i18n;
}

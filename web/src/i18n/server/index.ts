// What the server says, in the reader's language. The server speaks English; catalogue and matcher are loaded when another
// language is chosen, and until they are there its texts are shown as they came.
import { createStore, useStore } from '../../lib/store';
import type { Format } from '../format';
import type { ServerLanguage, ServerTranslate } from './translator';

export type { Piece, ServerTranslate } from './translator';

const LOADERS: Readonly<Record<string, () => Promise<ServerLanguage>>> = {
  fr: async () => (await import('./fr')).fr,
};

const current = createStore<{ language: string; translate: ServerTranslate } | undefined>(undefined);
let wanted = '';

export async function loadServerTexts(language: string, format: Format): Promise<void> {
  wanted = language;
  const load = LOADERS[language];
  if (load === undefined || current.get()?.language === language) return;
  const [texts, { createServerTranslate }] = await Promise.all([load(), import('./translator')]);
  if (wanted === language) current.set({ language, translate: createServerTranslate(texts, format) });
}

// Undefined: the texts stay as they are.
export function useServerTranslate(language: string): ServerTranslate | undefined {
  const loaded = useStore(current);
  return loaded?.language === language ? loaded.translate : undefined;
}

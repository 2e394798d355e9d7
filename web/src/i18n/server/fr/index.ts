import type { Catalogue, Entry } from '../entry';
import type { ServerLanguage } from '../translator';

// A file for each area of tools/server-texts.
const areas = import.meta.glob<Catalogue>('./*.json', { eager: true, import: 'default' });

// Before and behind these signs no line may break; the catalogue is easier to write with plain blanks.
function set(text: string): string {
  return text.replace(/ ([:;?!»])/g, '\u00a0$1').replace(/« /g, '«\u00a0');
}

function settled(entry: Entry): Entry {
  if (typeof entry === 'string') return set(entry);
  return Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, typeof value === 'string' ? set(value) : value]));
}

export const fr: ServerLanguage = {
  language: 'fr',
  colon: '\u00a0: ',
  catalogue: Object.fromEntries(Object.values(areas).flatMap((area) => Object.entries(area).map(([key, entry]) => [key, settled(entry)]))),
};

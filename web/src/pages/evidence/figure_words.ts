// Numbers of clients, with how far off they may be.
import type { Figure } from '../../api/types';
import type { I18n } from '../../i18n';
import { shareRange } from './clients';
import { percentWords } from './words';

// "1,840 ± 166"; an exact one is a number alone.
export function figureWords({ t, format }: I18n, { count, error }: Figure): string {
  return error === 0 ? format.number(count) : t('clients.figure', { count: format.number(count), error: format.number(error) });
}

// "12%"; "between 10% and 14%" where it is not exact.
export function shareWords(i18n: I18n, part: Figure, all: Figure): string {
  const range = shareRange(part, all);
  if (range === undefined) return percentWords(i18n, part.count, all.count);
  return i18n.t('clients.between', { least: i18n.format.percent(range[0]), most: i18n.format.percent(range[1]) });
}

// The same as short as a table wants it: "10%–14%".
export function shareShort(i18n: I18n, part: Figure, all: Figure): string {
  const range = shareRange(part, all);
  return range === undefined ? percentWords(i18n, part.count, all.count) : `${i18n.format.percent(range[0])}–${i18n.format.percent(range[1])}`;
}

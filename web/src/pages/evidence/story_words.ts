// Who never arrived, of a day.
import type { ClientsDay } from '../../api/types';
import type { I18n } from '../../i18n';
import { storyOf } from './clients';
import { figureWords, shareWords } from './figure_words';

export function dayWords({ t, format }: I18n, day: string, today: string): string {
  const date = format.utcDate(`${day}T00:00:00Z`);
  return day === today ? t('clients.today', { date }) : date;
}

export function storyWords(i18n: I18n, day: ClientsDay): string {
  const { t } = i18n;
  const { redirected, stranded, waiting, arrived } = day;
  switch (storyOf(day)) {
    case 'nobody':
      return t('clients.story_nobody');
    case 'not_sent':
      return t('clients.story_not_sent', { count: day.http.count });
    case 'none':
      return t('clients.story_none', { count: redirected.count });
    case 'on_the_way':
      return t('clients.story_on_the_way', { count: waiting.count, all: figureWords(i18n, redirected), arrived: figureWords(i18n, arrived), waiting: figureWords(i18n, waiting) });
    case 'some':
      return t('clients.story_some', { count: stranded.count, stranded: figureWords(i18n, stranded), all: figureWords(i18n, redirected), percent: shareWords(i18n, stranded, redirected) });
  }
}

// What the evidence says in a sentence each, on its own page and on a site's summary.
import type { Evidence } from '../../api/types';
import type { I18n } from '../../i18n';
import { type Series, valuesOf } from './series';
import { lastWords, percentWords } from './words';

// How many of all came over plain HTTP, and when the last did.
export function requestSentence(i18n: I18n, { totals, step }: Evidence, series: Series): string {
  const { t, format } = i18n;
  const { https_requests: https, http_requests: http } = totals;
  const when = lastWords(i18n, series, valuesOf(series, (bucket) => bucket.http_requests), step);
  if (https + http === 0) return t('evidence.empty');
  if (http === 0) return t('evidence.all_https', { count: https });
  if (https === 0) return t('evidence.all_http', { count: http, when });
  return t('evidence.share_http', { count: http, http: format.number(http), all: format.number(http + https), percent: percentWords(i18n, http, http + https), when });
}

export function failureSentence(i18n: I18n, { totals }: Evidence): string {
  const { t, format } = i18n;
  const [failed, all] = [totals.handshakes_failed, totals.handshakes + totals.handshakes_failed];
  if (all === 0) return t('evidence.failures_nothing');
  if (failed === 0) return t('evidence.failures_none', { count: all });
  if (failed === all) return t('evidence.failures_all', { count: all });
  return t('evidence.failures_share', { failed: format.number(failed), all: format.number(all), percent: percentWords(i18n, failed, all), count: failed });
}

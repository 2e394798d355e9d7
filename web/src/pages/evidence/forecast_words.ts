// Who could not get in if the certificate failed now, in words.
import type { Forecast } from '../../api/types';
import type { I18n } from '../../i18n';

function shareOf({ t, format }: I18n, { share_percent: percent, exact }: Forecast): string {
  const said = format.percent((percent ?? 0) / 100);
  return exact ? said : t('lockout.at_most', { percent: said });
}

function visitorsOf({ t }: I18n, { week }: Forecast): string {
  return t(week === 'last' ? 'lockout.last_week' : 'lockout.this_week');
}

function isCounted({ share_percent: percent, clients, until, reach }: Forecast): boolean {
  return percent !== null && clients.count > 0 && (until !== null || reach === 'preload');
}

export function forecastWords(i18n: I18n, forecast: Forecast): string {
  const { t, format } = i18n;
  const { until, reach } = forecast;
  const visitors = visitorsOf(i18n, forecast);
  if (!isCounted(forecast)) {
    if (reach === 'preload') return t('lockout.preload_unknown');
    if (until === null) return t('lockout.free');
    const date = format.dateTime(until);
    return forecast.share_percent === null ? t('lockout.unknown', { until: date }) : t('lockout.none', { visitors, until: date });
  }
  const share = shareOf(i18n, forecast);
  if (reach === 'preload' || until === null) return t('lockout.preload', { share, visitors });
  return t(reach === 'above' ? 'lockout.above' : 'lockout.share', { share, visitors, until: format.dateTime(until) });
}

// For a place where it already stands who is bound, and until when; empty where there is nothing to tell.
export function forecastShort(i18n: I18n, forecast: Forecast): string {
  return isCounted(forecast) ? i18n.t('lockout.short', { share: shareOf(i18n, forecast), visitors: visitorsOf(i18n, forecast) }) : '';
}

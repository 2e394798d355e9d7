// Who could not get in if the certificate failed now: in a sentence, and as a bar.
import { useQuery } from '../../api/query';
import type { Forecast } from '../../api/types';
import { useI18n } from '../../i18n';
import { PartsBar } from '../../ui/parts_bar';
import { figureWords } from './figure_words';
import { forecastWords } from './forecast_words';

function Told({ forecast }: { forecast: Forecast }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { clients, of } = forecast;
  return (
    <>
      <p>{forecastWords(i18n, forecast)}</p>
      {clients.count > 0 && (
        <PartsBar
          parts={[
            { title: t('lockout.locked'), count: clients.count, value: figureWords(i18n, clients), tone: 'bad' },
            { title: t('lockout.open'), count: Math.max(0, of.count - clients.count), value: figureWords(i18n, { count: Math.max(0, of.count - clients.count), error: Math.max(clients.error, of.error) }), tone: 'quiet' },
          ]}
        />
      )}
    </>
  );
}

export function ForecastCard({ forecast }: { forecast: Forecast }) {
  const { t } = useI18n();
  return (
    <section class="card stack" aria-labelledby="evidence-lockout">
      <h2 id="evidence-lockout">{t('lockout.title')}</h2>
      <Told forecast={forecast} />
      {forecast.clients.count > 0 && <p class="muted small">{t('lockout.more')}</p>}
      <p class="muted small">{t('lockout.programs')}</p>
    </section>
  );
}

// Of a site by its name, where its evidence is not asked for; nothing until it is known.
export function ForecastOf({ name }: { name: string }) {
  const forecast = useQuery('/v1/status').data?.sites.find((site) => site.name === name)?.forecast;
  return forecast === undefined ? null : <Told forecast={forecast} />;
}

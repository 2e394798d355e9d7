// What answers for a site, for whom it is not to change.
import type { Site } from '../../api/types';
import { useI18n } from '../../i18n';
import { Facts } from '../../ui/facts';
import { draftOf, namesIn } from './draft';
import { UpstreamHealth, type UpstreamStatus } from './health';
import { KIND_WORDS, REDIRECT_WORDS } from './words';

export function Shown({ site, status }: { site: Site; status: readonly UpstreamStatus[] }) {
  const { t } = useI18n();
  const draft = draftOf(site);
  return (
    <section class="card stack">
      <h2>{t('application.routes')}</h2>
      {draft.routes.map((route) => (
        <section key={route.key} class="application-route" aria-label={t('application.route_of', { prefix: route.prefix })}>
          <h3>{t('application.route_of', { prefix: route.prefix })}</h3>
          <p>{t(KIND_WORDS[route.kind])}</p>
          {route.kind === 'files' && <code>{route.root}</code>}
          {route.kind === 'fixed' && <code>{route.status}</code>}
          {route.kind === 'proxy' && (
            <ul class="stack-tight">
              {route.upstreams.map((upstream) => {
                const stands = status.find((one) => one.prefix === route.prefix && one.url === upstream.url);
                return (
                  <li key={upstream.key} class="row">
                    <code>{upstream.url}</code>
                    {stands !== undefined && <UpstreamHealth upstream={stands} />}
                  </li>
                );
              })}
            </ul>
          )}
        </section>
      ))}
      <Facts
        facts={[
          { name: t('application.names'), value: [site.name, ...namesIn(draft.aliases)].join(', ') },
          { name: t('site.redirect'), value: t(REDIRECT_WORDS[draft.redirect]) },
        ]}
      />
    </section>
  );
}

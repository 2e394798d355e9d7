// What answers for a site: its routes and the application behind them, its names, what becomes of plain HTTP; and taking the
// site out of service.
import { useQuery } from '../../api/query';
import { useMay } from '../../api/session';
import type { Site } from '../../api/types';
import { useI18n } from '../../i18n';
import { copy } from '../../lib/copy';
import { Button } from '../../ui/button';
import { Loaded } from '../../ui/page';
import { announce } from '../../ui/toast';
import { SiteFrame } from '../site/site_frame';
import './application.css';
import { declaredText } from './draft';
import { Editor } from './editor';
import { Removal } from './removal';
import { Shown } from './shown';

function Declared({ site }: { site: Site }) {
  const { t } = useI18n();
  const text = declaredText(site);
  const take = async (): Promise<void> => {
    if (await copy(text)) announce(t('ways.copied'));
    else announce(t('application.not_copied'), 'warn');
  };
  return (
    <section class="card stack">
      <details class="application-more">
        <summary>{t('application.declared')}</summary>
        <div class="stack">
          <p class="muted">{t('application.declared_what')}</p>
          <pre class="application-text" tabIndex={0} role="region" aria-label={t('application.declared')}>
            {text}
          </pre>
          <div class="row">
            <Button onClick={() => void take()}>{t('application.copy')}</Button>
          </div>
        </div>
      </details>
    </section>
  );
}

export default function ApplicationPage({ values }: { values: Record<string, string> }) {
  const name = values['name'] ?? '';
  const mayChange = useMay('operator');
  const query = useQuery('/v1/sites/{name}', { path: { name } });
  const status = useQuery('/v1/status').data?.sites.find((site) => site.name === query.data?.name)?.upstreams ?? [];
  return (
    <SiteFrame name={query.data?.name ?? name}>
      <Loaded query={query}>
        {(site) => (
          <>
            {mayChange ? <Editor key={site.name} site={site} etag={query.etag} status={status} refetch={query.refetch} /> : <Shown site={site} status={status} />}
            <Declared site={site} />
            {mayChange && <Removal site={site} />}
          </>
        )}
      </Loaded>
    </SiteFrame>
  );
}

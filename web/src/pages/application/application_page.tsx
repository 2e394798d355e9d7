// What answers for a site: its routes and the application behind them, its names, what becomes of plain HTTP; and taking the
// site out of service. As a form, or as the text of a declarative file.
import { useRef } from 'preact/hooks';
import { useQuery } from '../../api/query';
import { useMay } from '../../api/session';
import { useI18n } from '../../i18n';
import { href, useLocation } from '../../router';
import { Lazy } from '../../ui/lazy';
import { Loaded } from '../../ui/page';
import { Tabs } from '../../ui/tabs';
import { SiteFrame } from '../site/site_frame';
import './application.css';
import { Editor } from './editor';
import { Removal } from './removal';
import { Shown } from './shown';

const loadText = () => import('./site_text_editor');

// Both stay as they are while one looks at the other: nothing that was typed is lost.
function useView(): { isText: boolean; wasText: boolean } {
  const isText = useLocation().query.get('view') === 'text';
  const seen = useRef(isText);
  seen.current ||= isText;
  return { isText, wasText: seen.current };
}

export default function ApplicationPage({ values }: { values: Record<string, string> }) {
  const { t } = useI18n();
  const name = values['name'] ?? '';
  const mayChange = useMay('operator');
  const { isText, wasText } = useView();
  const query = useQuery('/v1/sites/{name}', { path: { name } });
  const status = useQuery('/v1/status').data?.sites.find((site) => site.name === query.data?.name)?.upstreams ?? [];
  const here = href('/sites/:name/application', { name });
  const tabs = [
    { href: here, title: t('declared.form'), current: !isText },
    { href: `${here}?view=text`, title: t('declared.text'), current: isText },
  ];
  return (
    <SiteFrame name={query.data?.name ?? name}>
      <Loaded query={query}>
        {(site) => {
          const edited = { site, etag: query.etag, refetch: query.refetch };
          return (
            <>
              <Tabs label={t('declared.views', { name: site.name })} tabs={tabs} />
              <div class="application-view" hidden={isText}>
                {mayChange ? <Editor key={site.name} {...edited} status={status} /> : <Shown site={site} status={status} />}
                {mayChange && <Removal site={site} />}
              </div>
              <div class="application-view" hidden={!isText}>
                {wasText && <Lazy key={site.name} load={loadText} props={edited} />}
              </div>
            </>
          );
        }}
      </Loaded>
    </SiteFrame>
  );
}

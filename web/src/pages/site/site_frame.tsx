// What is around every page of one site: its name, how it stands, the way to its other parts. A part is a row in SITE_PARTS
// and a page (routes.ts).
import type { ComponentChildren } from 'preact';
import { type PlainKey, useI18n } from '../../i18n';
import { href, useLocation } from '../../router';
import { Page } from '../../ui/page';
import { Tabs } from '../../ui/tabs';

interface SitePart {
  pattern: '/sites/:name' | '/sites/:name/certificate' | '/sites/:name/hsts' | '/sites/:name/subdomains' | '/sites/:name/application' | '/sites/:name/evidence';
  title: PlainKey;
}

const SITE_PARTS: readonly SitePart[] = [
  { pattern: '/sites/:name', title: 'site.summary' },
  { pattern: '/sites/:name/certificate', title: 'certificate.title' },
  { pattern: '/sites/:name/hsts', title: 'overview.hsts' },
  { pattern: '/sites/:name/subdomains', title: 'subdomains.title' },
  { pattern: '/sites/:name/application', title: 'site.application' },
  { pattern: '/sites/:name/evidence', title: 'evidence.title' },
];

export function SiteFrame({ name, acts, children }: { name: string; acts?: ComponentChildren; children: ComponentChildren }) {
  const { t } = useI18n();
  const { path } = useLocation();
  const tabs = SITE_PARTS.map((part) => {
    const to = href(part.pattern, { name });
    return { href: to, title: t(part.title), current: to === `#${path}` };
  });
  const here = tabs.find((tab) => tab.current);
  return (
    <Page
      title={name}
      {...(here !== undefined && { part: here.title })}
      acts={acts}
      above={
        <a class="small" href={href('/')}>
          {t('overview.overview')}
        </a>
      }
    >
      {tabs.length > 1 && <Tabs label={t('site.parts', { name })} tabs={tabs} />}
      {children}
    </Page>
  );
}

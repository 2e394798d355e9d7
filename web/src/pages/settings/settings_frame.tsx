// What is around the pages below "Settings": the way back to their list.
import type { ComponentChildren } from 'preact';
import { useI18n } from '../../i18n';
import { href } from '../../router';
import { Page } from '../../ui/page';

export function SettingsFrame({ title, lead, acts, children }: { title: string; lead?: ComponentChildren; acts?: ComponentChildren; children: ComponentChildren }) {
  const { t } = useI18n();
  return (
    <Page
      title={title}
      lead={lead}
      acts={acts}
      above={
        <a class="small" href={href('/settings')}>
          {t('settings.settings')}
        </a>
      }
    >
      {children}
    </Page>
  );
}

// The list's own verdict with its reasons, for a domain that is good enough what being listed means, and what else was found:
// beyond the rules, how clients read the field, and what the HTTP Observatory makes of it.
import { type PlainKey, useI18n } from '../../i18n';
import { LinkButton } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { Beyond } from './beyond';
import type { Check } from './check_page';
import { FindingList } from './finding_list';
import { ListingTerms } from './listing_terms';
import { Observatory } from './observatory';
import { Readings } from './readings';

function headline(found: Check): PlainKey {
  if (found.check === 'removable') return found.errors.length === 0 ? 'check.is_removable' : 'check.is_not_removable';
  return found.errors.length === 0 ? 'check.is_preloadable' : 'check.is_not_preloadable';
}

export function CheckResult({ found }: { found: Check }) {
  const { t } = useI18n();
  const good = found.errors.length === 0;
  const site = found.is_site ? found.domain : undefined;
  const more = found.findings ?? [];
  const page = found.check === 'removable' ? 'removal/' : '';
  return (
    <section class="card stack" aria-labelledby="check-found">
      <h2 id="check-found">{found.domain}</h2>
      <Notice tone={!good ? 'block' : found.warnings.length > 0 ? 'warn' : 'pass'} title={t(headline(found))}>
        {found.field !== null && (
          <p>
            {t('check.field')} <code>{found.field}</code>
          </p>
        )}
      </Notice>
      <FindingList site={site} findings={[...found.errors.map((one) => ({ ...one, severity: 'error' as const })), ...found.warnings.map((one) => ({ ...one, severity: 'warning' as const }))]} />
      {good && found.check === 'preloadable' && (
        <>
          <h3>{t('check.terms')}</h3>
          <ListingTerms />
        </>
      )}
      {good && (
        <div class="row">
          <LinkButton href={`https://hstspreload.org/${page}?domain=${encodeURIComponent(found.domain)}`}>{t('check.to_list')}</LinkButton>
        </div>
      )}
      {found.findings !== undefined && <Beyond findings={more.filter((one) => one.score === undefined)} site={site} />}
      <Readings readings={found.readings ?? []} known={[...found.errors, ...found.warnings, ...more]} />
      <Observatory results={more.filter((one) => one.score !== undefined)} site={site} />
    </section>
  );
}

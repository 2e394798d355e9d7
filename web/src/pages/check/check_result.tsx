// The findings of a check, the errors first, each with what mends it; and for a domain that is good enough, what being listed means.
import { type PlainKey, useI18n } from '../../i18n';
import { href } from '../../router';
import { LinkButton } from '../../ui/button';
import { Notice, ServerText } from '../../ui/notice';
import { Badge } from '../../ui/verdict';
import type { Check } from './check_page';
import './check.css';
import { ListingTerms } from './listing_terms';

type Finding = Check['errors'][number];
type Place = '/sites/:name/certificate' | '/sites/:name/application' | '/sites/:name/hsts';

// Where in the panel it is mended, for a site of this gateway.
const PLACES: Record<NonNullable<Finding['mend']>, Place> = {
  certificate: '/sites/:name/certificate',
  alias: '/sites/:name/application',
  redirect: '/sites/:name/application',
  permanent: '/sites/:name/hsts',
  subdomains: '/sites/:name/hsts',
  preload: '/sites/:name/hsts',
  'no-preload': '/sites/:name/hsts',
  start: '/sites/:name/hsts',
  cookies: '/sites/:name/application',
};
const PLACE_NAMES: Record<Place, PlainKey> = { '/sites/:name/certificate': 'check.to_certificate', '/sites/:name/application': 'check.to_application', '/sites/:name/hsts': 'check.to_hsts' };

function FindingItem({ finding, found, isError }: { finding: Finding; found: Check; isError: boolean }) {
  const { t } = useI18n();
  const place = found.is_site && finding.mend !== undefined ? PLACES[finding.mend] : undefined;
  return (
    <li>
      <Badge tone={isError ? 'block' : 'warn'}>{t(isError ? 'check.error' : 'check.warning')}</Badge>
      <div class="stack-tight">
        <p class="strong">
          <ServerText>{finding.summary}</ServerText>
        </p>
        {finding.message !== '' && (
          <p>
            <ServerText>{finding.message}</ServerText>
          </p>
        )}
        <p class="muted">
          <ServerText>{finding.fix}</ServerText>
        </p>
        <p class="muted small">
          <code>{finding.code}</code>
        </p>
        {place !== undefined && <p><a href={href(place, { name: found.domain })}>{t(PLACE_NAMES[place])}</a></p>}
      </div>
    </li>
  );
}

function headline(found: Check): PlainKey {
  if (found.check === 'removable') return found.errors.length === 0 ? 'check.is_removable' : 'check.is_not_removable';
  return found.errors.length === 0 ? 'check.is_preloadable' : 'check.is_not_preloadable';
}

export function CheckResult({ found }: { found: Check }) {
  const { t } = useI18n();
  const good = found.errors.length === 0;
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
      {found.errors.length + found.warnings.length > 0 && (
        <ul class="check-findings">
          {found.errors.map((finding, at) => (
            <FindingItem key={`e${at}`} finding={finding} found={found} isError />
          ))}
          {found.warnings.map((finding, at) => (
            <FindingItem key={`w${at}`} finding={finding} found={found} isError={false} />
          ))}
        </ul>
      )}
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
    </section>
  );
}

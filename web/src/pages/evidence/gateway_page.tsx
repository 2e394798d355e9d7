// Evidence of the gateway as a whole: all sites together, and what no site is known for; and the way to each site's own.
import { useQuery } from '../../api/query';
import { useI18n } from '../../i18n';
import { href, useLocation } from '../../router';
import { Loaded, Page } from '../../ui/page';
import { Came } from './came';
import './evidence.css';
import { spanFrom } from './span';
import { SpanPicker } from './span_picker';
import { useGatewayEvidence } from './use_evidence';

function Sites() {
  const { t } = useI18n();
  const sites = useQuery('/v1/status').data?.sites ?? [];
  if (sites.length === 0) return null;
  return (
    <section class="card stack" aria-labelledby="evidence-sites">
      <h2 id="evidence-sites">{t('evidence.sites')}</h2>
      <ul class="evidence-sites">
        {sites.map(({ name = '' }) => (
          <li key={name}>
            <a href={href('/sites/:name/evidence', { name })}>{name}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}

export default function GatewayEvidencePage() {
  const { t } = useI18n();
  const span = spanFrom(useLocation().query);
  const evidence = useGatewayEvidence(span);
  const here = href('/evidence');
  return (
    <Page
      title={t('evidence.gateway')}
      above={
        <a class="small" href={href('/')}>
          {t('overview.overview')}
        </a>
      }
    >
      <SpanPicker here={here} span={span} evidence={evidence.data}>
        {t('evidence.gateway_lead')}
      </SpanPicker>
      <Loaded query={evidence}>{(data) => <Came evidence={data} span={span} here={here} />}</Loaded>
      <Sites />
    </Page>
  );
}

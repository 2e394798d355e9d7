// Site → Evidence: who would be locked out, who came over HTTPS and who over plain HTTP, who could not be let in and why, and whether
// the certificate lasts as long as what is promised.
import { useQuery } from '../../api/query';
import { useI18n } from '../../i18n';
import { href, useLocation } from '../../router';
import type { PageProps } from '../../routes';
import { Loaded } from '../../ui/page';
import { SiteFrame } from '../site/site_frame';
import { Auditors } from './auditors';
import { Came } from './came';
import { CensusCard } from './census';
import { CoverageCard } from './coverage';
import './evidence.css';
import { Expiry } from './expiry';
import { ForecastCard } from './forecast';
import { ReportsCard } from './reports';
import { spanFrom } from './span';
import { SpanPicker } from './span_picker';
import { Stranded } from './stranded';
import { TrendCard } from './trend';
import { useSiteEvidence } from './use_evidence';

export default function EvidencePage({ values }: PageProps) {
  const { t } = useI18n();
  const asked = values['name'] ?? '';
  const name = useQuery('/v1/sites/{name}', { path: { name: asked } }).data?.name ?? asked;
  const span = spanFrom(useLocation().query);
  const evidence = useSiteEvidence(asked, span);
  const here = href('/sites/:name/evidence', { name: asked });
  return (
    <SiteFrame name={name}>
      <SpanPicker here={here} span={span} evidence={evidence.data}>
        {t('evidence.lead', { name })}
      </SpanPicker>
      <Loaded query={evidence}>
        {(data) => (
          <>
            <Stranded evidence={data} name={name} />
            <ForecastCard forecast={data.forecast} />
            {data.census !== undefined && <CensusCard census={data.census} name={name} />}
            <Came evidence={data} span={span} here={here} name={name} />
            <ReportsCard reports={data.reports} name={name} onSaved={evidence.refetch} />
            <TrendCard trend={data.trend} name={name} />
            <CoverageCard coverage={data.coverage} name={name} />
          </>
        )}
      </Loaded>
      <Expiry name={asked} span={span} />
      <Auditors name={name} />
    </SiteFrame>
  );
}

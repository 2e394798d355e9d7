// The evidence in two sentences, for the summary of a site.
import { useMemo } from 'preact/hooks';
import { useI18n } from '../../i18n';
import type { Evidence } from '../../api/types';
import { Facts } from '../../ui/facts';
import { Loaded } from '../../ui/page';
import { failureSentence, requestSentence } from './sentences';
import { seriesOf } from './series';
import { SPAN_USUAL } from './span';
import { useSiteEvidence } from './use_evidence';

function Sentences({ evidence }: { evidence: Evidence }) {
  const i18n = useI18n();
  const { t } = i18n;
  const series = useMemo(() => seriesOf(evidence), [evidence]);
  return (
    <Facts
      facts={[
        { name: t('evidence.requests'), value: requestSentence(i18n, evidence, series) },
        { name: t('evidence.handshakes'), value: failureSentence(i18n, evidence) },
      ]}
    />
  );
}

export function EvidenceFacts({ name }: { name: string }) {
  return <Loaded query={useSiteEvidence(name, SPAN_USUAL)}>{(evidence) => <Sentences evidence={evidence} />}</Loaded>;
}

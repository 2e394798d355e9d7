// The evidence in a sentence each, for the summary of a site.
import { useMemo } from 'preact/hooks';
import { useI18n } from '../../i18n';
import type { SiteEvidence } from '../../api/types';
import { Facts } from '../../ui/facts';
import { Loaded } from '../../ui/page';
import { todayOf, toldFirst } from './clients';
import { failureSentence, requestSentence } from './sentences';
import { seriesOf } from './series';
import { SPAN_USUAL } from './span';
import { dayWords, storyWords } from './story_words';
import { useSiteEvidence } from './use_evidence';

function Sentences({ evidence }: { evidence: SiteEvidence }) {
  const i18n = useI18n();
  const { t } = i18n;
  const series = useMemo(() => seriesOf(evidence), [evidence]);
  const day = toldFirst(evidence.clients);
  return (
    <Facts
      facts={[
        { name: t('clients.title'), value: day !== undefined && t('clients.of_day', { day: dayWords(i18n, day.day, todayOf(evidence)), story: storyWords(i18n, day) }) },
        { name: t('evidence.requests'), value: requestSentence(i18n, evidence, series) },
        { name: t('evidence.handshakes'), value: failureSentence(i18n, evidence) },
      ]}
    />
  );
}

export function EvidenceFacts({ name }: { name: string }) {
  return <Loaded query={useSiteEvidence(name, SPAN_USUAL)}>{(evidence) => <Sentences evidence={evidence} />}</Loaded>;
}

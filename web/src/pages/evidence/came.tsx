// What came, of a site or of the gateway: or, while there is nothing, what to do next.
import { useMemo } from 'preact/hooks';
import type { Evidence, SiteEvidence } from '../../api/types';
import { useI18n } from '../../i18n';
import { LinkButton } from '../../ui/button';
import { Empty } from '../../ui/empty';
import { Notice } from '../../ui/notice';
import { Moment } from '../../ui/time';
import { Failures } from './failures';
import { Requests } from './requests';
import { isEmpty, seriesOf } from './series';
import { STEP_S, type Span, longerThan } from './span';
import { SPAN_WORDS } from './words';

interface CameProps {
  evidence: Evidence | SiteEvidence;
  span: Span;
  here: string; // the address of the page, without the span
  name?: string; // of the site
}

function Nothing({ evidence, span, here, name }: CameProps) {
  const { t, rich } = useI18n();
  const isBegun = evidence.known_from !== null;
  const to = isBegun ? longerThan(span) : span === '1h' ? undefined : '1h';
  const visit = name !== undefined && <a href={`https://${name}/`} rel="noreferrer">{name}</a>;
  const hint = isBegun
    ? visit === false ? t('evidence.empty_hint_gateway') : rich('evidence.empty_hint', { name: visit })
    : visit === false ? t('evidence.none_yet_hint_gateway') : rich('evidence.none_yet_hint', { name: visit });
  return (
    <section class="card" aria-label={t('evidence.requests')}>
      <Empty
        icon="chart"
        title={t(isBegun ? 'evidence.empty' : 'evidence.none_yet')}
        {...(to !== undefined && { act: <LinkButton href={`${here}?span=${to}`}>{t('evidence.look_longer', { span: t(SPAN_WORDS[to]) })}</LinkButton> })}
      >
        {hint}
      </Empty>
    </section>
  );
}

export function Came(props: CameProps) {
  const { evidence, here, name = 'gateway' } = props;
  const { rich, t } = useI18n();
  const series = useMemo(() => seriesOf(evidence), [evidence]);
  if (isEmpty(evidence)) return <Nothing {...props} />;
  const known = evidence.known_from;
  const isYoung = known !== null && evidence.step !== 'minute' && (Date.parse(evidence.until) - Date.parse(known)) / 1000 < STEP_S[evidence.step];
  return (
    <>
      {isYoung && (
        <Notice tone="info" title={rich('evidence.begun', { when: <Moment at={known} as="relative" /> })}>
          <p>
            <a href={`${here}?span=1h`}>{t('evidence.look_longer', { span: t('evidence.span_1h') })}</a>
          </p>
        </Notice>
      )}
      <Requests evidence={evidence} series={series} name={name} />
      <Failures evidence={evidence} series={series} name={name} days={'clients' in evidence ? evidence.clients : []} />
    </>
  );
}

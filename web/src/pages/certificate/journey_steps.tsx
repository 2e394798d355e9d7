// The four moments of a certificate on its way to the visitors, as a row of steps.
import { type PlainKey, useI18n } from '../../i18n';
import { Icon, type IconName } from '../../ui/icon';
import { Moment } from '../../ui/time';
import { type Step, type StepName, type StepState, journeyOf } from './journey';

const NAMES: Record<StepName, PlainKey> = {
  stored: 'certificate.step_stored',
  published: 'certificate.step_published',
  acknowledged: 'certificate.step_acknowledged',
  seen: 'certificate.step_seen',
};
const ICONS: Record<StepState, IconName> = { done: 'pass', unrecorded: 'pass', waiting: 'neutral', lost: 'block' };
const WORDS: Record<Exclude<StepState, 'done'>, PlainKey> = {
  unrecorded: 'certificate.step_unrecorded',
  waiting: 'certificate.step_waiting',
  lost: 'certificate.step_lost',
};

function StepItem({ step }: { step: Step }) {
  const { t } = useI18n();
  return (
    <li class={`certificate-step certificate-step-${step.state}`}>
      <Icon name={ICONS[step.state]} />
      <div class="stack-tight">
        <span class="strong">{t(NAMES[step.name])}</span>
        <span class="small muted">{step.state === 'done' && step.at !== undefined ? <Moment at={step.at} as="dateTime" /> : t(WORDS[step.state === 'done' ? 'unrecorded' : step.state])}</span>
      </div>
    </li>
  );
}

export function Journey({ certificate }: { certificate: Parameters<typeof journeyOf>[0] }) {
  const { t } = useI18n();
  return (
    <ol class="certificate-journey" aria-label={t('certificate.journey')}>
      {journeyOf(certificate).map((step) => (
        <StepItem key={step.name} step={step} />
      ))}
    </ol>
  );
}

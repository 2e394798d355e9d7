// How an order goes, step by step while it is under way; and when one failed, why, what helps, and when it is tried again.
import { useEffect } from 'preact/hooks';
import { client } from '../../api/client';
import type { components } from '../../api/schema';
import { type PlainKey, useI18n } from '../../i18n';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { Notice, ProblemNotice, ServerText } from '../../ui/notice';
import { Moment } from '../../ui/time';
import { ORDER_STEPS, type OrderStep, isBefore, stateOf, stepOf } from './order_steps';

export type Automatic = components['schemas']['Automatic'];
type Failure = components['schemas']['AcmeFailure'];

// Phases change without a commit, and the server's events tell of commits.
const LOOK_AGAIN_MS = 1_500;

export function useLookAgain(running: boolean, again: () => void): void {
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(again, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  });
}

const WORDS: Record<OrderStep, PlainKey> = {
  queued: 'ways.order_queued',
  account: 'ways.order_account',
  order: 'ways.order_order',
  prove: 'ways.order_prove',
  look: 'ways.order_look',
  issue: 'ways.order_issue',
  fetch: 'ways.order_fetch',
};

export function OrderProgress({ phase, label }: { phase: string | undefined; label: string }) {
  const { t } = useI18n();
  const current = stepOf(phase);
  if (current === undefined) return <p role="status">{label}</p>;
  return (
    <div class="stack-tight">
      <p class="strong">{label}</p>
      <p class="visually-hidden" role="status">
        {t(WORDS[current])}
      </p>
      <ol class="certificate-order">
        {ORDER_STEPS.map((step) => {
          const isDone = isBefore(step, current);
          return (
            <li key={step} class={isDone ? 'certificate-order-done' : undefined} aria-current={step === current ? 'step' : undefined}>
              {step === current ? <span class="spinner" aria-hidden="true" /> : <Icon name={isDone ? 'pass' : 'neutral'} />}
              <span>{t(WORDS[step])}</span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

export function OrderFailure({ failure, title }: { failure: Failure; title: string }) {
  const { t } = useI18n();
  if (failure === null) return null;
  return (
    <Notice tone="block" title={title}>
      {failure.words !== undefined && failure.words !== '' && (
        <p>
          <ServerText>{failure.words}</ServerText>
        </p>
      )}
      {failure.fix !== undefined && failure.fix !== '' && (
        <p class="muted">
          <ServerText>{failure.fix}</ServerText>
        </p>
      )}
      {failure.permanent === true && <p>{t('ways.failure_permanent')}</p>}
    </Notice>
  );
}

// Of the site's own certificate. `again`: the site is asked for anew.
export function OrderState({ site, automatic, mayChange, again }: { site: string; automatic: Automatic; mayChange: boolean; again: () => void }) {
  const { t, rich } = useI18n();
  const state = stateOf(automatic.phase);
  useLookAgain(state === 'running', again);
  const renew = useAction(async (now: boolean) => {
    await client.post('/v1/sites/{name}/certificate/renew', { path: { name: site }, body: now ? { now } : {} });
    again();
  });
  const ca = automatic.ca ?? '';
  return (
    <div class="stack">
      {state === 'running' && <OrderProgress phase={automatic.phase} label={ca === '' ? t('ways.order_running') : t('ways.order_running_at', { ca })} />}
      {state !== 'running' && automatic.failure !== undefined && <OrderFailure failure={automatic.failure} title={t('ways.order_failed')} />}
      {state === 'waiting' && typeof automatic.next_attempt === 'string' && <p>{rich('ways.order_next', { moment: <Moment at={automatic.next_attempt} as="dateTime" /> })}</p>}
      {state === 'idle' && typeof automatic.obtained === 'string' && (
        <p>{rich('ways.order_obtained', { ca: automatic.issuer ?? ca, moment: <Moment at={automatic.obtained} as="dateTime" />, renewal: typeof automatic.renewal === 'string' ? <Moment at={automatic.renewal} /> : '–' })}</p>
      )}
      {automatic.revokes === true && <p>{t('ways.revokes')}</p>}
      {automatic.notice !== undefined && automatic.notice !== '' && (
        <p class="muted">
          <ServerText>{automatic.notice}</ServerText>
        </p>
      )}
      {mayChange && (state === 'waiting' || state === 'idle') && (
        <>
          <ProblemNotice problem={renew.problem} />
          <div class="row">
            <Button onClick={() => renew.run(state === 'waiting')} busy={renew.busy}>
              {t(state === 'waiting' ? 'ways.try_now' : 'ways.renew_now')}
            </Button>
            <span class="small muted">{t('ways.renew_hint')}</span>
          </div>
        </>
      )}
    </div>
  );
}

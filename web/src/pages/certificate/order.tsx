// How an order goes, step by step while it is under way; and when one failed, why, what helps, and when it is tried again.
import { useEffect, useRef } from 'preact/hooks';
import { client } from '../../api/client';
import type { components } from '../../api/schema';
import { type PlainKey, useI18n } from '../../i18n';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { Notice, ProblemNotice, ServerText } from '../../ui/notice';
import { Moment } from '../../ui/time';
import { announce } from '../../ui/toast';
import { ORDER_STEPS, type OrderStep, furthestOf, isBefore, stateOf, stepOf } from './order_steps';

export type Automatic = components['schemas']['Automatic'];
type Failure = components['schemas']['AcmeFailure'];

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
  const furthest = useRef<OrderStep>();
  const current = furthestOf(furthest.current, stepOf(phase));
  furthest.current = current;
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

// `isNew`: it came up while somebody was looking.
export function OrderFailure({ failure, title, isNew }: { failure: Failure; title: string; isNew: boolean }) {
  const { t } = useI18n();
  if (failure === null) return null;
  return (
    <Notice tone="block" title={title} alert={isNew}>
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

// Whether it was seen under way: how it ended is news then. `onGood`: it has just ended well.
export function useSeenRunning(state: ReturnType<typeof stateOf>, onGood?: () => void): boolean {
  const seen = useRef(false);
  const before = useRef(state);
  if (state === 'running') seen.current = true;
  useEffect(() => {
    if (before.current === 'running' && state === 'idle') onGood?.();
    before.current = state;
  });
  return seen.current;
}

// Of the site's own certificate. `again`: the site is asked for anew.
export function OrderState({ site, automatic, mayChange, again }: { site: string; automatic: Automatic; mayChange: boolean; again: () => void }) {
  const { t, rich } = useI18n();
  const state = stateOf(automatic.phase);
  const renew = useAction(async (now: boolean) => {
    await client.post('/v1/sites/{name}/certificate/renew', { path: { name: site }, body: now ? { now } : {} });
    again();
  });
  const ca = automatic.ca ?? '';
  const failed = automatic.failure !== undefined && automatic.failure !== null;
  const isNew = useSeenRunning(state, () => {
    if (!failed) announce(t('certificate.stored', { site }));
  });
  return (
    <div class="stack">
      {state === 'running' && <OrderProgress phase={automatic.phase} label={ca === '' ? t('ways.order_running') : t('ways.order_running_at', { ca })} />}
      {state !== 'running' && automatic.failure !== undefined && <OrderFailure failure={automatic.failure} title={t('ways.order_failed')} isNew={isNew} />}
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

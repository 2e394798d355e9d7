// A rehearsal: everything that an order takes, at a staging authority, and nothing is put into service.
import { client } from '../../api/client';
import { useI18n } from '../../i18n';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Notice, ProblemNotice } from '../../ui/notice';
import { Moment } from '../../ui/time';
import { type Automatic, OrderFailure, OrderProgress, useSeenRunning } from './order';
import { stateOf } from './order_steps';

interface RehearsalProps {
  site: string;
  rehearsal: Automatic['rehearsal'];
  hasStaging: boolean; // an authority for rehearsals is configured
  again: () => void;
}

export function Rehearsal({ site, rehearsal, hasStaging, again }: RehearsalProps) {
  const { t, rich } = useI18n();
  const state = stateOf(rehearsal?.phase);
  const failed = rehearsal?.failure !== undefined && rehearsal.failure !== null;
  const isNew = useSeenRunning(state);
  const rehearse = useAction(async () => {
    await client.post('/v1/sites/{name}/certificate/rehearse', { path: { name: site } });
    again();
  });
  return (
    <div class="stack">
      <p class="muted">{t(hasStaging ? 'ways.rehearse_lead' : 'ways.rehearse_needs')}</p>
      {state === 'running' && <OrderProgress phase={rehearsal?.phase} label={t('ways.rehearsing')} />}
      {state !== 'running' && rehearsal?.failure !== undefined && <OrderFailure failure={rehearsal.failure} title={t('ways.rehearsal_failed')} isNew={isNew} />}
      {state !== 'running' && typeof rehearsal?.passed === 'string' && !failed && (
        <Notice tone="pass" title={t('ways.rehearsal_passed')} alert={isNew}>
          <p>
            {rich('ways.rehearsal_at', { ca: rehearsal.ca ?? '', moment: <Moment at={rehearsal.passed} as="dateTime" /> })}
          </p>
        </Notice>
      )}
      <ProblemNotice problem={rehearse.problem} />
      {hasStaging && (
        <div class="row">
          <Button onClick={rehearse.run} busy={rehearse.busy || state === 'running'}>
            {t('ways.rehearse')}
          </Button>
        </div>
      )}
    </div>
  );
}

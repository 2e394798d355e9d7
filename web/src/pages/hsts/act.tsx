// One move: what it will promise, what stands against it, and the button. What cannot be taken back quickly asks for the
// typed host name; what is blocked is open to an owner who gives a reason.
import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { Guard } from '../../api/problem';
import { useMay } from '../../api/session';
import type { Hsts, Move, MoveGuards } from '../../api/types';
import { useI18n } from '../../i18n';
import { Button, type ButtonKind } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm';
import { Fold } from '../../ui/fold';
import { Notice, ProblemNotice, ServerText } from '../../ui/notice';
import { Moment, useNow } from '../../ui/time';
import { GuardCounts, GuardList } from './guards';
import { besides, blocking, confirmationOf, overridable } from './moves';
import { type Around, useMove } from './use_move';
import { guardWords, moveWords, promiseWords, questionWords } from './words';

export interface Scene extends Around {
  hsts: Hsts;
  guards: Record<string, MoveGuards> | undefined; // undefined: it is being looked
  looking: boolean;
}

interface ActProps {
  move: Move;
  scene: Scene;
  kind?: ButtonKind;
  // Guards that are shown already, by an act above.
  said?: readonly Guard[];
  folded?: boolean; // what was looked at is a press away: it is not what the page is about now
  children?: ComponentChildren; // what helps to decide, once there is something to be decided
}

function Making({ name }: { name: string }) {
  const { t } = useI18n();
  return (
    <p class="loading muted" role="status">
      <span class="spinner" aria-hidden="true" /> {t('hsts.making', { name })}
    </p>
  );
}

function Overridden({ guards }: { guards: readonly Guard[] }) {
  const i18n = useI18n();
  return (
    <Notice tone="block" title={i18n.t('hsts.override_intro')}>
      <ul>
        {guards.map((guard) => (
          <li key={guard.guard}>
            {guardWords(i18n, guard.guard)}: <ServerText>{guard.why}</ServerText>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

// What was looked at, beside the act; where the page is about something else, behind the counts.
function Judged({ act, site, guards, shown, folded }: { act: string; site: string; guards: readonly Guard[]; shown: readonly Guard[]; folded: boolean }) {
  const { t } = useI18n();
  const label = t('hsts.guards_of', { act });
  if (folded) {
    return (
      <Fold title={<GuardCounts guards={guards} />}>
        <GuardList label={label} guards={shown} site={site} />
      </Fold>
    );
  }
  const isPart = shown.length < guards.length;
  return (
    <div class="act-judged">
      {isPart && guards.some((guard) => guard.verdict !== 'pass' && !shown.includes(guard)) && <p class="muted">{t('hsts.as_above')}</p>}
      <GuardList label={label} guards={isPart ? shown.filter((guard) => guard.verdict !== 'pass') : shown} site={site} />
    </div>
  );
}

export function Act({ move, scene, kind = 'plain', said = [], folded = false, children }: ActProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { name, hsts } = scene;
  const id = useId();
  const now = useNow();
  const may = useMay('operator');
  const mayOverride = useMay('owner');
  const [asked, setAsked] = useState<'confirm' | 'override' | undefined>();
  const made = useMove(move, scene, () => setAsked(undefined));

  const judged = scene.guards?.[move];
  const guards = judged?.guards ?? [];
  const blocks = blocking(judged);
  const shown = besides(guards, said);
  const confirmation = confirmationOf(move, hsts);
  const label = moveWords(i18n, move, hsts);
  const promise = promiseWords(i18n, move, { name, hsts, now, bound: (moment) => <Moment at={moment} as="dateTime" /> });
  const needsLook = confirmation === 'step' || confirmation === 'typed';
  const waiting = needsLook && scene.guards === undefined && scene.looking;

  const override = (): void => {
    made.clear();
    setAsked('override');
  };
  const press = (): void => {
    made.clear();
    if (confirmation === 'step' || confirmation === 'not') made.run();
    else setAsked('confirm');
  };

  return (
    <div class={shown.length > 0 && !folded ? 'act act-beside' : 'act'}>
      <div class="act-body">
        <p id={`${id}-promise`} class="act-promise">
          {promise}
        </p>
        {blocks.length === 0 && children}
        {asked === undefined && <ProblemNotice problem={made.problem} />}
        {may && (
          <div class="stack-tight">
            <div class="row">
              <Button kind={kind} onClick={press} busy={made.busy} disabled={waiting || blocks.length > 0} describedBy={`${id}-promise`}>
                {label}
              </Button>
              {mayOverride && overridable(blocks) && (
                <Button kind="quiet" onClick={override} label={`${t('hsts.override')} (${label})`}>
                  {t('hsts.override')}
                </Button>
              )}
            </div>
            {waiting && <p class="muted small">{t('hsts.not_yet_looked')}</p>}
            {blocks.length > 0 && !overridable(blocks) && <p class="muted small">{t('hsts.override_firm')}</p>}
            {!mayOverride && overridable(blocks) && <p class="muted small">{t('hsts.override_owner')}</p>}
          </div>
        )}
        {made.busy && asked === undefined && needsLook && <Making name={name} />}
      </div>
      {guards.length > 0 && (
        <Judged act={label} site={name} guards={guards} shown={shown} folded={folded} />
      )}
      {asked === 'confirm' && (
        <ConfirmDialog
          title={questionWords(i18n, move, name, hsts)}
          act={label}
          danger={move === 'release'}
          {...(confirmation === 'typed' && { typed: name })}
          busy={made.busy}
          problem={made.problem}
          onConfirm={() => made.run()}
          onClose={() => setAsked(undefined)}
        >
          <p>{promise}</p>
          {made.busy && needsLook && <Making name={name} />}
        </ConfirmDialog>
      )}
      {asked === 'override' && (
        <ConfirmDialog
          title={t('hsts.override_title', { name })}
          act={t('hsts.override_act')}
          danger
          typed={name}
          askReason
          busy={made.busy}
          problem={made.problem}
          onConfirm={({ reason, confirm }) => made.run({ guards: blocks.map((guard) => guard.guard), reason, confirm })}
          onClose={() => setAsked(undefined)}
        >
          <p>{promise}</p>
          <Overridden guards={blocks} />
          {made.busy && <Making name={name} />}
        </ConfirmDialog>
      )}
    </div>
  );
}

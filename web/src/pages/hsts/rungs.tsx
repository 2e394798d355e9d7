// The ladder as a picture: off on the ground, the rungs above it, where the site stands, how long the rung has been held. Read
// from below, as one climbs it.
import type { ComponentChildren } from 'preact';
import type { Hsts } from '../../api/types';
import { useI18n } from '../../i18n';
import { Moment, useNow } from '../../ui/time';
import { type Rung, heldShare, isSending, rungsOf } from './moves';
import './rungs.css';

function Note({ rung, hsts, now }: { rung: Rung; hsts: Hsts; now: Date }) {
  const { t, rich } = useI18n();
  const notes: ComponentChildren[] = [];
  if (rung.state === 'here' && hsts.wish.since !== undefined) notes.push(rich('hsts.ladder_here', { date: <Moment at={hsts.wish.since} as="dateTime" /> }));
  if (rung.state === 'next') {
    const waits = isSending(hsts) && hsts.dwell_until !== null && Date.parse(hsts.dwell_until) > now.getTime();
    if (!isSending(hsts)) notes.push(t('hsts.ladder_first'));
    else notes.push(waits && hsts.dwell_until !== null ? rich('hsts.ladder_next_not_before', { date: <Moment at={hsts.dwell_until} as="dateTime" /> }) : t('hsts.ladder_next'));
  }
  if (rung.isTarget && rung.state !== 'here') notes.push(t('hsts.ladder_target'));
  return (
    <>
      {notes.map((note, at) => (
        <span key={at} class="rung-note">
          {note}
        </span>
      ))}
    </>
  );
}

const OFF_NOTES = { off: 'hsts.ladder_free', releasing: 'hsts.ladder_released', left: 'hsts.ladder_left' } as const;

export function Rungs({ hsts }: { hsts: Hsts }) {
  const { t, format } = useI18n();
  const now = useNow();
  const onGround = !isSending(hsts);
  const held = heldShare(hsts, now.getTime());
  const phase = hsts.phase === 'releasing' || hsts.phase === 'left' ? hsts.phase : 'off';
  return (
    <ol class="rungs" aria-label={t('hsts.ladder')}>
      <li class={onGround ? 'rung rung-ground rung-here' : 'rung rung-ground'} aria-current={onGround ? 'step' : undefined}>
        <span class="rung-picture" aria-hidden="true" />
        <span class="rung-words">
          <span class="rung-name">{t('hsts.ladder_off')}</span>
          {onGround && <span class="rung-note">{t(OFF_NOTES[phase])}</span>}
        </span>
      </li>
      {rungsOf(hsts).map((rung) => (
        <li key={rung.maxAge} class={`rung rung-${rung.state}`} aria-current={rung.state === 'here' ? 'step' : undefined}>
          <span class="rung-picture" aria-hidden="true" />
          <span class="rung-words">
            <span class="rung-name">{format.duration(rung.maxAge)}</span>
            <Note rung={rung} hsts={hsts} now={now} />
            {rung.state === 'here' && held !== undefined && <progress class="rung-held" value={held} max={1} aria-label={`${t('hsts.ladder_held')}: ${format.percent(held)}`} />}
          </span>
        </li>
      ))}
    </ol>
  );
}

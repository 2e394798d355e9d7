// Taking the site out of service. Where browsers are bound the server refuses, with the date; an owner may do it all the same.
import { useState } from 'preact/hooks';
import { answer, client } from '../../api/client';
import type { Site } from '../../api/types';
import { useI18n } from '../../i18n';
import { goTo, href } from '../../router';
import { Button } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm';
import { Notice } from '../../ui/notice';
import { Moment } from '../../ui/time';
import { announce } from '../../ui/toast';
import { wayOn } from '../certificate/guarded';
import { Refusal } from '../certificate/refusal';
import { useGuarded } from '../certificate/use_guarded';
import { undoOfRemoval } from '../site/undo';

export function Removal({ site }: { site: Site }) {
  const { t, rich } = useI18n();
  const { name } = site;
  const [isAsked, setAsked] = useState(false);
  const removal = useGuarded(async ({ override }) => {
    try {
      const path = { name };
      const before = await answer('get', '/v1/sites/{name}', { path });
      const undo = await undoOfRemoval(before.data);
      const removed = await client.delete('/v1/sites/{name}', { path, ifMatch: before.etag, ...(override !== undefined && { body: { override } }) });
      if (removed.applied) announce(t('application.removed', { name }), 'pass', undo);
      else announce(t('application.removed_not_applied', { name }), 'warn', undo);
      goTo(href('/'));
    } finally {
      setAsked(false);
    }
  });
  const until = site.hsts.bound_until;
  return (
    <section class="card stack">
      <h2>{t('application.remove')}</h2>
      <p>{t('application.remove_what', { name })}</p>
      {until !== null && Date.parse(until) > Date.now() && (
        <Notice tone="warn" title={t('application.remove_bound')}>
          <p>{rich('application.remove_bound_until', { name: <strong>{name}</strong>, moment: <Moment at={until} as="dateTime" /> })}</p>
          <p>
            <a href={href('/sites/:name/hsts', { name })}>{t('application.to_release')}</a>
          </p>
        </Notice>
      )}
      <Refusal site={name} guarded={removal} act={t('application.remove_act')} warning={t('application.override_warning', { name })} />
      {wayOn(removal.problem) === undefined && (
        <div class="row">
          <Button
            kind="danger"
            onClick={() => {
              removal.clear();
              setAsked(true);
            }}
          >
            {t('application.remove_ask')}
          </Button>
        </div>
      )}
      {isAsked && (
        <ConfirmDialog title={t('application.remove_title', { name })} act={t('application.remove_act')} danger typed={name} busy={removal.busy} onConfirm={() => removal.run()} onClose={() => setAsked(false)}>
          <p>{t('application.remove_what', { name })}</p>
          <p>{t('application.remove_refused')}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

// The refusal of a guard: what it keeps, and the way on for who means it all the same.
import { useRef } from 'preact/hooks';
import { useMay } from '../../api/session';
import { useI18n } from '../../i18n';
import { Button } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm';
import { Notice, ProblemNotice, ServerText } from '../../ui/notice';
import { type WayOn, permissionOf, wayOn } from './guarded';
import type { Guarded } from './use_guarded';

interface RefusalProps {
  site: string;
  guarded: Guarded;
  // The dialog's button: what is done all the same.
  act: string;
  // What may come of an override, where it is not the certificate that changes.
  warning?: string;
}

function Confirmation({ site, guarded, act, way, warning }: RefusalProps & { way: WayOn }) {
  const { t } = useI18n();
  return (
    <ConfirmDialog
      title={act}
      act={act}
      danger
      typed={site}
      askReason={way.kind === 'override'}
      busy={guarded.busy}
      problem={wayOn(guarded.problem) === undefined ? guarded.problem : undefined}
      onConfirm={({ confirm, reason }) => guarded.runWith(permissionOf(way, confirm, reason))}
      onClose={() => guarded.ask(false)}
    >
      <p>{way.kind === 'override' ? (warning ?? t('certificate.override_warning', { site })) : t('certificate.replace_warning', { site })}</p>
    </ConfirmDialog>
  );
}

export function Refusal({ site, guarded, act, warning }: RefusalProps) {
  const { t } = useI18n();
  const isOwner = useMay('owner');
  const found = wayOn(guarded.problem);
  // While the confirmed attempt is under way, or failed in another way, there is no refusal to be read from.
  const kept = useRef<WayOn>();
  if (found !== undefined) kept.current = found;
  const way = guarded.asking ? kept.current : found;
  if (way === undefined) return <ProblemNotice problem={guarded.problem} />;
  const may = way.kind === 'replace_working' || isOwner;
  return (
    <>
      {way.kind === 'replace_working' ? (
        <Notice tone="block" title={t('certificate.keeps_working')} alert>
          <p>
            <ServerText>{way.why}</ServerText>
          </p>
          <p>{t('certificate.keeps_working_fix')}</p>
        </Notice>
      ) : (
        <ProblemNotice problem={guarded.problem} />
      )}
      {may ? (
        <div class="row">
          <Button kind="danger" onClick={() => guarded.ask(true)}>
            {t('certificate.all_the_same')}
          </Button>
        </div>
      ) : (
        <p class="muted">{t('certificate.override_by_owner')}</p>
      )}
      {guarded.asking && <Confirmation site={site} guarded={guarded} act={act} way={way} {...(warning !== undefined && { warning })} />}
    </>
  );
}

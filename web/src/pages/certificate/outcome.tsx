// What a change of the site was answered with that somebody has to know: it stays as long as it holds, or until it was read.
import type { Result } from '../../api/operations';
import type { Site } from '../../api/types';
import { useI18n } from '../../i18n';
import { Button } from '../../ui/button';
import { Notice, ServerText } from '../../ui/notice';

export type Changed = Pick<Result<'patch', '/v1/sites/{name}'>, 'applied' | 'reason' | 'warnings'>;

// Said above, in the page's own words.
const HAS_NONE = /^\S+ has no certificate:/;
const RSA_ENDS = '(rsa_side_ends)';

// Of the warnings that came with the change those that still hold.
export function standing(changed: Changed, site: Pick<Site, 'warnings'>): string[] {
  return changed.warnings.filter((warning) => site.warnings.includes(warning) && !HAS_NONE.test(warning));
}

export function Outcome({ changed, site, onRead }: { changed: Changed | undefined; site: Site; onRead: () => void }) {
  const { t } = useI18n();
  if (changed === undefined) return null;
  const warnings = standing(changed, site);
  if (changed.applied && warnings.length === 0) return null;
  return (
    <Notice tone="warn" title={t(changed.applied ? 'acme.changed' : 'acme.changed_not_applied')} alert>
      {!changed.applied && changed.reason !== undefined && changed.reason !== '' && (
        <p>
          <ServerText>{changed.reason}</ServerText>
        </p>
      )}
      {warnings.length > 0 && (
        <ul class="certificate-plain-list">
          {warnings.map((warning) => (
            <li key={warning}>{warning.includes(RSA_ENDS) ? `${t('acme.key_turns_away')} ${t('acme.key_turns_away_fix')}` : <ServerText>{warning}</ServerText>}</li>
          ))}
        </ul>
      )}
      <div class="row">
        <Button kind="quiet" onClick={onRead}>
          {t('common.dismiss')}
        </Button>
      </div>
    </Notice>
  );
}

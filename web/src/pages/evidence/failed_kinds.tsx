// Who could not get in on the newest day on which somebody could not, by kind of client: how many, what most of them failed for, and what
// helps.
import { type I18n, useI18n } from '../../i18n';
import { titleOf } from './causes';
import { type FailedKind, helpOf, kindOf, newestFailed } from './kinds';

interface Day {
  day: string;
  failed_classes: readonly FailedKind[];
}

function kindWords({ t }: I18n, name: string): string {
  const kind = kindOf(name);
  return kind === undefined ? name : t(kind.title);
}

function countWords({ t, format }: I18n, { count, error }: FailedKind): string {
  return error === 0 ? t('kinds.clients', { count }) : t('kinds.clients_about', { count: format.number(count), error: format.number(error) });
}

export function FailedKinds({ days }: { days: readonly Day[] }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const day = newestFailed(days);
  if (day === undefined) return null;
  return (
    <div class="stack-tight">
      <h3>{t('kinds.title', { date: format.utcDate(`${day.day}T00:00:00Z`) })}</h3>
      <p class="muted small">{t('kinds.lead')}</p>
      <ul class="stack" aria-label={t('kinds.label')}>
        {[...day.failed_classes].sort((a, b) => b.count - a.count).map((kind) => (
          <li key={kind.class} class="stack-tight">
            <p class="strong">{t('kinds.row', { clients: countWords(i18n, kind), kind: kindWords(i18n, kind.class) })}</p>
            <p>{t('kinds.cause', { cause: titleOf(i18n, kind.cause) })}</p>
            <p>
              <span class="strong">{t('evidence.helps')}</span> {t(helpOf(kind))}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}

// What would be another way, member by member; and what stands against it.
import { useI18n } from '../../i18n';
import type { Guard } from '../../api/problem';
import { Notice, ServerText } from '../../ui/notice';
import { type Difference, changesCertificate, tell } from './differences';
import './declared.css';

function Value({ what, sign, text, kind }: { what: string; sign: string; text: string | undefined; kind: 'before' | 'after' }) {
  if (text === undefined) return null;
  const Changed = kind === 'before' ? 'del' : 'ins';
  return (
    <p class={`differences-${kind}`}>
      <span aria-hidden="true">{sign}</span>
      <span class="visually-hidden">{what}</span>
      <Changed>{text}</Changed>
    </p>
  );
}

export function DifferenceList({ differences }: { differences: readonly Difference[] }) {
  const { t } = useI18n();
  return (
    <ul class="differences">
      {tell(differences).map(({ member, before, after }) => (
        <li key={member}>
          <code class="strong">{member}</code>
          <div class="differences-values" dir="ltr">
            <Value what={t('declared.before')} sign="−" text={before} kind="before" />
            <Value what={t('declared.after')} sign="+" text={after} kind="after" />
          </div>
        </li>
      ))}
      {changesCertificate(differences) && <li>{t('declared.another_certificate')}</li>}
    </ul>
  );
}

export function Against({ guards }: { guards: readonly Guard[] }) {
  const { t } = useI18n();
  const against = guards.filter((guard) => guard.verdict !== 'pass');
  if (against.length === 0) return null;
  return (
    <Notice tone="warn" title={t('declared.against', { count: against.length })}>
      <ul class="stack-tight">
        {against.map((guard) => (
          <li key={guard.guard}>
            <p>
              <ServerText>{guard.why}</ServerText>
            </p>
            {guard.fix !== undefined && (
              <p class="muted small">
                <ServerText>{guard.fix}</ServerText>
              </p>
            )}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

// What a check found, the worst first: what is wrong, where exactly, what helps.
import { useI18n } from '../../i18n';
import { ServerText } from '../../ui/notice';
import { Badge } from '../../ui/verdict';
import { type Finding, WEIGHT_TONES, WEIGHT_WORDS, faultKey, fixKey, particularsOf, worstFirst } from './faults';

export function FindingList({ findings }: { findings: readonly Finding[] }) {
  const { t } = useI18n();
  return (
    <ul class="certificate-findings">
      {worstFirst(findings).map((finding) => {
        const particulars = particularsOf(finding.id, finding.text);
        return (
          <li key={finding.id}>
            <Badge tone={WEIGHT_TONES[finding.weight]}>{t(WEIGHT_WORDS[finding.weight])}</Badge>
            <div class="stack-tight">
              <p class="strong">{t(faultKey(finding.id))}</p>
              {particulars !== undefined && (
                <p>
                  <ServerText>{particulars}</ServerText>
                </p>
              )}
              <p class="muted">{t(fixKey(finding.id))}</p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

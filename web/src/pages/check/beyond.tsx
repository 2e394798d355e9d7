// What was found of a domain beyond the rules of the preload list, by how much it matters; what is good is folded away.
import { type PlainKey, useI18n } from '../../i18n';
import { Fold } from '../../ui/fold';
import { Badge } from '../../ui/verdict';
import { type Finding, FindingList, type Severity } from './finding_list';

const GROUPS: readonly (readonly [Severity, PlainKey])[] = [
  ['error', 'check.group_errors'],
  ['warning', 'check.group_warnings'],
  ['note', 'check.group_notes'],
];

export function Beyond({ findings, site }: { findings: readonly Finding[]; site: string | undefined }) {
  const { t } = useI18n();
  const of = (severity: Severity): Finding[] => findings.filter((finding) => finding.severity === severity);
  const good = of('good');
  return (
    <section class="stack check-part" aria-labelledby="check-beyond">
      <h3 id="check-beyond">{t('check.beyond')}</h3>
      <p class="muted">{findings.length === 0 ? t('check.beyond_unseen') : t('check.beyond_text')}</p>
      {GROUPS.map(([severity, title]) => {
        const group = of(severity);
        if (group.length === 0) return null;
        return (
          <section key={severity} class="stack">
            <h4>{t(title)}</h4>
            <FindingList findings={group} site={site} label={t(title)} />
          </section>
        );
      })}
      {good.length > 0 && (
        <Fold title={<Badge tone="pass">{t('check.group_good', { count: good.length })}</Badge>} open={good.length === findings.length}>
          <FindingList findings={good} site={site} />
        </Fold>
      )}
    </section>
  );
}

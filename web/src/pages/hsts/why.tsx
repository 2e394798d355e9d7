// The problem and the solution, for who turns it on for the first time and has the room; folded away for others.
import { useI18n } from '../../i18n';
import { FoldedSection } from '../../ui/fold';
import { useWide } from '../../ui/wide';

export function Why({ open }: { open: boolean }) {
  const { t } = useI18n();
  const isWide = useWide();
  return (
    <FoldedSection id="hsts-why" heading={t('hsts.why')} open={open && isWide}>
      <div class="hsts-why">
        <section class="stack-tight" aria-labelledby="hsts-problem">
          <h3 id="hsts-problem">{t('hsts.problem')}</h3>
          <p>{t('hsts.problem_text_1')}</p>
          <p>{t('hsts.problem_text_2')}</p>
        </section>
        <section class="stack-tight" aria-labelledby="hsts-solution">
          <h3 id="hsts-solution">{t('hsts.solution')}</h3>
          <p>{t('hsts.solution_text_1')}</p>
          <p>{t('hsts.solution_text_2')}</p>
        </section>
      </div>
    </FoldedSection>
  );
}

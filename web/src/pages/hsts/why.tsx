// The problem and the solution, for who turns it on for the first time; folded away for who has.
import { useI18n } from '../../i18n';

export function Why({ open }: { open: boolean }) {
  const { t } = useI18n();
  return (
    <details class="fold card" open={open}>
      <summary>{t('hsts.why')}</summary>
      <div class="hsts-why">
        <section class="stack-tight" aria-labelledby="hsts-problem">
          <h2 id="hsts-problem">{t('hsts.problem')}</h2>
          <p>{t('hsts.problem_text_1')}</p>
          <p>{t('hsts.problem_text_2')}</p>
        </section>
        <section class="stack-tight" aria-labelledby="hsts-solution">
          <h2 id="hsts-solution">{t('hsts.solution')}</h2>
          <p>{t('hsts.solution_text_1')}</p>
          <p>{t('hsts.solution_text_2')}</p>
        </section>
      </div>
    </details>
  );
}

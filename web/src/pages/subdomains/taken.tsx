// What became of a list: what was added, and what there is to say of its lines.
import { useEffect, useRef } from 'preact/hooks';
import type { SubdomainsTaken } from '../../api/types';
import { useI18n } from '../../i18n';
import { type Fact, Facts } from '../../ui/facts';
import { Fold } from '../../ui/fold';
import { Notice, ServerText } from '../../ui/notice';
import { FORMAT_WORDS } from './words';

function Problems({ taken }: { taken: SubdomainsTaken }) {
  const { t, format } = useI18n();
  const more = taken.problems_total - taken.problems.length;
  return (
    <Fold open={taken.problems.length <= 5} title={t('subdomains.unread', { count: taken.problems_total })}>
      <ul class="subdomains-problems">
        {taken.problems.map((problem, at) => (
          <li key={at}>
            {problem.line !== null && <span class="strong nowrap">{t('subdomains.line', { line: format.number(problem.line) })}</span>} <ServerText>{problem.message}</ServerText>
          </li>
        ))}
        {more > 0 && <li class="muted">{t('subdomains.unread_more', { count: more })}</li>}
      </ul>
    </Fold>
  );
}

export function Taken({ taken }: { taken: SubdomainsTaken }) {
  const { t, format } = useI18n();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [taken]);
  const count = (name: string, value: number): Fact => ({ name, value: value > 0 && <span class="numbers">{format.number(value)}</span> });
  return (
    <div class="stack">
      <h3 ref={heading} tabIndex={-1}>
        {t('subdomains.taken', { count: taken.added })}
      </h3>
      {taken.added > 0 && <p>{t('subdomains.taken_look')}</p>}
      {taken.left_out > 0 && <Notice tone="warn" title={t('subdomains.left_out', { count: taken.left_out })} />}
      <Facts
        facts={[
          { name: t('subdomains.read_as'), value: t(FORMAT_WORDS[taken.format]) },
          count(t('subdomains.known'), taken.known),
          count(t('subdomains.foreign'), taken.foreign),
          count(t('subdomains.passed'), taken.passed),
        ]}
      />
      {taken.problems_total > 0 && <Problems taken={taken} />}
    </div>
  );
}

// What MDN's HTTP Observatory would give in those of its tests that are made here. Folded: most of it stands above as well, in words
// of ours; it is for those who are asked about the grade.
import { type PlainKey, useI18n } from '../../i18n';
import { Fold } from '../../ui/fold';
import { Badge } from '../../ui/verdict';
import { type Finding, FindingText, TONES } from './finding_list';

// By what its names of results begin with, behind ours for the Observatory.
const TESTS: readonly (readonly [string, PlainKey])[] = [
  ['observatory.hsts-', 'check.observatory_hsts'],
  ['observatory.redirection-', 'check.observatory_redirection'],
  ['observatory.cookies-', 'check.observatory_cookies'],
];

// Always in this order, whatever is worst.
function rankOf(code: string): number {
  const at = TESTS.findIndex(([prefix]) => code.startsWith(prefix));
  return at < 0 ? TESTS.length : at;
}

export function Observatory({ results, site }: { results: readonly Finding[]; site: string | undefined }) {
  const { t, format } = useI18n();
  if (results.length === 0) return null;
  const points = (count: number): string => t('check.points', { count, signed: format.signed(count) });
  const sum = results.reduce((all, { score = 0 }) => all + score, 0);
  const nameOf = (code: string): string => {
    const name = TESTS[rankOf(code)]?.[1];
    return name === undefined ? code : t(name);
  };
  return (
    <section class="check-part" aria-labelledby="check-observatory">
      <Fold
        title={
          <>
            <h3 id="check-observatory">{t('check.observatory')}</h3> <span class="numbers">{points(sum)}</span>
          </>
        }
      >
        <p class="muted">{t('check.observatory_text')}</p>
        <ul class="check-findings" aria-labelledby="check-observatory">
          {[...results]
            .sort((one, other) => rankOf(one.code) - rankOf(other.code))
            .map((result) => (
              <li key={result.code}>
                <Badge tone={TONES[result.severity]}>{points(result.score ?? 0)}</Badge>
                <div class="stack-tight">
                  <h4>{nameOf(result.code)}</h4>
                  <FindingText finding={result} site={site} />
                </div>
              </li>
            ))}
        </ul>
        <p>
          <span class="strong">{t('check.observatory_sum', { points: points(sum) })}</span> {t('check.observatory_rest')}
        </p>
      </Fold>
    </section>
  );
}

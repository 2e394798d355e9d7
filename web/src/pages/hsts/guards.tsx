// What was looked at for a move: what stands against it first, with the evidence and what helps; what is good is folded away,
// and so are warnings while something blocks.
import type { Guard } from '../../api/problem';
import { useI18n } from '../../i18n';
import { href } from '../../router';
import { Fold } from '../../ui/fold';
import { ServerText } from '../../ui/notice';
import { Moment } from '../../ui/time';
import { Badge, Verdict } from '../../ui/verdict';
import './guards.css';
import { fixPlace } from './places';
import { guardWords } from './words';

// They judge by what came, which has a page of its own.
const OF_TRAFFIC: readonly string[] = ['stranded', 'traffic', 'http-census', 'reports', 'coverage'];

function Row({ guard, site }: { guard: Guard; site: string }) {
  const i18n = useI18n();
  const { t, rich } = i18n;
  const place = fixPlace(guard.guard);
  return (
    <li class="guard">
      <div class="guard-head">
        <Verdict verdict={guard.verdict} />
        <h3>{guardWords(i18n, guard.guard)}</h3>
      </div>
      <p>
        <ServerText>{guard.why}</ServerText>
      </p>
      {guard.fix !== undefined && (
        <p>
          <span class="strong">{t('hsts.fix')}</span> <ServerText>{guard.fix}</ServerText>
          {place !== undefined && (
            <>
              {' '}
              <a href={href(place.pattern, { name: site })}>{t(place.title)}</a>
            </>
          )}
        </p>
      )}
      {guard.seen !== undefined && <p class="muted small">{rich('hsts.evidence_seen', { when: <Moment at={guard.seen} as="relative" /> })}</p>}
      {OF_TRAFFIC.includes(guard.guard) && (
        <p>
          <a href={href('/sites/:name/evidence', { name: site })}>{t('evidence.look')}</a>
        </p>
      )}
    </li>
  );
}

export function GuardCounts({ guards }: { guards: readonly Guard[] }) {
  const { t } = useI18n();
  const count = (verdict: Guard['verdict']): number => guards.filter((guard) => guard.verdict === verdict).length;
  const [block, warn, pass] = [count('block'), count('warn'), count('pass')];
  return (
    <div class="row">
      {block > 0 && <Badge tone="block">{t('hsts.guards_block', { count: block })}</Badge>}
      {warn > 0 && <Badge tone="warn">{t('hsts.guards_warn', { count: warn })}</Badge>}
      {pass > 0 && <Badge tone="pass">{t('hsts.guards_good', { count: pass })}</Badge>}
    </div>
  );
}

function Rows({ label, guards, site }: { label?: string; guards: readonly Guard[]; site: string }) {
  if (guards.length === 0) return null;
  return (
    <ul class="guards" aria-label={label}>
      {guards.map((guard) => (
        <Row key={guard.guard} guard={guard} site={guard.site ?? site} />
      ))}
    </ul>
  );
}

export function GuardList({ label, guards, site }: { label: string; guards: readonly Guard[]; site: string }) {
  const { t } = useI18n();
  const of = (...verdicts: Guard['verdict'][]): Guard[] => guards.filter((guard) => verdicts.includes(guard.verdict));
  const [block, warn, good] = [of('block'), of('warn'), of('pass')];
  const foldsWarnings = block.length > 0 && warn.length > 0;
  return (
    <>
      <Rows label={label} guards={foldsWarnings ? block : [...block, ...warn]} site={site} />
      {foldsWarnings && (
        <Fold title={<Badge tone="warn">{t('hsts.guards_warn', { count: warn.length })}</Badge>}>
          <Rows guards={warn} site={site} />
        </Fold>
      )}
      {good.length > 0 && (
        <Fold title={<Badge tone="pass">{t('hsts.guards_good', { count: good.length })}</Badge>}>
          <Rows guards={good} site={site} />
        </Fold>
      )}
    </>
  );
}

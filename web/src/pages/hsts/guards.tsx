// What was looked at for a move: what stands against it first, with the evidence and what helps; what is good is folded away.
import type { Guard } from '../../api/problem';
import { useI18n } from '../../i18n';
import { ServerText } from '../../ui/notice';
import { Moment } from '../../ui/time';
import { Badge, Verdict } from '../../ui/verdict';
import './guards.css';
import { guardWords } from './words';

function Row({ guard }: { guard: Guard }) {
  const i18n = useI18n();
  const { t, rich } = i18n;
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
        </p>
      )}
      {guard.seen !== undefined && <p class="muted small">{rich('hsts.evidence_seen', { when: <Moment at={guard.seen} as="relative" /> })}</p>}
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

export function GuardList({ label, guards }: { label: string; guards: readonly Guard[] }) {
  const { t } = useI18n();
  const against = guards.filter((guard) => guard.verdict !== 'pass');
  const good = guards.filter((guard) => guard.verdict === 'pass');
  const rows = (some: readonly Guard[]) => some.map((guard) => <Row key={guard.guard} guard={guard} />);
  return (
    <>
      {against.length > 0 && (
        <ul class="guards" aria-label={label}>
          {rows(against)}
        </ul>
      )}
      {good.length > 0 && (
        <details class="fold">
          <summary>{t('hsts.guards_good', { count: good.length })}</summary>
          <ul class="guards">{rows(good)}</ul>
        </details>
      )}
    </>
  );
}

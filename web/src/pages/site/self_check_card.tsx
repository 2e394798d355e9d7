// What the preload list's own checker would say of the site, as the gateway saw it last by itself.
import { client } from '../../api/client';
import type { Result } from '../../api/operations';
import { useQuery } from '../../api/query';
import { useMay } from '../../api/session';
import { type PlainKey, useI18n } from '../../i18n';
import { href } from '../../router';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { type Fact, Facts } from '../../ui/facts';
import { Fold } from '../../ui/fold';
import { Notice, ProblemNotice, ServerText } from '../../ui/notice';
import { Loaded } from '../../ui/page';
import { Moment } from '../../ui/time';
import { Badge, type Tone } from '../../ui/verdict';
import { type Finding, FindingList } from '../check/finding_list';

type SelfCheck = Result<'get', '/v1/sites/{name}/check'>;

const STATE_WORDS: Record<SelfCheck['state'], PlainKey> = {
  none: 'selfcheck.state_none',
  never: 'selfcheck.state_never',
  good: 'selfcheck.state_good',
  errors: 'selfcheck.state_errors',
  unseen: 'selfcheck.state_unseen',
};

// Errors of a site that is not on the list, and does not ask for it, hurt nobody.
function toneOf({ state, matters }: SelfCheck): Tone {
  if (state === 'good') return 'pass';
  if (state === 'errors') return matters ? 'block' : 'info';
  return state === 'unseen' && matters ? 'warn' : 'neutral';
}

function Found({ site, check }: { site: string; check: SelfCheck }) {
  const { t } = useI18n();
  const findings: Finding[] = [...check.errors.map((one) => ({ ...one, severity: 'error' as const })), ...check.warnings.map((one) => ({ ...one, severity: 'warning' as const })), ...check.findings.filter((one) => one.severity !== 'good' && one.score === undefined)];
  if (findings.length === 0) return null;
  return (
    <Fold title={t('selfcheck.findings', { count: findings.length })} open={check.matters && check.errors.length > 0}>
      <FindingList findings={findings} site={site} />
    </Fold>
  );
}

function Told({ site, check }: { site: string; check: SelfCheck }) {
  const { t } = useI18n();
  const facts: Fact[] = [
    { name: t('selfcheck.result'), value: <Badge tone={toneOf(check)}>{t(STATE_WORDS[check.state])}</Badge> },
    { name: t('selfcheck.domain'), value: check.domain !== '' && <code>{check.domain}</code> },
    { name: t('selfcheck.checked_at'), value: check.checked_at !== null && <Moment at={check.checked_at} as="dateTime" /> },
    { name: t('selfcheck.next_check'), value: check.next_check === null ? check.every_days === 0 && t('selfcheck.not_by_itself') : <Moment at={check.next_check} as="relative" /> },
    { name: t('selfcheck.list'), value: t(check.listed ? 'selfcheck.listed' : check.matters ? 'selfcheck.asks' : 'selfcheck.not_listed') },
  ];
  return (
    <>
      <Facts facts={facts} />
      {check.state === 'unseen' && check.why !== undefined && (
        <Notice tone={check.matters ? 'warn' : 'info'} title={<ServerText>{check.why}</ServerText>}>
          {check.detail !== undefined && check.detail !== '' && (
            <p>
              <ServerText>{check.detail}</ServerText>
            </p>
          )}
          {check.fix !== undefined && (
            <p>
              <ServerText>{check.fix}</ServerText>
            </p>
          )}
        </Notice>
      )}
      {check.ready_for_preload === true && !check.listed && <p>{t('selfcheck.ready')}</p>}
      <Found site={site} check={check} />
      {check.changed_since && !check.running && <p class="muted">{t('selfcheck.changed_since')}</p>}
    </>
  );
}

export function SelfCheckCard({ name }: { name: string }) {
  const { t } = useI18n();
  const mayCheck = useMay('operator');
  const query = useQuery('/v1/sites/{name}/check', { path: { name } });
  const begin = useAction(async () => {
    await client.post('/v1/sites/{name}/check', { path: { name }, body: {} });
    query.refetch();
  });
  return (
    <section class="card stack" aria-labelledby="self-check">
      <div class="stack-tight">
        <h2 id="self-check">{t('selfcheck.title')}</h2>
        <p class="muted small">{t('selfcheck.what')}</p>
      </div>
      <Loaded query={query}>
        {(check) => (
          <>
            <Told site={name} check={check} />
            <ProblemNotice problem={begin.problem} />
            {mayCheck && check.state !== 'none' && (
              <div class="row">
                <Button busy={begin.busy || check.running} onClick={() => begin.run()}>
                  {t('selfcheck.act')}
                </Button>
                <a href={href('/check/:name', { name: check.domain !== '' ? check.domain : name })}>{t('selfcheck.more')}</a>
              </div>
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

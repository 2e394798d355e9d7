// Whether includeSubDomains would shut anybody out: by what is known of the names below, counted by state; and looking at them.
import { client } from '../../api/client';
import { useMay } from '../../api/session';
import type { Subdomains } from '../../api/types';
import { type PlainKey, useI18n } from '../../i18n';
import { href } from '../../router';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Notice, ProblemNotice } from '../../ui/notice';
import { Progress } from '../../ui/progress';
import { Moment } from '../../ui/time';
import { Badge, type Tone } from '../../ui/verdict';
import { type Outlook, STATES, STATE_MEANS, STATE_TONES, STATE_WORDS, type Shown, outlookOf } from './words';

type Known = Exclude<Outlook, 'empty'>;
const OUTLOOK_TONES: Record<Known, Exclude<Tone, 'neutral'>> = { blocked: 'block', open: 'warn', clear: 'pass' };
const OUTLOOK_TEXTS: Record<Known, PlainKey> = { blocked: 'subdomains.blocked_text', open: 'subdomains.open_text', clear: 'subdomains.clear_text' };

export function stateHref(site: string, shown: Shown): string {
  return `${href('/sites/:name/subdomains', { name: site })}?state=${shown}`;
}

function Counts({ site, inventory, shown }: { site: string; inventory: Subdomains; shown: Shown }) {
  const { t, format } = useI18n();
  return (
    <ul class="subdomains-counts" aria-label={t('subdomains.by_state')}>
      {STATES.map((state) => (
        <li key={state}>
          <a class="subdomains-count" href={stateHref(site, state)} aria-current={state === shown ? 'true' : undefined}>
            <span class="subdomains-number numbers">{format.number(inventory.summary[state])}</span>
            <Badge tone={inventory.summary[state] === 0 ? 'neutral' : STATE_TONES[state]}>{t(STATE_WORDS[state])}</Badge>
            <span class="small muted">{t(STATE_MEANS[state])}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

function Look({ site, inventory }: { site: string; inventory: Subdomains }) {
  const { t, rich } = useI18n();
  const mayLook = useMay('operator');
  const look = useAction(async () => {
    await client.post('/v1/sites/{name}/subdomains/look', { path: { name: site } });
  });
  const { look: running, checked_at: checkedAt, next_check: nextCheck } = inventory;
  return (
    <>
      {running !== null && <Progress label={t('subdomains.looking', { done: running.done, total: running.total })} value={running.done} max={Math.max(1, running.total)} />}
      <ProblemNotice problem={look.problem} />
      <div class="row">
        {mayLook && (
          <Button busy={look.busy || running !== null} describedBy="subdomains-look" onClick={() => look.run()}>
            {t('subdomains.look')}
          </Button>
        )}
        <span id="subdomains-look" class="small muted">
          {checkedAt === null ? t('subdomains.never_looked') : rich('subdomains.looked', { when: <Moment at={checkedAt} as="relative" /> })}{' '}
          {nextCheck !== null && running === null && rich('subdomains.next_look', { when: <Moment at={nextCheck} as="relative" /> })}
        </span>
      </div>
    </>
  );
}

export function StandingCard({ site, inventory, shown }: { site: string; inventory: Subdomains; shown: Shown }) {
  const { t } = useI18n();
  const { summary } = inventory;
  const outlook = outlookOf(summary);
  if (outlook === 'empty') return null;
  const title = outlook === 'blocked' ? t('subdomains.blocked', { count: summary.blocking }) : outlook === 'open' ? t('subdomains.open', { count: summary.unknown }) : t('subdomains.clear', { count: summary.total });
  return (
    <section class="card stack" aria-labelledby="subdomains-standing">
      <h2 id="subdomains-standing">{t('subdomains.standing')}</h2>
      <Notice tone={OUTLOOK_TONES[outlook]} title={title}>
        <p>{t(OUTLOOK_TEXTS[outlook])}</p>
      </Notice>
      <Counts site={site} inventory={inventory} shown={shown} />
      <Look site={site} inventory={inventory} />
      <p>
        <a href={href('/sites/:name/hsts', { name: site })}>{t('subdomains.to_hsts')}</a>
      </p>
    </section>
  );
}

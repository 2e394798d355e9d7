// Site → Strict Transport Security. The sections and their order are those of the page that administrators of ActivityInfo
// know: the problem, the solution, testing, fully enabling, the preload list; around them where the site stands, and the way back.
// In sight are the acts of this stage with what they promise; what comes later, or only explains, is folded.
import { useQuery } from '../../api/query';
import type { Site } from '../../api/types';
import { useI18n } from '../../i18n';
import { href } from '../../router';
import { Button } from '../../ui/button';
import { type Fact, Facts } from '../../ui/facts';
import { Fold, FoldedSection } from '../../ui/fold';
import { Notice, ProblemNotice, ServerText } from '../../ui/notice';
import { Loaded } from '../../ui/page';
import { Moment } from '../../ui/time';
import { Badge } from '../../ui/verdict';
import { useWide } from '../../ui/wide';
import { ForecastOf } from '../evidence/forecast';
import { LadderPicture } from '../overview/ladder';
import { PHASE_WORDS } from '../overview/words';
import { SiteFrame } from '../site/site_frame';
import { Act, type Scene } from './act';
import { Countdown } from './countdown';
import { Free } from './free';
import { History } from './history';
import './hsts_page.css';
import { isSending } from './moves';
import { Rungs } from './rungs';
import { Why } from './why';

function State({ site, scene }: { site: Site; scene: Scene }) {
  const { t, rich, format } = useI18n();
  const isWide = useWide();
  const { hsts } = scene;
  const moment = (at: string | null) => at !== null && <Moment at={at} as="dateTime" />;
  const facts: Fact[] = [
    { name: t('overview.sent'), value: hsts.field === null ? t('overview.sent_nothing') : <code>{hsts.field}</code> },
    { name: t('overview.bound_until'), value: hsts.bound_until === null ? t('overview.bound_nobody') : <>{moment(hsts.bound_until)} {hsts.bound_by !== undefined && hsts.bound_by !== site.name && `(${t('hsts.bound_by', { name: hsts.bound_by })})`}</> },
    { name: t('hsts.bound_chromium'), value: hsts.bound_until_chromium !== hsts.bound_until && moment(hsts.bound_until_chromium) },
    { name: t('hsts.bound_subdomains'), value: moment(hsts.subdomains_bound_until) },
    {
      name: t('overview.certificate'),
      value: isSending(hsts) && hsts.certificate_bounds_until !== null && rich('hsts.certificate_bounds', { date: <Moment at={hsts.certificate_bounds_until} as="dateTime" />, count: hsts.renewals_seen }),
    },
  ];
  return (
    <section class="card hsts-state" aria-label={t('overview.state')}>
      {isWide && <Rungs hsts={hsts} />}
      <div class="stack">
        <div class="row">
          {!isWide && <LadderPicture ladder={hsts.ladder} maxAge={isSending(hsts) ? hsts.wish.max_age : undefined} />}
          <Badge tone={hsts.phase === 'off' ? 'neutral' : hsts.phase === 'left' ? 'warn' : 'info'}>{t(PHASE_WORDS[hsts.phase])}</Badge>
          {hsts.wish.mode === 'auto' && hsts.wish.target !== undefined && <span>{t('hsts.phase_auto', { time: format.duration(hsts.wish.target) })}</span>}
        </div>
        {hsts.phase === 'releasing' && hsts.bound_until !== null && <Countdown until={hsts.bound_until} onOver={scene.refetch} />}
        <Facts facts={facts} />
        {hsts.bound_until !== null && <ForecastOf name={site.name} />}
        {!isWide && (
          <Fold title={t('hsts.ladder')}>
            <Rungs hsts={hsts} />
          </Fold>
        )}
        {hsts.held_back !== null && hsts.held_back !== '' && (
          <Notice tone="info" title={rich('hsts.held_back', { why: <ServerText>{hsts.held_back}</ServerText> })}>
            <p>
              <a href={href('/sites/:name/evidence', { name: site.name })}>{t('evidence.look')}</a>
            </p>
          </Notice>
        )}
        {hsts.preload_sent && !hsts.wish.preload && <Notice tone="warn" title={t('hsts.preload_sent_once')} />}
      </div>
    </section>
  );
}

function Testing({ scene }: { scene: Scene }) {
  const { t, format } = useI18n();
  const { hsts } = scene;
  const time = format.duration(hsts.ladder[0] ?? 0);
  const canStart = hsts.moves.includes('start');
  if (!canStart && hsts.phase !== 'trial') return null;
  return (
    <section class="card stack" aria-labelledby="hsts-testing">
      <h2 id="hsts-testing">{t('hsts.start')}</h2>
      <p>{canStart ? t('hsts.start_text', { time }) : t('hsts.start_trying')}</p>
      {canStart && <Act move="start" scene={scene} kind="main" />}
    </section>
  );
}

function Enabling({ scene }: { scene: Scene }) {
  const { t } = useI18n();
  const { hsts, guards, name } = scene;
  const can = new Set(hsts.moves);
  const said = can.has('permanent') ? (guards?.['permanent']?.guards ?? []) : [];
  return (
    <section class="card stack" aria-labelledby="hsts-enabling">
      <h2 id="hsts-enabling">{t('hsts.success')}</h2>
      {hsts.phase === 'permanent' ? <Notice tone="pass" title={t('hsts.success_reached')} /> : <p>{t('hsts.success_text')}</p>}
      {!isSending(hsts) && <p class="muted">{t('hsts.before_trial', { section: t('hsts.start') })}</p>}
      {can.has('permanent') && (
        <Act move="permanent" scene={scene} kind="main">
          <Notice tone="warn" title={t('hsts.careful')}>
            <p>{t('hsts.careful_text', { name })}</p>
          </Notice>
        </Act>
      )}
      {can.has('climb') && <Act move="climb" scene={scene} said={said} />}
      {can.has('hold') && <Act move="hold" scene={scene} />}
    </section>
  );
}

function Subdomains({ scene }: { scene: Scene }) {
  const { t } = useI18n();
  const { hsts, name } = scene;
  const can = new Set(hsts.moves);
  return (
    <FoldedSection id="hsts-subdomains" heading={t('hsts.subdomains')} open={hsts.wish.include_subdomains}>
      {hsts.wish.include_subdomains && <Notice tone="info" title={t('hsts.subdomains_included')} />}
      <ul class="hsts-binds">
        <li>{t('hsts.subdomains_binds_all', { name })}</li>
        <li>{t('hsts.subdomains_binds_http', { name })}</li>
        <li>{t('hsts.subdomains_binds_list')}</li>
      </ul>
      <p>
        <a href={href('/sites/:name/subdomains', { name })}>{t('hsts.to_subdomains')}</a>
      </p>
      {!isSending(hsts) && <p class="muted">{t('hsts.before_trial', { section: t('hsts.start') })}</p>}
      {can.has('include-subdomains-on') && <Act move="include-subdomains-on" scene={scene} folded />}
      {can.has('include-subdomains-off') && <Act move="include-subdomains-off" scene={scene} folded />}
    </FoldedSection>
  );
}

const LIST = 'https://hstspreload.org/';

function Preload({ scene }: { scene: Scene }) {
  const { t, rich } = useI18n();
  const { hsts, guards } = scene;
  const can = new Set(hsts.moves);
  const impossible = guards?.['preload-on']?.verdict === 'impossible' ? guards['preload-on'] : undefined;
  return (
    <FoldedSection id="hsts-preload" heading={t('hsts.preload')} open={hsts.wish.preload}>
      {hsts.wish.preload && <Notice tone="info" title={t('hsts.preload_on_now')} />}
      <p>{t('hsts.preload_text')}</p>
      <ul class="hsts-binds">
        <li>{t('hsts.preload_binds_all')}</li>
        <li>{t('hsts.preload_binds_word')}</li>
        <li>{t('hsts.preload_binds_terms')}</li>
        <li>{t('hsts.preload_binds_leaving')}</li>
      </ul>
      <p>
        {rich('hsts.preload_link', {
          link: (
            <a href={LIST} rel="noreferrer">
              hstspreload.org
            </a>
          ),
        })}
      </p>
      {can.has('preload-on') && <Act move="preload-on" scene={scene} folded />}
      {can.has('preload-off') && <Act move="preload-off" scene={scene} folded />}
      {!hsts.wish.preload && impossible !== undefined && (
        <div class="stack-tight">
          <p class="strong">{t('hsts.move_impossible')}</p>
          <p>
            <ServerText>{impossible.why ?? ''}</ServerText> <ServerText>{impossible.fix ?? ''}</ServerText>
          </p>
        </div>
      )}
    </FoldedSection>
  );
}

function WayBack({ scene }: { scene: Scene }) {
  const { t } = useI18n();
  const { hsts, name } = scene;
  return (
    <section class="card stack" aria-labelledby="hsts-release">
      <h2 id="hsts-release">{t('hsts.release')}</h2>
      {hsts.phase === 'releasing' ? <p>{t('hsts.releasing')}</p> : hsts.bound_until === null && !isSending(hsts) ? <p class="muted">{t('hsts.release_free')}</p> : <p>{t('hsts.release_text')}</p>}
      {hsts.moves.includes('release') && <Act move="release" scene={scene} folded />}
      <Free name={name} hsts={hsts} />
    </section>
  );
}

export default function HstsPage({ values }: { values: Record<string, string> }) {
  const { t } = useI18n();
  const asked = values['name'] ?? '';
  const site = useQuery('/v1/sites/{name}', { path: { name: asked } });
  const name = site.data?.name ?? asked;
  const guards = useQuery('/v1/sites/{name}/guards', { path: { name: asked } });
  const refetch = (): void => {
    site.refetch();
    guards.refetch();
  };
  return (
    <SiteFrame name={name}>
      <Loaded query={site}>
        {(data) => {
          const scene: Scene = { name, etag: site.etag, hsts: data.hsts, guards: guards.data?.moves, looking: guards.loading, refetch };
          return (
            <>
              <State site={data} scene={scene} />
              <Why open={data.hsts.phase === 'off'} />
              {guards.data === undefined && guards.loading && (
                <p class="loading muted" role="status">
                  <span class="spinner" aria-hidden="true" /> {t('hsts.looking', { name })}
                </p>
              )}
              <ProblemNotice problem={guards.problem} />
              {(guards.data !== undefined || guards.problem !== undefined) && (
                <div class="row">
                  <Button onClick={guards.refetch} busy={guards.loading} describedBy="hsts-look">
                    {t('hsts.look_again')}
                  </Button>
                  <span id="hsts-look" class="small muted">
                    {t('hsts.look_again_why')}
                  </span>
                </div>
              )}
              <Testing scene={scene} />
              <Enabling scene={scene} />
              <Subdomains scene={scene} />
              <Preload scene={scene} />
              <WayBack scene={scene} />
              <History name={name} />
            </>
          );
        }}
      </Loaded>
    </SiteFrame>
  );
}

// Who is told when this certificate needs somebody: by which channel, how early, how the last message went there; and plainly
// when nobody is.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import type { Result } from '../../api/operations';
import { useQuery } from '../../api/query';
import { useMay } from '../../api/session';
import type { Channel } from '../../api/types';
import { useI18n } from '../../i18n';
import { href } from '../../router';
import { useAction } from '../../ui/action';
import { Button, LinkButton } from '../../ui/button';
import { Notice, ProblemNotice, ServerText } from '../../ui/notice';
import { Loaded } from '../../ui/page';
import { Moment, useNow } from '../../ui/time';
import { Badge, type Tone } from '../../ui/verdict';
import { ChannelDialog } from '../notifications/channel_dialog';
import { draftOf } from '../notifications/channel_input';
import { TestResult } from '../notifications/test_result';
import { type DeliveryState, EVENT_WORDS, KIND_WORDS, STATE_WORDS } from '../notifications/words';
import type { SiteCertificates } from './stored';
import { type Subject, reachOf, tellingOf } from './telling';

type Message = Result<'get', '/v1/notify/log'>['notifications'][number];

// The page of notifications asks for the same.
const LOG_SIZE = 200;
const HISTORY_SIZE = 3;
const DAY_S = 86_400;
const TONES: Record<DeliveryState, Tone> = { queued: 'info', sent: 'pass', given_up: 'block' };

function subjectOf(certificates: SiteCertificates, isOrdered: boolean): Subject {
  const all = certificates.certificates.filter((one) => one.id !== undefined);
  const first = all.filter((one) => one.drawer !== true && one.not_after !== undefined).sort((a, b) => (a.not_after ?? '').localeCompare(b.not_after ?? ''))[0];
  return {
    notBefore: first?.not_before,
    notAfter: first?.not_after,
    renewsItself: typeof first?.renewal_due === 'string',
    isOrdered,
    hasDrawer: all.some((one) => one.drawer === true),
    boundUntil: certificates.bound_until,
  };
}

function Deliveries({ message, channel }: { message: Message; channel?: string }) {
  const { t } = useI18n();
  return (
    <>
      {message.deliveries
        .filter((one) => channel === undefined || one.channel === channel)
        .map((one) => (
          <Badge key={one.channel} tone={TONES[one.state]}>
            {channel === undefined && `${one.channel}: `}
            {t(STATE_WORDS[one.state])}
          </Badge>
        ))}
    </>
  );
}

// Hours are of interest when days are few.
function roundedS(seconds: number): number {
  return seconds > 2 * DAY_S ? Math.floor(seconds / DAY_S) * DAY_S : seconds;
}

function When({ channel, subject }: { channel: Channel; subject: Subject }) {
  const { t, rich, format } = useI18n();
  const now = useNow();
  const { endFrom, takesEnd, atOnce } = tellingOf(channel, subject);
  if (channel.paused) return <p>{t('told.paused')}</p>;
  const words = atOnce.map((event) => t(EVENT_WORDS[event]));
  const left = format.duration(roundedS(endFrom?.leftS ?? 0));
  return (
    <ul>
      <li>
        {endFrom === undefined
          ? t(takesEnd ? 'told.end_no_certificate' : 'told.end_not')
          : new Date(endFrom.at) > now
            ? rich('told.end_from', { left, moment: <Moment at={endFrom.at} /> })
            : t('told.end_since', { left })}
      </li>
      <li>{words.length > 0 ? t('told.at_once', { list: format.list(words) }) : t('told.at_once_none')}</li>
    </ul>
  );
}

function ChannelItem({ channel, subject, last, onTold }: { channel: Channel; subject: Subject; last: Message | undefined; onTold: () => void }) {
  const { t, rich } = useI18n();
  const mayTest = useMay('owner');
  const [sent, setSent] = useState<number | undefined>();
  const test = useAction(async () => {
    setSent(undefined);
    setSent((await client.post('/v1/notify/channels/{name}/test', { path: { name: channel.name } })).id);
    onTold();
  });
  const draft = draftOf(channel);
  const to = draft.to !== '' ? draft.to : draft.url;
  const kind = t(KIND_WORDS[draft.kind]);
  return (
    <li class="stack-tight">
      <p>
        <span class="strong">{channel.name}</span> <span class="muted">{to === '' ? kind : t('told.to', { kind, to })}</span>
      </p>
      {channel.problem !== undefined && (
        <Notice tone="warn" title={t('overview.channel_problem', { name: channel.name })}>
          <p>
            <ServerText>{channel.problem}</ServerText>
          </p>
        </Notice>
      )}
      <When channel={channel} subject={subject} />
      <p class="row small">
        {last === undefined ? (
          <span class="muted">{t('told.last_none')}</span>
        ) : (
          <>
            <span class="muted">{rich('told.last', { moment: <Moment at={last.at} as="relative" /> })}</span>
            <ServerText>{last.notification.subject}</ServerText>
            <Deliveries message={last} channel={channel.name} />
          </>
        )}
      </p>
      {sent !== undefined && <TestResult id={sent} channel={channel.name} />}
      <ProblemNotice problem={test.problem} />
      {mayTest && (
        <div class="row">
          <Button busy={test.busy} label={t('notify.test_of', { name: channel.name })} onClick={test.run}>
            {t('notify.test')}
          </Button>
        </div>
      )}
    </li>
  );
}

function Nobody({ isBound, isOwner, onAdd }: { isBound: boolean; isOwner: boolean; onAdd: () => void }) {
  const { t } = useI18n();
  return (
    <Notice tone={isBound ? 'block' : 'warn'} title={t('told.none')}>
      {isBound && <p>{t('told.none_bound')}</p>}
      <p>{t('told.none_hint')}</p>
      {isOwner ? (
        <div class="row">
          <Button icon="add" onClick={onAdd}>
            {t('told.add')}
          </Button>
        </div>
      ) : (
        <p>{t('told.add_by_owner')}</p>
      )}
    </Notice>
  );
}

function History({ site, log }: { site: string; log: readonly Message[] }) {
  const { t } = useI18n();
  const about = log.filter((message) => message.notification.site === site).slice(0, HISTORY_SIZE);
  return (
    <div class="stack-tight">
      <h3>{t('told.history')}</h3>
      {about.length === 0 && <p class="muted">{t('told.history_empty')}</p>}
      <ul class="certificate-plain-list">
        {about.map((message) => (
          <li key={message.id} class="row">
            <span class="small muted">
              <Moment at={message.at} as="dateTime" />
            </span>
            <ServerText>{message.notification.subject}</ServerText>
            {message.deliveries.length === 0 ? <span class="small muted">{t('told.log_only')}</span> : <Deliveries message={message} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

// `isOrdered`: the site gets its certificates from an authority, or is to.
export function Told({ certificates, isOrdered }: { certificates: SiteCertificates; isOrdered: boolean }) {
  const { t } = useI18n();
  const isOwner = useMay('owner');
  const channels = useQuery('/v1/notify/channels');
  const log = useQuery('/v1/notify/log', { query: { limit: LOG_SIZE } });
  const [adding, setAdding] = useState(false);
  const subject = subjectOf(certificates, isOrdered);
  const messages = log.data?.notifications ?? [];
  const lastBy = (channel: string): Message | undefined => messages.find((message) => message.deliveries.some((one) => one.channel === channel));
  return (
    <section class="card stack" aria-label={t('told.title')}>
      <h2>{t('told.title')}</h2>
      <Loaded query={channels}>
        {(data) => {
          const reach = reachOf(data.channels, subject);
          return (
            <>
              {reach === 'none' && <Nobody isBound={subject.boundUntil !== null} isOwner={isOwner} onAdd={() => setAdding(true)} />}
              {reach === 'not_of_its_end' && (
                <Notice tone="warn" title={t('told.not_of_its_end')}>
                  <p>{t('told.not_of_its_end_hint')}</p>
                </Notice>
              )}
              {data.channels.length > 0 && (
                <>
                  <p class="muted">
                    {subject.renewsItself && `${t('told.lead_itself')} `}
                    {t('told.lead')}
                  </p>
                  <ul class="certificate-channels">
                    {data.channels.map((channel) => (
                      <ChannelItem key={channel.name} channel={channel} subject={subject} last={lastBy(channel.name)} onTold={log.refetch} />
                    ))}
                  </ul>
                </>
              )}
              {(data.channels.length > 0 || messages.length > 0) && <History site={certificates.site} log={messages} />}
              <div class="row">
                <LinkButton kind="quiet" icon="bell" href={href('/notifications')}>
                  {t('told.manage')}
                </LinkButton>
              </div>
            </>
          );
        }}
      </Loaded>
      {adding && <ChannelDialog onClose={() => setAdding(false)} onDone={channels.refetch} />}
    </section>
  );
}

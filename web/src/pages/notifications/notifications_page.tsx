// Whom is told when something wants attention, and what was told.
import { useState } from 'preact/hooks';
import { answer, client } from '../../api/client';
import { useQuery } from '../../api/query';
import { useMay } from '../../api/session';
import type { Channel } from '../../api/types';
import { useI18n } from '../../i18n';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm';
import { Empty } from '../../ui/empty';
import { Facts } from '../../ui/facts';
import { Notice, ProblemNotice, ServerText } from '../../ui/notice';
import { Loaded } from '../../ui/page';
import { announce } from '../../ui/toast';
import { SettingsFrame } from '../settings/settings_frame';
import { ChannelDialog } from './channel_dialog';
import { EVENTS, draftOf } from './channel_input';
import { LogCard } from './log_card';
import { TestResult } from './test_result';
import { undoOfRemoval } from './undo';
import { EVENT_WORDS, KIND_WORDS, SEVERITY_WORDS } from './words';

type Open = { act: 'add' } | { act: 'change' | 'remove'; channel: Channel };

function ChannelCard({ channel, open, refetch }: { channel: Channel; open: (open: Open) => void; refetch: () => void }) {
  const { t, format } = useI18n();
  const mayChange = useMay('owner');
  const [test, setTest] = useState<number | undefined>();
  const draft = draftOf(channel);
  const path = { name: channel.name };
  const send = useAction(async () => {
    setTest(undefined);
    setTest((await client.post('/v1/notify/channels/{name}/test', { path })).id);
  });
  const resume = useAction(async () => {
    await client.patch('/v1/notify/channels/{name}', { path, body: { paused: false } });
    refetch();
  });
  return (
    <section class="card stack" aria-label={channel.name}>
      <h2>{channel.name}</h2>
      {channel.paused && (
        <Notice tone="warn" title={t('overview.channel_paused', { name: channel.name })}>
          {channel.paused_why !== undefined && (
            <p>
              <ServerText>{channel.paused_why}</ServerText>
            </p>
          )}
        </Notice>
      )}
      {channel.problem !== undefined && (
        <Notice tone="warn" title={t('overview.channel_problem', { name: channel.name })}>
          <p>
            <ServerText>{channel.problem}</ServerText>
          </p>
        </Notice>
      )}
      <Facts
        facts={[
          { name: t('notify.kind'), value: t(KIND_WORDS[draft.kind]) },
          { name: t('notify.to'), value: draft.to !== '' && draft.to },
          { name: t('notify.host'), value: draft.host !== '' && <code>{draft.host}</code> },
          { name: t('notify.url'), value: draft.url !== '' && <code>{draft.url}</code> },
          { name: t('notify.severity'), value: t(SEVERITY_WORDS[draft.severity]) },
          { name: t('notify.events'), value: draft.events.length === EVENTS.length ? t('notify.events_all') : format.list(draft.events.map((event) => t(EVENT_WORDS[event]))) },
        ]}
      />
      {test !== undefined && <TestResult id={test} channel={channel.name} />}
      <ProblemNotice problem={send.problem ?? resume.problem} />
      {mayChange && (
        <div class="row">
          <Button busy={send.busy} label={t('notify.test_of', { name: channel.name })} onClick={() => send.run()}>
            {t('notify.test')}
          </Button>
          {channel.paused && (
            <Button busy={resume.busy} label={t('notify.resume_of', { name: channel.name })} onClick={() => resume.run()}>
              {t('notify.resume')}
            </Button>
          )}
          <Button label={t('notify.change_of', { name: channel.name })} onClick={() => open({ act: 'change', channel })}>
            {t('common.change')}
          </Button>
          <Button label={t('notify.remove_of', { name: channel.name })} onClick={() => open({ act: 'remove', channel })}>
            {t('account.remove')}
          </Button>
        </div>
      )}
    </section>
  );
}

function RemoveDialog({ channel, onClose, onDone }: { channel: Channel; onClose: () => void; onDone: () => void }) {
  const { t } = useI18n();
  const remove = useAction(async () => {
    const path = { name: channel.name };
    const before = await answer('get', '/v1/notify/channels/{name}', { path });
    await client.delete('/v1/notify/channels/{name}', { path, ifMatch: before.etag });
    announce(t('notify.removed', { name: channel.name }), 'pass', undoOfRemoval(before.data));
    onDone();
    onClose();
  });
  return (
    <ConfirmDialog title={t('notify.remove_of', { name: channel.name })} act={t('notify.remove_act')} danger busy={remove.busy} problem={remove.problem} onConfirm={() => remove.run()} onClose={onClose}>
      <p>{t('notify.remove_what')}</p>
    </ConfirmDialog>
  );
}

export default function NotificationsPage() {
  const { t } = useI18n();
  const mayChange = useMay('owner');
  const query = useQuery('/v1/notify/channels');
  const [open, setOpen] = useState<Open | undefined>();
  const close = (): void => setOpen(undefined);
  const add = mayChange && (
    <Button kind="main" icon="add" onClick={() => setOpen({ act: 'add' })}>
      {t('notify.add')}
    </Button>
  );
  return (
    <SettingsFrame title={t('settings.notifications')} lead={t('settings.notifications_what')} acts={(query.data?.channels.length ?? 0) > 0 && add}>
      <Loaded query={query}>
        {(data) =>
          data.channels.length === 0 ? (
            <div class="card">
              <Empty icon="bell" title={t('notify.none')} act={add}>
                {t('notify.none_hint')}
              </Empty>
            </div>
          ) : (
            <>
              {data.channels.map((channel) => (
                <ChannelCard key={channel.name} channel={channel} open={setOpen} refetch={query.refetch} />
              ))}
            </>
          )
        }
      </Loaded>
      <LogCard />
      {open?.act === 'add' && <ChannelDialog onClose={close} onDone={query.refetch} />}
      {open?.act === 'change' && <ChannelDialog present={open.channel} onClose={close} onDone={query.refetch} />}
      {open?.act === 'remove' && <RemoveDialog channel={open.channel} onClose={close} onDone={query.refetch} />}
    </SettingsFrame>
  );
}

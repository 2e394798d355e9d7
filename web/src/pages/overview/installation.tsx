// What wants attention and belongs to no site that is served.
import { useQuery } from '../../api/query';
import type { Status } from '../../api/types';
import { useI18n } from '../../i18n';
import { Notice, ServerText } from '../../ui/notice';

export function InstallationNotices({ status }: { status: Status }) {
  const { t, format } = useI18n();
  const clock = useQuery('/v1/clock').data;
  const channels = useQuery('/v1/notify/channels').data?.channels ?? [];
  const { wanted = 0, acked = 0 } = status.generation;
  return (
    <>
      {status.gateway.connected === false ? (
        <Notice tone="block" title={t('overview.gateway_away')} />
      ) : (
        acked < wanted && <Notice tone="warn" title={t('overview.generation_behind')} />
      )}
      {clock !== undefined && clock.trust !== 'good' && (
        <Notice tone="warn" title={t('overview.clock')}>
          <p>
            <ServerText>{clock.why}</ServerText>
          </p>
        </Notice>
      )}
      {status.removed.map((name) => (
        <Notice key={name.name} tone="warn" title={t('overview.removed', { name: name.name ?? '', date: name.bound_until === undefined ? '' : format.dateTime(name.bound_until) })} />
      ))}
      {channels
        .filter((channel) => channel.paused || channel.problem !== undefined)
        .map((channel) => (
          <Notice key={channel.name} tone="warn" title={channel.paused ? t('overview.channel_paused', { name: channel.name }) : t('overview.channel_problem', { name: channel.name })}>
            {(channel.paused_why ?? channel.problem) !== undefined && (
              <p>
                <ServerText>{channel.paused_why ?? channel.problem ?? ''}</ServerText>
              </p>
            )}
          </Notice>
        ))}
    </>
  );
}

// A message that was sent to try a channel: looked after until it is known how it went.
import { useEffect, useRef } from 'preact/hooks';
import { useQuery } from '../../api/query';
import { useI18n } from '../../i18n';
import { Notice, ServerText } from '../../ui/notice';

const LOOK_EVERY_MS = 1_000;

export function TestResult({ id, channel }: { id: number; channel: string }) {
  const { t } = useI18n();
  const query = useQuery('/v1/notify/log', { query: { id } });
  const delivery = query.data?.notifications[0]?.deliveries.find((one) => one.channel === channel);
  const isOver = delivery?.state === 'sent' || delivery?.state === 'given_up';
  const refetch = useRef(query.refetch);
  refetch.current = query.refetch;
  useEffect(() => {
    if (isOver) return undefined;
    const timer = setInterval(() => refetch.current(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isOver, id]);
  if (delivery?.state === 'sent') return <Notice tone="pass" alert title={t('notify.test_sent')} />;
  if (delivery?.state !== 'given_up') return <Notice tone="info" alert title={t('notify.test_under_way')} />;
  return (
    <Notice tone="block" alert title={t('notify.test_failed')}>
      {delivery.problem !== undefined && (
        <p>
          <ServerText>{delivery.problem}</ServerText>
        </p>
      )}
    </Notice>
  );
}

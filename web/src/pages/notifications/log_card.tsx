// What was told, and how each delivery went.
import type { Result } from '../../api/operations';
import { useQuery } from '../../api/query';
import { useI18n } from '../../i18n';
import { ServerText } from '../../ui/notice';
import { Loaded } from '../../ui/page';
import { type Column, Table } from '../../ui/table';
import { Moment } from '../../ui/time';
import { Badge, type Tone } from '../../ui/verdict';
import { type DeliveryState, STATE_WORDS } from './words';

type Told = Result<'get', '/v1/notify/log'>['notifications'][number];

// Older ones are on the command line (strictgate notify log).
const SHOWN = 200;
const TONES: Record<DeliveryState, Tone> = { queued: 'info', sent: 'pass', given_up: 'block' };

export function LogCard() {
  const { t } = useI18n();
  const query = useQuery('/v1/notify/log', { query: { limit: SHOWN } });
  const columns: Column<Told>[] = [
    { id: 'subject', title: t('notify.subject'), csv: (row) => row.notification.subject, cell: (row) => <ServerText>{row.notification.subject}</ServerText> },
    { id: 'at', title: t('notify.at'), sort: (row) => row.at, csv: (row) => row.at, cell: (row) => <Moment at={row.at} as="dateTime" /> },
    {
      id: 'deliveries',
      title: t('notify.deliveries'),
      csv: (row) => row.deliveries.map((one) => `${one.channel}: ${one.state}`).join(', '),
      cell: (row) => row.deliveries.length === 0 ? (
        <span class="muted">{t('notify.delivered_none')}</span>
      ) : (
        <ul class="stack-tight">
          {row.deliveries.map((one) => (
            <li key={one.channel}>
              <span class="row">
                {one.channel} <Badge tone={TONES[one.state]}>{t(STATE_WORDS[one.state])}</Badge>
              </span>
              {one.problem !== undefined && one.state !== 'sent' && (
                <p class="small muted">
                  <ServerText>{one.problem}</ServerText>
                </p>
              )}
            </li>
          ))}
        </ul>
      ),
    },
  ];
  return (
    <section class="stack">
      <h2>{t('notify.log')}</h2>
      <Loaded query={query}>
        {(data) => <Table caption={t('notify.log')} columns={columns} rows={data.notifications} rowKey={(row) => String(row.id)} fileName="strictgate-notifications.csv" empty={<p class="table-more muted">{t('notify.log_empty')}</p>} />}
      </Loaded>
    </section>
  );
}

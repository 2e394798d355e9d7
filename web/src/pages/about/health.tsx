// How the installation is, in a few lines: each with a word and a sign.
import type { ComponentChildren } from 'preact';
import { useQuery } from '../../api/query';
import type { Clock, Status } from '../../api/types';
import { type PlainKey, useI18n } from '../../i18n';
import { Facts } from '../../ui/facts';
import { ServerText } from '../../ui/notice';
import { Badge, type Tone } from '../../ui/verdict';

function clockWords({ trust, synchronised }: Clock): readonly [Tone, PlainKey] {
  if (trust !== 'good') return ['block', 'about.clock_doubtful'];
  return synchronised ? ['pass', 'about.clock_good'] : ['warn', 'about.clock_alone'];
}

function ClockState({ clock }: { clock: Clock }) {
  const { t } = useI18n();
  const [tone, words] = clockWords(clock);
  return (
    <div class="about-lines">
      <Badge tone={tone}>{t(words)}</Badge>
      {clock.trust !== 'good' && (
        <p class="small">
          <ServerText>{clock.why}</ServerText>
        </p>
      )}
    </div>
  );
}

function Gateway({ gateway }: { gateway: Status['gateway'] }) {
  const { t, format } = useI18n();
  if (gateway.connected !== true) return <Badge tone="block">{t('about.gateway_away')}</Badge>;
  const { since } = gateway;
  return <Badge tone="pass">{since === undefined || since === null ? t('about.gateway_connected') : t('about.gateway_since', { date: format.dateTime(since) })}</Badge>;
}

function Workers({ gateway }: { gateway: Status['gateway'] }) {
  const { t, format } = useI18n();
  const behind = gateway.workers_behind ?? [];
  if (behind.length === 0) return <Badge tone="pass">{t('about.workers_fine', { count: gateway.workers ?? 0 })}</Badge>;
  return (
    <div class="about-lines">
      {behind.map(({ worker, since }) => (
        <Badge key={worker} tone="warn">
          {t('about.worker_hangs', { worker, date: format.dateTime(since) })}
        </Badge>
      ))}
    </div>
  );
}

// Numbers of generations are names: no thousands are set off in them.
function Changes({ generation: { wanted = 0, acked = 0 } }: { generation: Status['generation'] }) {
  const { t } = useI18n();
  if (acked < wanted) return <Badge tone="warn">{t('about.acked_behind', { acked: String(acked), wanted: String(wanted) })}</Badge>;
  return <Badge tone="pass">{t('about.acked_all', { generation: String(wanted) })}</Badge>;
}

export function Health({ status }: { status: Status }) {
  const { t, format } = useI18n();
  const clock = useQuery('/v1/clock').data;
  const facts: { name: string; value: ComponentChildren }[] = [
    { name: t('about.gateway'), value: <Gateway gateway={status.gateway} /> },
    { name: t('about.workers'), value: status.gateway.connected === true && <Workers gateway={status.gateway} /> },
    { name: t('about.acked'), value: <Changes generation={status.generation} /> },
    { name: t('about.clock'), value: clock !== undefined && <ClockState clock={clock} /> },
    { name: t('about.sites'), value: format.number(status.sites.length) },
    { name: t('about.bound_names'), value: status.removed.length > 0 && format.number(status.removed.length) },
  ];
  return (
    <section class="card about-card" aria-labelledby="about-health">
      <h2 id="about-health">{t('about.health')}</h2>
      <Facts facts={facts} />
      <h3>{t('about.attention')}</h3>
      {status.warnings.length === 0 ? (
        <p>{t('about.attention_none')}</p>
      ) : (
        <ul class="about-list">
          {status.warnings.map((warning) => (
            <li key={warning}>
              <ServerText>{warning}</ServerText>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

// How an application answers, as the gateway sees it.
import type { StatusSite } from '../../api/types';
import { type PlainKey, useI18n } from '../../i18n';
import { ServerText } from '../../ui/notice';
import { Badge, type Tone } from '../../ui/verdict';

export type UpstreamStatus = NonNullable<StatusSite['upstreams']>[number];

const HEALTH: Record<NonNullable<UpstreamStatus['health']>, readonly [Tone, PlainKey]> = {
  up: ['pass', 'site.health_up'],
  partly: ['warn', 'site.health_partly'],
  down: ['block', 'site.health_down'],
  unresolved: ['block', 'site.health_unresolved'],
};

export function UpstreamHealth({ upstream }: { upstream: UpstreamStatus }) {
  const { t } = useI18n();
  const [tone, word] = HEALTH[upstream.health ?? 'up'];
  return (
    <span class="row">
      <Badge tone={tone}>{t(word)}</Badge>
      {upstream.problem !== undefined && upstream.problem !== '' && (
        <span class="small">
          <ServerText>{upstream.problem}</ServerText>
        </span>
      )}
    </span>
  );
}

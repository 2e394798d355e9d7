// The addresses of an application, each with how it answers.
import { useI18n } from '../../i18n';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/field';
import { type UpstreamDraft, newUpstream } from './draft';
import { type Wrong, useTold } from './fields';
import { UpstreamHealth, type UpstreamStatus } from './health';

interface UpstreamsProps {
  at: string; // the route, as the server names it
  upstreams: readonly UpstreamDraft[];
  onChange: (upstreams: UpstreamDraft[]) => void;
  // Rows have moved: what the server said about them by number is not true any more.
  onMoved: () => void;
  status: readonly UpstreamStatus[]; // of the route
  wrong: Wrong;
}

export function Upstreams({ at, upstreams, onChange, onMoved, status, wrong }: UpstreamsProps) {
  const { t } = useI18n();
  const told = useTold(wrong);
  const put = (index: number, change: Partial<UpstreamDraft>): void => onChange(upstreams.map((one, i) => (i === index ? { ...one, ...change } : one)));
  return (
    <div class="application-upstreams">
      {upstreams.map((upstream, i) => {
        const field = `${at}.upstreams[${i}]`;
        const stands = status.find((one) => one.url === upstream.url.trim());
        return (
          <div key={upstream.key} class="application-upstream">
            <TextField
              label={upstreams.length === 1 ? t('application.address') : t('application.address_of', { number: i + 1 })}
              {...(i === 0 && { hint: t('application.address_hint') })}
              value={upstream.url}
              onInput={(url) => put(i, { url })}
              technical
              autocomplete="off"
              inputMode="url"
              {...told(`${field}.url`, field, ...(i === 0 ? [`${at}.upstreams`] : []))}
            />
            {upstreams.length > 1 && (
              <TextField label={t('application.weight')} value={upstream.weight} onInput={(weight) => put(i, { weight })} inputMode="numeric" autocomplete="off" {...told(`${field}.weight`)} />
            )}
            {upstreams.length > 1 && (
              <Button
                label={t('application.remove_address', { address: upstream.url === '' ? String(i + 1) : upstream.url })}
                onClick={() => {
                  onChange(upstreams.filter((one) => one !== upstream));
                  onMoved();
                }}
              >
                {t('account.remove')}
              </Button>
            )}
            {stands !== undefined && (
              <div class="application-stands">
                <UpstreamHealth upstream={stands} />
              </div>
            )}
          </div>
        );
      })}
      <div class="row">
        <Button icon="add" kind="quiet" onClick={() => onChange([...upstreams, newUpstream()])}>
          {t('application.add_address')}
        </Button>
      </div>
      {upstreams.length > 1 && <p class="muted small">{t('application.several')}</p>}
    </div>
  );
}

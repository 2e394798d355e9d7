// Names looked up in the list that is here: bound or not, by which entry, how that came there and how it leaves.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import type { Result } from '../../api/operations';
import { useI18n } from '../../i18n';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Facts } from '../../ui/facts';
import { Form, TextField } from '../../ui/field';
import { Notice, ProblemNotice } from '../../ui/notice';
import { Badge } from '../../ui/verdict';
import { namesIn, policyWords } from './words';

type Found = Result<'get', '/v1/preload/lookup'>;
type Binding = Found['names'][number];

const NAME = 'name';

function BindingItem({ binding }: { binding: Binding }) {
  const { t, rich } = useI18n();
  const { name, entry = '', policy = '' } = binding;
  const words = policyWords(policy);
  if (!binding.bound)
    return (
      <li class="preload-binding">
        <Badge tone="neutral">{t('preload.not_bound')}</Badge>
        <p>{rich('preload.not_bound_text', { name: <code>{name}</code> })}</p>
      </li>
    );
  return (
    <li class="preload-binding">
      <Badge tone="info">{t('preload.bound')}</Badge>
      <div class="stack-tight">
        <p class="strong">{binding.own === true ? rich('preload.bound_own', { name: <code>{name}</code> }) : rich('preload.bound_above', { name: <code>{name}</code>, entry: <code>{entry}</code> })}</p>
        <Facts
          facts={[
            { name: t('preload.entry'), value: <><code>{entry}</code> · {t(binding.include_subdomains === true ? 'preload.entry_subdomains' : 'preload.entry_alone')}</> },
            { name: t('preload.how_came'), value: <>{words !== undefined && t(words.came)} <code class="muted">{policy}</code></> },
            { name: t('preload.how_leaves'), value: words !== undefined && t(words.leaves) },
          ]}
        />
      </div>
    </li>
  );
}

export function LookupCard({ hasList }: { hasList: boolean }) {
  const { t } = useI18n();
  const [names, setNames] = useState('');
  const [missing, setMissing] = useState(false);
  const [found, setFound] = useState<Found>();
  const look = useAction(async () => {
    setFound(undefined);
    setFound(await client.get('/v1/preload/lookup', { query: { name: namesIn(names) } }));
  });
  function submit(): void {
    const isMissing = namesIn(names).length === 0;
    setMissing(isMissing);
    if (!isMissing) look.run();
  }
  return (
    <section class="card stack" aria-labelledby="preload-lookup">
      <h2 id="preload-lookup">{t('preload.lookup')}</h2>
      {!hasList ? (
        <p class="muted">{t('preload.lookup_none')}</p>
      ) : (
        <Form onSubmit={submit}>
          <div class="narrow">
            <TextField
              label={t('preload.names')}
              hint={t('preload.lookup_hint')}
              value={names}
              onInput={setNames}
              technical
              autocomplete="off"
              inputMode="url"
              error={missing ? t('preload.lookup_needed') : undefined}
              problem={ofField(look.problem, NAME)}
            />
          </div>
          <ProblemNotice problem={ofNoField(look.problem, [NAME])} />
          <div class="row">
            <Button type="submit" busy={look.busy}>
              {t('preload.look_up')}
            </Button>
          </div>
        </Form>
      )}
      <div aria-live="polite" class="stack preload-results">
        {found?.old === true && <Notice tone="warn" title={t('preload.lookup_old')} />}
        {found !== undefined && (
          <ul class="preload-bindings" aria-label={t('preload.lookup_results')}>
            {found.names.map((binding) => (
              <BindingItem key={binding.name} binding={binding} />
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

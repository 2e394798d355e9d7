// What the preload list's own checker would say of any domain: whether it would be listed, or may leave the list.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import type { Result } from '../../api/operations';
import { useI18n } from '../../i18n';
import { href } from '../../router';
import type { PageProps } from '../../routes';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Form, Radios, TextField } from '../../ui/field';
import { ProblemNotice } from '../../ui/notice';
import { Page } from '../../ui/page';
import { CheckResult } from './check_result';

export type Check = Result<'post', '/v1/check'>;

const DOMAIN = 'domain';
// A domain may take a minute, and the answer its way.
const TIMEOUT_MS = 75_000;

export default function CheckPage({ values }: PageProps) {
  const { t } = useI18n();
  const [domain, setDomain] = useState(values['name'] ?? '');
  const [kind, setKind] = useState<Check['check']>('preloadable');
  const [missing, setMissing] = useState(false);
  const [found, setFound] = useState<Check>();
  const check = useAction(async () => {
    setFound(undefined);
    setFound(await client.post('/v1/check', { body: { domain: domain.trim(), check: kind }, timeoutMs: TIMEOUT_MS }));
  });

  function submit(): void {
    setMissing(domain.trim() === '');
    if (domain.trim() !== '') check.run();
  }

  return (
    <Page title={t('check.title')} lead={t('check.lead')}>
      <div class="card narrow">
        <Form onSubmit={submit}>
          <TextField
            label={t('check.domain')}
            hint={t('check.domain_hint')}
            value={domain}
            onInput={setDomain}
            technical
            autocomplete="off"
            inputMode="url"
            error={missing ? t('check.domain_needed') : undefined}
            problem={ofField(check.problem, DOMAIN)}
          />
          <Radios
            legend={t('check.question')}
            value={kind}
            onChange={setKind}
            choices={[
              { value: 'preloadable', label: t('check.preloadable'), hint: t('check.preloadable_hint') },
              { value: 'removable', label: t('check.removable'), hint: t('check.removable_hint') },
            ]}
          />
          <ProblemNotice problem={ofNoField(check.problem, [DOMAIN])} />
          <div class="row">
            <Button type="submit" kind="main" busy={check.busy}>
              {t('check.act')}
            </Button>
            {check.busy && <span role="status">{t('check.looking')}</span>}
          </div>
        </Form>
      </div>
      <p class="small">
        <a href={href('/preload')}>{t('check.to_preload')}</a>
      </p>
      <div aria-live="polite">{found !== undefined && <CheckResult found={found} />}</div>
    </Page>
  );
}

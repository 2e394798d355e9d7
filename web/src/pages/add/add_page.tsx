// A site in front of an application: its name, where the application is, and where its certificate comes from.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import { useQuery } from '../../api/query';
import { useI18n } from '../../i18n';
import { goTo, href } from '../../router';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Button, LinkButton } from '../../ui/button';
import { type Choice, Form, Radios, TextField } from '../../ui/field';
import { ProblemNotice } from '../../ui/notice';
import { Page } from '../../ui/page';
import { announce } from '../../ui/toast';
import { type CertificateChoice, hostOf, upstreamOf } from './site_input';

const NAME = 'name';
const UPSTREAMS = ['upstreams', 'upstreams[0]', 'routes[0].upstreams[0]', 'routes[0].upstreams[0].url'] as const;

function useCertificateChoices(): Choice<CertificateChoice>[] {
  const { t, format } = useI18n();
  const authorities = (useQuery('/v1/cas').data?.cas ?? []).filter((authority) => authority.rehearsal !== true).map((authority) => authority.name ?? '');
  const automatic: Choice<CertificateChoice>[] =
    authorities.length === 0 ? [] : [{ value: 'auto', label: t('overview.add_certificate_auto'), hint: t('overview.add_certificate_auto_hint', { authorities: format.list(authorities) }) }];
  return [
    ...automatic,
    { value: 'later', label: t('overview.add_certificate_later'), hint: t('overview.add_certificate_later_hint') },
    { value: 'local', label: t('overview.add_certificate_local'), hint: t('overview.add_certificate_local_hint') },
  ];
}

export default function AddPage() {
  const { t } = useI18n();
  const [name, setName] = useState('');
  const [application, setApplication] = useState('');
  const [certificate, setCertificate] = useState<CertificateChoice>('later');
  const [faults, setFaults] = useState<{ name?: string; application?: string }>({});
  const choices = useCertificateChoices();
  const add = useAction(async () => {
    const added = await client.post('/v1/sites', {
      body: {
        name: hostOf(name),
        upstreams: [upstreamOf(application)],
        ...(certificate === 'local' && { local_ca: true }),
        ...(certificate === 'auto' && { acme: {} }),
      },
    });
    const site = 'name' in added ? added.name : hostOf(name);
    if (added.applied) announce(t('overview.added', { name: site }));
    else announce(t('overview.added_not_applied', { name: site }), 'warn');
    goTo(href('/sites/:name', { name: site }));
  });
  const application_problem = UPSTREAMS.map((field) => ofField(add.problem, field)).find((problem) => problem !== undefined);

  function submit(): void {
    const found = { ...(hostOf(name) === '' && { name: t('overview.add_name_needed') }), ...(application.trim() === '' && { application: t('overview.add_application_needed') }) };
    setFaults(found);
    if (Object.keys(found).length === 0) add.run();
  }

  return (
    <Page title={t('overview.add_site')} lead={t('overview.add_lead')}>
      <div class="card narrow">
        <Form onSubmit={submit}>
          <TextField label={t('overview.add_name')} hint={t('overview.add_name_hint')} value={name} onInput={setName} technical autocomplete="off" inputMode="url" error={faults.name} problem={ofField(add.problem, NAME)} />
          <TextField
            label={t('overview.add_application')}
            hint={t('overview.add_application_hint')}
            value={application}
            onInput={setApplication}
            technical
            autocomplete="off"
            inputMode="url"
            error={faults.application}
            problem={application_problem}
          />
          <Radios legend={t('overview.add_certificate')} value={certificate} onChange={setCertificate} choices={choices} />
          <ProblemNotice problem={ofNoField(add.problem, [NAME, ...UPSTREAMS])} />
          <div class="row">
            <Button type="submit" kind="main" busy={add.busy}>
              {t('overview.add_act')}
            </Button>
            <LinkButton href={href('/')}>{t('common.cancel')}</LinkButton>
          </div>
        </Form>
      </div>
    </Page>
  );
}

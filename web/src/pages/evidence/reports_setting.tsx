// Whether browsers are asked to report: the site that takes what they say, which is one for all, and the site itself.
import { useState } from 'preact/hooks';
import { cache } from '../../api/cache';
import { answer } from '../../api/client';
import { useQuery } from '../../api/query';
import { useMay } from '../../api/session';
import type { Reports } from '../../api/types';
import { urlOf } from '../../api/url';
import { useI18n } from '../../i18n';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Form, Select } from '../../ui/field';
import { ProblemNotice } from '../../ui/notice';
import { announce } from '../../ui/toast';
import { undoOfChange } from '../site/undo';

interface SettingProps {
  reports: Reports;
  name: string;
  onSaved: () => void;
}

function Collector({ reports, name, onSaved }: SettingProps) {
  const { t } = useI18n();
  const settings = useQuery('/v1/settings');
  const sites = useQuery('/v1/sites').data?.sites ?? [];
  const [chosen, setChosen] = useState<string>();
  const there = reports.collector ?? '';
  const put = async (collector: string, ifMatch: string | undefined): Promise<string | undefined> => {
    const saved = await answer('patch', '/v1/settings', { body: { report_collector: collector }, ifMatch });
    settings.refetch();
    onSaved();
    return saved.etag;
  };
  const save = useAction(async () => {
    const etag = await put(chosen ?? there, settings.etag);
    setChosen(undefined);
    announce(t('common.saved'), 'pass', { about: 'settings.report_collector', run: () => put(there, etag) });
  });
  const others = sites.map((site) => site.name).filter((site) => site !== name);
  const names = there === '' || others.includes(there) ? others : [there, ...others];
  return (
    <Form onSubmit={() => save.run()}>
      <div class="narrow">
        <Select
          label={t('reports.choose')}
          hint={t('reports.choose_hint')}
          problem={ofField(save.problem, 'report_collector')}
          value={chosen ?? there}
          onChange={setChosen}
          choices={[{ value: '', label: t('reports.choose_none') }, ...names.map((site) => ({ value: site, label: site }))]}
        />
      </div>
      <ProblemNotice problem={ofNoField(save.problem, ['report_collector'])} />
      <div class="row">
        <Button type="submit" busy={save.busy}>
          {t('common.save')}
        </Button>
      </div>
    </Form>
  );
}

function Switch({ reports, name, onSaved }: SettingProps) {
  const { t } = useI18n();
  const site = useQuery('/v1/sites/{name}', { path: { name } });
  const turn = useAction(async () => {
    const before = site.data;
    const saved = await answer('patch', '/v1/sites/{name}', { path: { name }, body: { reports: reports.enabled ? 'off' : 'on' }, ifMatch: site.etag });
    cache.put(urlOf('/v1/sites/{name}', { name }), saved.data, saved.etag);
    onSaved();
    announce(t(reports.enabled ? 'reports.ended' : 'reports.now_asking'), 'pass', before === undefined ? undefined : undoOfChange(before, saved.data, saved.etag));
  });
  if (!reports.enabled && reports.collector === null) return <p class="muted">{t('reports.needs')}</p>;
  return (
    <>
      <ProblemNotice problem={turn.problem} />
      <div class="row">
        <Button busy={turn.busy} onClick={() => turn.run()}>
          {t(reports.enabled ? 'reports.end' : 'reports.begin')}
        </Button>
      </div>
    </>
  );
}

export function ReportsSetting(props: SettingProps) {
  const mayTurn = useMay('operator');
  const mayChoose = useMay('owner');
  return (
    <>
      {mayTurn && <Switch {...props} />}
      {mayChoose && <Collector {...props} />}
    </>
  );
}

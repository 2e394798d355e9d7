// After how many days names are looked at by themselves: one setting for all sites.
import { useState } from 'preact/hooks';
import { answer } from '../../api/client';
import { useQuery } from '../../api/query';
import { useMay } from '../../api/session';
import { useI18n } from '../../i18n';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Form, Select } from '../../ui/field';
import { FoldedSection } from '../../ui/fold';
import { ProblemNotice } from '../../ui/notice';
import { announce } from '../../ui/toast';

const CHOICES = [1, 7, 14, 30, 90];

function ScheduleForm({ days, onSaved }: { days: number; onSaved: () => void }) {
  const { t } = useI18n();
  const settings = useQuery('/v1/settings');
  const [chosen, setChosen] = useState<number>();
  const patch = async (every: number, ifMatch: string | undefined): Promise<string | undefined> => {
    const saved = await answer('patch', '/v1/settings', { body: { subdomains: { every_days: every } }, ifMatch });
    settings.refetch();
    onSaved();
    return saved.etag;
  };
  const save = useAction(async () => {
    const etag = await patch(chosen ?? days, settings.etag);
    setChosen(undefined);
    announce(t('common.saved'), 'pass', { about: 'settings.subdomains', run: () => patch(days, etag) });
  });
  return (
    <Form onSubmit={() => save.run()}>
      <div class="narrow">
        <Select
          label={t('subdomains.every')}
          hint={t('subdomains.every_hint')}
          value={String(chosen ?? days)}
          onChange={(value) => setChosen(Number(value))}
          choices={[...new Set([...CHOICES, days])].sort((a, b) => a - b).map((count) => ({ value: String(count), label: t('subdomains.every_days', { count }) }))}
        />
      </div>
      <ProblemNotice problem={save.problem} />
      <div class="row">
        <Button type="submit" busy={save.busy}>
          {t('common.save')}
        </Button>
      </div>
    </Form>
  );
}

export function ScheduleCard({ days, onSaved }: { days: number; onSaved: () => void }) {
  const { t } = useI18n();
  const mayChange = useMay('owner');
  return (
    <FoldedSection id="subdomains-schedule" heading={t('subdomains.schedule')}>
      <p class="muted">{t('subdomains.schedule_text')}</p>
      {mayChange ? <ScheduleForm days={days} onSaved={onSaved} /> : <p>{t('subdomains.every_days', { count: days })}</p>}
    </FoldedSection>
  );
}

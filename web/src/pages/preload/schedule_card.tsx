// Where the list is fetched, and after how many days by itself.
import { useState } from 'preact/hooks';
import { answer } from '../../api/client';
import type { Result } from '../../api/operations';
import { useQuery } from '../../api/query';
import { useMay } from '../../api/session';
import { useI18n } from '../../i18n';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Facts } from '../../ui/facts';
import { Form, Select, TextField } from '../../ui/field';
import { FoldedSection } from '../../ui/fold';
import { ProblemNotice } from '../../ui/notice';
import { Loaded } from '../../ui/page';
import { announce } from '../../ui/toast';
import type { Preload } from './preload_page';

const ADDRESS = 'preload.address';
const DAYS = 'preload.update_days';
const CHOICES = [0, 1, 7, 14, 30];

type Where = Required<NonNullable<Result<'get', '/v1/settings'>['preload']>>;

function ScheduleForm({ now, etag, onSaved }: { now: Where; etag: string | undefined; onSaved: () => void }) {
  const { t } = useI18n();
  const [typed, setTyped] = useState<Partial<Where>>({});
  const { address, update_days: days } = { ...now, ...typed };
  const patch = async (preload: Where, ifMatch: string | undefined): Promise<string | undefined> => {
    const saved = await answer('patch', '/v1/settings', { body: { preload }, ifMatch });
    onSaved();
    return saved.etag;
  };
  const save = useAction(async () => {
    const savedEtag = await patch({ address: address.trim(), update_days: days }, etag);
    setTyped({});
    announce(t('common.saved'), 'pass', { about: 'settings.preload', run: () => patch(now, savedEtag) });
  });
  const choices = [...new Set([...CHOICES, now.update_days])].sort((a, b) => a - b);
  return (
    <Form onSubmit={() => save.run()}>
      <TextField
        label={t('preload.address')}
        hint={t('preload.address_hint')}
        value={address}
        onInput={(value) => setTyped({ ...typed, address: value })}
        type="url"
        technical
        autocomplete="off"
        problem={ofField(save.problem, ADDRESS)}
      />
      <div class="narrow">
        <Select
          label={t('preload.update_days')}
          value={String(days)}
          onChange={(value) => setTyped({ ...typed, update_days: Number(value) })}
          choices={choices.map((count) => ({ value: String(count), label: count === 0 ? t('preload.by_hand') : t('preload.after_days', { count }) }))}
          problem={ofField(save.problem, DAYS)}
        />
      </div>
      <ProblemNotice problem={ofNoField(save.problem, [ADDRESS, DAYS])} />
      <div class="row">
        <Button type="submit" busy={save.busy}>
          {t('common.save')}
        </Button>
      </div>
    </Form>
  );
}

// Its values are those of the settings, for whose entity tag they are changed.
function Settings({ onSaved }: { onSaved: () => void }) {
  const settings = useQuery('/v1/settings');
  const saved = (): void => {
    settings.refetch();
    onSaved();
  };
  return <Loaded query={settings}>{({ preload }) => <ScheduleForm now={{ address: preload?.address ?? '', update_days: preload?.update_days ?? 0 }} etag={settings.etag} onSaved={saved} />}</Loaded>;
}

export function ScheduleCard({ preload, onSaved }: { preload: Preload; onSaved: () => void }) {
  const { t } = useI18n();
  const mayChange = useMay('owner');
  return (
    <FoldedSection id="preload-update" heading={t('preload.update')}>
      <p class="muted">{t('preload.update_what')}</p>
      {mayChange ? (
        <Settings onSaved={onSaved} />
      ) : (
        <Facts
          facts={[
            { name: t('preload.address'), value: <code>{preload.address}</code> },
            { name: t('preload.update_days'), value: preload.update_days === 0 ? t('preload.by_hand') : t('preload.after_days', { count: preload.update_days }) },
          ]}
        />
      )}
    </FoldedSection>
  );
}

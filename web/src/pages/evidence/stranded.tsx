// Who would be locked out: the clients that were sent to HTTPS and never arrived. Of one day in words, what they are and where, and what
// to do; and of all days that are kept as pictures and as a table.
import { useState } from 'preact/hooks';
import type { SiteEvidence } from '../../api/types';
import { useI18n } from '../../i18n';
import { Select } from '../../ui/field';
import { Fold } from '../../ui/fold';
import { Notice } from '../../ui/notice';
import { storyOf, todayOf, toldFirst } from './clients';
import { dayWords, storyWords } from './story_words';
import { StrandedDay } from './stranded_day';
import { StrandedTrend } from './stranded_trend';

const TONES = { nobody: 'pass', not_sent: 'info', none: 'pass', on_the_way: 'info', some: 'warn' } as const;

export function Stranded({ evidence, name }: { evidence: SiteEvidence; name: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  const [chosen, setChosen] = useState<string | undefined>();
  const { clients } = evidence;
  const today = todayOf(evidence);
  const day = clients.find((one) => one.day === chosen) ?? toldFirst(clients);
  if (day === undefined) return null;
  return (
    <section class="card stack" aria-labelledby="evidence-stranded">
      <div class="stack-tight">
        <h2 id="evidence-stranded">{t('clients.title')}</h2>
        <p class="muted small">{t('clients.lead', { name })}</p>
      </div>
      {clients.length > 1 && (
        <div class="clients-day">
          <Select label={t('clients.day')} value={day.day} onChange={setChosen} choices={clients.map((one) => ({ value: one.day, label: dayWords(i18n, one.day, today) }))} />
        </div>
      )}
      <Notice tone={TONES[storyOf(day)]} title={storyWords(i18n, day)}>
        {clients.length === 1 && <p>{dayWords(i18n, day.day, today)}</p>}
      </Notice>
      <StrandedDay day={day} />
      <StrandedTrend clients={clients} today={today} name={name} />
      <Fold title={t('clients.how')}>
        <ul class="stack-tight">
          <li>{t('clients.how_client')}</li>
          <li>{t('clients.how_error')}</li>
          <li>{t('clients.how_midnight')}</li>
          <li>{t('clients.how_private')}</li>
        </ul>
      </Fold>
    </section>
  );
}

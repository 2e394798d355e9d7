// Evidence for auditors: one archive with the page, the figures and their signature. It names accounts, so viewers have no part in it.
import { useState } from 'preact/hooks';
import { fetchFile } from '../../api/client';
import { useMay } from '../../api/session';
import { useI18n } from '../../i18n';
import { saveAs } from '../../lib/save';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Notice, ProblemNotice } from '../../ui/notice';

// Counts of three years are gathered and signed in a moment; this is for a machine that has other things to do.
const TIMEOUT_MS = 60_000;

// Names of files everywhere: no star of a wildcard, no colon of an address.
export function bundleName(site: string, now: Date): string {
  return `${site.replaceAll(/[*:]/g, '_')}-evidence-${now.toISOString().slice(0, 10)}.zip`;
}

export function Auditors({ name }: { name: string }) {
  const { t, format, language } = useI18n();
  const may = useMay('operator');
  const [got, setGot] = useState<{ name: string; size: number } | undefined>();
  const make = useAction(async () => {
    setGot(undefined);
    const content = await fetchFile('get', '/v1/sites/{name}/evidence/bundle', {
      path: { name },
      query: { form: 'zip', language: language === 'fr' ? 'fr' : 'en' },
      timeoutMs: TIMEOUT_MS,
    });
    const file = bundleName(name, new Date());
    saveAs(file, content);
    setGot({ name: file, size: content.size });
  });
  if (!may) return null;
  return (
    <section class="card stack" aria-labelledby="evidence-auditors">
      <h2 id="evidence-auditors">{t('auditors.title')}</h2>
      <p>{t('auditors.lead')}</p>
      <p class="muted small">{t('auditors.key')}</p>
      <ProblemNotice problem={make.problem} />
      <div role="status">{got !== undefined && <Notice tone="pass" title={t('auditors.made', { name: got.name, size: format.bytes(got.size) })} />}</div>
      <div class="row">
        <Button icon="download" busy={make.busy} onClick={() => make.run()}>
          {t('auditors.act')}
        </Button>
      </div>
    </section>
  );
}

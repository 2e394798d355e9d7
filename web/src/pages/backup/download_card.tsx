// A backup to take away: what is in it, and that it has to be kept like the keys themselves.
import { useState } from 'preact/hooks';
import { fetchFile } from '../../api/client';
import { type PlainKey, useI18n } from '../../i18n';
import { saveAs } from '../../lib/save';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Notice, ProblemNotice } from '../../ui/notice';
import { Progress } from '../../ui/progress';
import { TRANSFER_TIMEOUT_MS, backupName } from './transfer';

const IN_IT: readonly PlainKey[] = ['backup.in_sites', 'backup.in_keys', 'backup.in_accounts', 'backup.in_ledger'];

export function DownloadCard() {
  const { t, format } = useI18n();
  const [got, setGot] = useState<{ name: string; size: number } | undefined>();
  const download = useAction(async () => {
    setGot(undefined);
    const content = await fetchFile('get', '/v1/backup', { timeoutMs: TRANSFER_TIMEOUT_MS });
    const name = backupName(new Date());
    saveAs(name, content);
    setGot({ name, size: content.size });
  });
  return (
    <section class="card backup-card" aria-labelledby="backup-download">
      <h2 id="backup-download">{t('backup.download')}</h2>
      <p>{t('backup.download_lead')}</p>
      <div class="stack-tight">
        <h3>{t('backup.in_what')}</h3>
        <ul class="backup-list">
          {IN_IT.map((key) => (
            <li key={key}>{t(key)}</li>
          ))}
        </ul>
        <p class="muted small">{t('backup.not_in')}</p>
      </div>
      <Notice tone="warn" title={t('backup.keep_title')}>
        <p>{t('backup.keep_why')}</p>
        <p>{t('backup.keep')}</p>
      </Notice>
      <ProblemNotice problem={download.problem} />
      <div role="status">
        {download.busy && <Progress label={t('backup.downloading')} />}
        {got !== undefined && <Notice tone="pass" title={t('backup.downloaded', { name: got.name, size: format.bytes(got.size) })} />}
      </div>
      <div class="row">
        <Button kind="main" icon="download" busy={download.busy} onClick={() => download.run()}>
          {t('backup.download_act')}
        </Button>
      </div>
    </section>
  );
}

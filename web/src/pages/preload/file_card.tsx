// A list from a file: for a server that has no way to the Internet.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import { useI18n } from '../../i18n';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Checkbox } from '../../ui/field';
import { FileDrop } from '../../ui/file_drop';
import { FoldedSection } from '../../ui/fold';
import { ProblemNotice } from '../../ui/notice';
import type { Preload } from './preload_page';

// What the server takes, and how long that may take on a slow line.
const SIZE_MAX = 64 * 1024 * 1024;
const TIMEOUT_MS = 600_000;

export function FileCard({ busy, onBegun }: { busy: boolean; onBegun: (preload: Preload) => void }) {
  const { t, format } = useI18n();
  const [file, setFile] = useState<File>();
  const [force, setForce] = useState(false);
  const put = useAction(async (chosen: File) => {
    const query = { name: chosen.name, ...(force && { force: 'true' as const }) };
    onBegun(await client.put('/v1/preload', { query, body: chosen, timeoutMs: TIMEOUT_MS }));
  });
  return (
    <FoldedSection id="preload-file" heading={t('preload.file')}>
      <FileDrop
        label={t('preload.file_label')}
        hint={t('preload.file_hint')}
        accept=".json,.gz"
        multiple={false}
        maxSize={SIZE_MAX}
        onFiles={([chosen]) => {
          put.clear();
          setFile(chosen);
        }}
      />
      {file !== undefined && (
        <>
          <p>{t('preload.file_picked', { name: file.name, size: format.bytes(file.size) })}</p>
          <Checkbox label={t('preload.file_force')} hint={t('preload.file_force_hint')} checked={force} onChange={setForce} />
          <ProblemNotice problem={put.problem} />
          <div class="row">
            <Button kind="main" busy={put.busy || busy} onClick={() => put.run(file)}>
              {t('preload.file_act')}
            </Button>
          </div>
        </>
      )}
    </FoldedSection>
  );
}

// A backup put back in two steps: the file is looked at and what it would change is shown; then it is done, after a word
// that has to be typed.
import { useEffect, useRef, useState } from 'preact/hooks';
import { client } from '../../api/client';
import type { Result } from '../../api/operations';
import { type Problem, TIMED_OUT, UNREACHABLE } from '../../api/problem';
import { type PlainKey, useI18n } from '../../i18n';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm';
import { Facts } from '../../ui/facts';
import { FileDrop } from '../../ui/file_drop';
import { Notice, ProblemNotice, ServerText } from '../../ui/notice';
import { Progress } from '../../ui/progress';
import { Moment } from '../../ui/time';
import { announce } from '../../ui/toast';
import { BACKUP_SIZE_MAX, TRANSFER_TIMEOUT_MS } from './transfer';

type Report = Result<'post', '/v1/restore'>;
type Counted = 'sites_added' | 'sites_replaced' | 'sites_removed' | 'sites_kept' | 'ledger_entries_merged';

const DOES: readonly PlainKey[] = ['backup.does_sites', 'backup.does_bound', 'backup.does_ledger', 'backup.does_rest', 'backup.does_accounts'];
const COUNTS: readonly (readonly [Counted, PlainKey])[] = [
  ['sites_added', 'backup.sites_added'],
  ['sites_replaced', 'backup.sites_replaced'],
  ['sites_removed', 'backup.sites_removed'],
  ['sites_kept', 'backup.sites_kept'],
  ['ledger_entries_merged', 'backup.ledger_merged'],
];

// It takes the place of what was pressed, and the focus with it.
function ReportFacts({ title, report }: { title: string; report: Report }) {
  const { t, format } = useI18n();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const made = report.backup_made;
  return (
    <>
      <h3 ref={heading} tabIndex={-1}>
        {title}
      </h3>
      <Facts
        facts={[
          { name: t('backup.made'), value: made !== undefined && <Moment at={made} as="dateTime" /> },
          ...COUNTS.map(([count, name]) => ({ name: t(name), value: format.number(report[count] ?? 0) })),
        ]}
      />
    </>
  );
}

// A request that was cut off on its way: most likely the file was too much for the line.
function CutOff({ problem }: { problem: Problem | undefined }) {
  const { t } = useI18n();
  if (problem?.code !== UNREACHABLE && problem?.code !== TIMED_OUT) return null;
  return (
    <Notice tone="info">
      <p>{t('backup.cut_off')}</p>
      <pre class="sample">strictgate restore FILE</pre>
    </Notice>
  );
}

function RestoreDialog({ file, report, onDone, onClose }: { file: File; report: Report; onDone: (report: Report) => void; onClose: () => void }) {
  const { t, format } = useI18n();
  const restore = useAction(async () => {
    const done = await client.post('/v1/restore', { body: file, timeoutMs: TRANSFER_TIMEOUT_MS });
    if (done.applied === true) announce(t('backup.restored'));
    else announce(t('backup.restored_later'), 'warn');
    onDone(done);
  });
  const removed = report.sites_removed ?? 0;
  return (
    <ConfirmDialog
      title={t('backup.confirm_title', { date: report.backup_made === undefined ? file.name : format.dateTime(report.backup_made) })}
      act={t('backup.confirm_act')}
      danger
      typed={t('backup.confirm_word')}
      busy={restore.busy}
      problem={restore.problem}
      onConfirm={() => restore.run()}
      onClose={onClose}
    >
      <p>{t('backup.confirm_what')}</p>
      {removed > 0 && <p class="strong">{t('backup.confirm_removed', { count: removed })}</p>}
      <p>{t('backup.confirm_back')}</p>
      <div role="status">{restore.busy && <Progress label={t('backup.restoring')} />}</div>
      <CutOff problem={restore.problem} />
    </ConfirmDialog>
  );
}

function Looked({ file, report, onAct, onAnother }: { file: File; report: Report; onAct: () => void; onAnother: () => void }) {
  const { t } = useI18n();
  return (
    <>
      <ReportFacts title={t('backup.would', { name: file.name })} report={report} />
      <div class="row">
        <Button kind="danger" onClick={onAct}>
          {t('backup.restore_act')} …
        </Button>
        <Button onClick={onAnother}>{t('backup.another')}</Button>
      </div>
    </>
  );
}

function Done({ name, report }: { name: string; report: Report }) {
  const { t } = useI18n();
  const applied = report.applied === true;
  return (
    <>
      <Notice tone={applied ? 'pass' : 'warn'} title={t(applied ? 'backup.restored' : 'backup.restored_later')}>
        {report.reason !== undefined && (
          <p>
            <ServerText>{report.reason}</ServerText>
          </p>
        )}
      </Notice>
      <ReportFacts title={t('backup.was', { name })} report={report} />
    </>
  );
}

interface Stage {
  file: File;
  looked?: Report; // what it would do
  done?: Report; // what it did
}

export function RestoreCard() {
  const { t, format } = useI18n();
  const [stage, setStage] = useState<Stage | undefined>();
  const [asking, setAsking] = useState(false);
  const look = useAction(async (file: File) => {
    setStage({ file });
    setStage({ file, looked: await client.post('/v1/restore', { query: { dry_run: 'true' }, body: file, timeoutMs: TRANSFER_TIMEOUT_MS }) });
  });
  const { file, looked, done } = stage ?? {};
  return (
    <section class="card backup-card" aria-labelledby="backup-restore">
      <h2 id="backup-restore">{t('backup.restore')}</h2>
      <p>{t('backup.restore_lead')}</p>
      <div class="stack-tight">
        <h3>{t('backup.does')}</h3>
        <ul class="backup-list">
          {DOES.map((key) => (
            <li key={key}>{t(key)}</li>
          ))}
        </ul>
      </div>
      {file !== undefined && done !== undefined && <Done name={file.name} report={done} />}
      {file !== undefined && looked !== undefined && <Looked file={file} report={looked} onAct={() => setAsking(true)} onAnother={() => setStage(undefined)} />}
      {looked === undefined && (
        <FileDrop label={t('backup.drop')} hint={t('backup.drop_hint', { size: format.bytes(BACKUP_SIZE_MAX) })} multiple={false} maxSize={BACKUP_SIZE_MAX} onFiles={(files) => files[0] !== undefined && look.run(files[0])} />
      )}
      <div role="status">{look.busy && file !== undefined && <Progress label={t('backup.looking', { name: file.name, size: format.bytes(file.size) })} />}</div>
      <ProblemNotice problem={look.problem} />
      <CutOff problem={look.problem} />
      {asking && file !== undefined && looked !== undefined && (
        <RestoreDialog
          file={file}
          report={looked}
          onDone={(report) => {
            setAsking(false);
            setStage({ file, done: report });
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}

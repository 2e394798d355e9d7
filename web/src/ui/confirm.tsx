// Before something that is not quickly taken back: what will happen, and where that much is asked for, a word to type and a
// reason for the audit log.
import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { Problem } from '../api/problem';
import { useI18n } from '../i18n';
import { Dialog, DialogActs } from './dialog';
import { Form, TextArea, TextField } from './field';
import { ProblemNotice } from './notice';

export interface Confirmed {
  reason: string;
  confirm: string;
}

interface ConfirmProps {
  title: ComponentChildren;
  children: ComponentChildren; // what will happen, in sentences
  act: string; // what the button does: "Remove the site", never "OK"
  danger?: boolean;
  typed?: string; // to be typed, usually the site's name
  askReason?: boolean;
  busy?: boolean;
  problem?: Problem | undefined;
  onConfirm: (confirmed: Confirmed) => void;
  onClose: () => void;
}

export function ConfirmDialog({ title, children, act, danger = false, typed, askReason = false, busy = false, problem, onConfirm, onClose }: ConfirmProps) {
  const { t, rich } = useI18n();
  const id = useId();
  const [confirm, setConfirm] = useState('');
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState<{ confirm?: string; reason?: string }>({});

  function submit(): void {
    const faults = {
      ...(typed !== undefined && confirm.trim() !== typed && { confirm: t('common.type_exactly', { text: typed }) }),
      ...(askReason && reason.trim() === '' && { reason: t('common.reason_needed') }),
    };
    setMissing(faults);
    if (Object.keys(faults).length === 0) onConfirm({ confirm: confirm.trim(), reason: reason.trim() });
  }

  return (
    <Dialog title={title} onClose={onClose} busy={busy} describedBy={id}>
      <Form onSubmit={submit}>
        <div id={id} class="stack-tight">
          {children}
        </div>
        {askReason && <TextArea label={t('common.reason')} hint={t('common.reason_hint')} rows={2} technical={false} value={reason} onInput={setReason} error={missing.reason} />}
        {typed !== undefined && (
          <TextField label={rich('common.type_to_confirm', { text: <code>{typed}</code> })} value={confirm} onInput={setConfirm} error={missing.confirm} technical autocomplete="off" />
        )}
        <ProblemNotice problem={problem} />
        <DialogActs act={act} kind={danger ? 'danger' : 'main'} busy={busy} onClose={onClose} />
      </Form>
    </Dialog>
  );
}

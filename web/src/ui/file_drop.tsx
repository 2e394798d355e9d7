// Files: dropped here, chosen, or pasted (files, or text such as PEM). What is done with them is the page's business; the
// server looks into them, this does not.
import type { ComponentChildren, TargetedClipboardEvent, TargetedDragEvent } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { useI18n } from '../i18n';
import { Icon } from './icon';
import './file_drop.css';

interface FileDropProps {
  label: ComponentChildren;
  hint?: ComponentChildren;
  onFiles: (files: File[]) => void;
  // With it text can be pasted as well.
  onText?: (text: string) => void;
  accept?: string;
  multiple?: boolean;
  maxSize?: number; // bytes, of one file
}

export function FileDrop({ label, hint, onFiles, onText, accept, multiple = true, maxSize }: FileDropProps) {
  const { t, format } = useI18n();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [error, setError] = useState<string | undefined>();

  function take(list: FileList | null | undefined): void {
    const files = [...(list ?? [])].slice(0, multiple ? undefined : 1);
    if (files.length === 0) return;
    const large = maxSize === undefined ? undefined : files.find((file) => file.size > maxSize);
    setError(large === undefined || maxSize === undefined ? undefined : t('common.file_too_large', { name: large.name, size: format.bytes(maxSize) }));
    if (large === undefined) onFiles(files);
  }
  function drop(event: TargetedDragEvent<HTMLElement>): void {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer?.files);
  }
  function drag(event: TargetedDragEvent<HTMLElement>): void {
    event.preventDefault();
    setOver(true);
  }
  function paste(event: TargetedClipboardEvent<HTMLElement>): void {
    const files = event.clipboardData?.files;
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (files !== undefined && files.length > 0) take(files);
    else if (onText !== undefined && text.trim() !== '') onText(text);
    else return;
    event.preventDefault();
  }

  return (
    <div class="stack-tight">
      <div class={over ? 'drop drop-over' : 'drop'} onDrop={drop} onDragOver={drag} onDragLeave={() => setOver(false)} onPaste={paste}>
        <Icon name="upload" />
        <label for={id} class="strong">
          {label}
        </label>
        {hint !== undefined && (
          <p class="field-hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
        <input
          ref={input}
          id={id}
          type="file"
          class="drop-input"
          multiple={multiple}
          accept={accept}
          aria-describedby={[hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter((part) => part !== false).join(' ')}
          aria-invalid={error !== undefined ? 'true' : undefined}
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = ''; // the same file may be chosen again
          }}
        />
      </div>
      {error !== undefined && (
        <div class="field-error" id={`${id}-error`} role="alert">
          <Icon name="block" />
          <p>{error}</p>
        </div>
      )}
    </div>
  );
}

// A text with the numbers of its lines beside it, and what is wrong with it with its line.
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { useI18n } from '../../i18n';
import { Button } from '../../ui/button';
import { AS_TYPED, Field } from '../../ui/field';
import './declared.css';

interface TextFieldProps {
  label: string;
  hint?: ComponentChildren;
  value: string;
  onInput?: (value: string) => void; // without it, to be read only
  wrong?: { line: number; said: ComponentChildren } | undefined;
}

const ROWS_MIN = 12;
const ROWS_MAX = 30;

// Puts the line where it can be seen, and marks it.
function goToLine(area: HTMLTextAreaElement, line: number): void {
  const lines = area.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  area.scrollTop = (area.scrollHeight / lines.length) * Math.max(line - 4, 0);
}

export function LinedText({ label, hint, value, onInput, wrong }: TextFieldProps) {
  const { t } = useI18n();
  const area = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLDivElement>(null);
  const count = value.split('\n').length;
  return (
    <Field label={label} hint={hint} error={wrong?.said}>
      {(control) => (
        <>
          <div class="lined" dir="ltr">
            <div class="lined-numbers" aria-hidden="true" ref={numbers}>
              {Array.from({ length: count }, (_, i) => (
                <span key={i} class={wrong?.line === i + 1 ? 'lined-wrong' : undefined}>
                  {i + 1}
                </span>
              ))}
            </div>
            <textarea
              {...control}
              ref={area}
              class="control control-code lined-text"
              rows={Math.min(Math.max(count + 1, ROWS_MIN), ROWS_MAX)}
              wrap="off"
              {...AS_TYPED}
              readOnly={onInput === undefined}
              value={value}
              onInput={(event) => onInput?.(event.currentTarget.value)}
              onScroll={(event) => {
                if (numbers.current !== null) numbers.current.scrollTop = event.currentTarget.scrollTop;
              }}
            />
          </div>
          {wrong !== undefined && (
            <div class="row">
              <Button
                kind="quiet"
                onClick={() => {
                  if (area.current !== null) goToLine(area.current, wrong.line);
                }}
              >
                {t('declared.go_to_line', { line: wrong.line })}
              </Button>
            </div>
          )}
        </>
      )}
    </Field>
  );
}

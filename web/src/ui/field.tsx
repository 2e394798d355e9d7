// One thing to fill in: its label, a hint, and what is wrong with it together with the fix, all tied to the control, so
// that a screen reader says them when the control is reached.
import type { ComponentChildren, HTMLAttributes, Ref } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../api/problem';
import { useI18n } from '../i18n';
import { Icon } from './icon';
import { ServerText } from './notice';
import './field.css';

interface FieldProps {
  id?: string; // where another element refers to it
  label: ComponentChildren;
  hint?: ComponentChildren;
  // What this side found (already in the operator's language), or the server.
  error?: ComponentChildren;
  problem?: Problem | undefined;
  optional?: boolean;
}

interface ControlAttributes {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': 'true' | undefined;
}

export function Field({ id: given, label, hint, error, problem, optional = false, children }: FieldProps & { children: (control: ControlAttributes) => ComponentChildren }) {
  const { t } = useI18n();
  const own = useId();
  const id = given ?? own;
  const wrong = error !== undefined || problem !== undefined;
  const described = [hint !== undefined && `${id}-hint`, wrong && `${id}-error`].filter((part) => part !== false).join(' ');
  return (
    <div class="field">
      <label for={id} id={`${id}-label`}>
        {label}
        {optional && <span class="field-optional"> {t('common.optional')}</span>}
      </label>
      {hint !== undefined && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({ id, 'aria-describedby': described === '' ? undefined : described, 'aria-invalid': wrong ? 'true' : undefined })}
      {wrong && (
        <div class="field-error" id={`${id}-error`}>
          <Icon name="block" />
          <p>
            {error ?? <ServerText>{problem?.detail ?? ''}</ServerText>}
            {problem?.fix !== undefined && (
              <span class="field-fix">
                <ServerText>{problem.fix}</ServerText>
              </span>
            )}
          </p>
        </div>
      )}
    </div>
  );
}

// A host name, a path, a code: no capital letters and no spelling is put right. Written with the capital letter, the last of
// them is set as the attribute that it is: browsers have a property `autocorrect` that takes any word for yes.
export const AS_TYPED = { autocapitalize: 'none', spellcheck: false, autoCorrect: 'off' } as const;

interface TextProps extends FieldProps {
  value: string;
  onInput: (value: string) => void;
  inputRef?: Ref<HTMLInputElement>;
  type?: 'text' | 'password' | 'email' | 'url' | 'number' | 'search';
  autocomplete?: string;
  inputMode?: HTMLAttributes['inputMode'];
  placeholder?: string;
  required?: boolean;
  maxLength?: number;
  technical?: boolean; // as typed
  suggestions?: readonly string[];
}

export function TextField({ value, onInput, inputRef, type = 'text', technical = false, inputMode, suggestions, ...rest }: TextProps) {
  const list = useId();
  const { id, label, hint, error, problem, optional, ...attributes } = rest;
  return (
    <Field {...(id !== undefined && { id })} label={label} hint={hint} error={error} problem={problem} {...(optional !== undefined && { optional })}>
      {(control) => (
        <>
          <input
            {...control}
            {...attributes}
            {...(suggestions !== undefined && { list })}
            {...(inputMode !== undefined && { inputMode })}
            {...(technical && AS_TYPED)}
            ref={inputRef ?? null}
            type={type}
            class="control"
            value={value}
            onInput={(event) => onInput(event.currentTarget.value)}
          />
          {suggestions !== undefined && (
            <datalist id={list}>
              {suggestions.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}

// What is typed can be looked at: long passwords are mistyped, most of all on a phone.
export function PasswordField(props: Omit<TextProps, 'id' | 'type' | 'technical'>) {
  const { t } = useI18n();
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <div class="password">
      <TextField {...props} id={id} type={shown ? 'text' : 'password'} technical />
      <button type="button" class="password-show" aria-pressed={shown} aria-describedby={`${id}-label`} onClick={() => setShown(!shown)}>
        {t('common.show_password')}
      </button>
    </div>
  );
}

export function TextArea({ value, onInput, rows = 6, technical = true, placeholder, ...field }: FieldProps & { value: string; onInput: (value: string) => void; rows?: number; technical?: boolean; placeholder?: string }) {
  return (
    <Field {...field}>
      {(control) => (
        <textarea
          {...control}
          {...(technical && AS_TYPED)}
          class={technical ? 'control control-code' : 'control'}
          rows={rows}
          placeholder={placeholder}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export interface Choice<T extends string> {
  value: T;
  label: string;
  hint?: string;
}

export function Select<T extends string>({ value, onChange, choices, ...field }: FieldProps & { value: T; onChange: (value: T) => void; choices: readonly Choice<T>[] }) {
  return (
    <Field {...field}>
      {(control) => (
        <select {...control} class="control" value={value} onChange={(event) => onChange(event.currentTarget.value as T)}>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckProps {
  type: 'checkbox' | 'radio';
  name?: string;
  label: ComponentChildren;
  hint?: ComponentChildren;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

function Check({ type, name, label, hint, checked, onChange, disabled = false }: CheckProps) {
  const id = useId();
  return (
    <div class="check">
      <input id={id} type={type} name={name} checked={checked} disabled={disabled} aria-describedby={hint !== undefined ? `${id}-hint` : undefined} onChange={(event) => onChange(event.currentTarget.checked)} />
      <div>
        <label for={id}>{label}</label>
        {hint !== undefined && (
          <p class="field-hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

// A few choices that are worth being seen side by side.
export function Radios<T extends string>({ legend, value, onChange, choices }: { legend: ComponentChildren; value: T; onChange: (value: T) => void; choices: readonly Choice<T>[] }) {
  const name = useId();
  return (
    <fieldset class="radios">
      <legend>{legend}</legend>
      {choices.map((choice) => (
        <Check key={choice.value} type="radio" name={name} label={choice.label} hint={choice.hint} checked={choice.value === value} onChange={() => onChange(choice.value)} />
      ))}
    </fieldset>
  );
}

export function Checkbox({ onChange, ...shown }: Omit<CheckProps, 'onChange' | 'type' | 'name'> & { onChange: (checked: boolean) => void }) {
  return <Check {...shown} type="checkbox" onChange={onChange} />;
}

// Sends by Enter as well, and leaves it to us (and not to the browser's bubbles) to say what is wrong. When something is,
// found here or by the server, the first field that it concerns gets the focus, and its label and error are read out.
export function Form({ onSubmit, children, label }: { onSubmit: () => void; children: ComponentChildren; label?: string }) {
  const form = useRef<HTMLFormElement>(null);
  const sent = useRef(false);
  useLayoutEffect(() => {
    const wrong = sent.current ? form.current?.querySelector('[aria-invalid="true"]') : null;
    if (!(wrong instanceof HTMLElement)) return;
    sent.current = false;
    for (let fold = wrong.closest('details'); fold !== null; fold = fold.parentElement?.closest('details') ?? null) fold.open = true;
    wrong.focus();
  });
  return (
    <form
      ref={form}
      class="stack"
      noValidate
      aria-label={label}
      // Whoever types on is not interrupted.
      onInput={() => (sent.current = false)}
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation(); // a dialog in a form has one of its own
        sent.current = true;
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}

import type { ComponentChildren, Ref, TargetedEvent } from 'preact';
import './button.css';
import { Icon, type IconName } from './icon';

// main: the one act a view is about. danger: what takes something away.
export type ButtonKind = 'main' | 'plain' | 'danger' | 'quiet';

interface Shown {
  kind?: ButtonKind;
  icon?: IconName;
  children: ComponentChildren;
}

export interface ButtonProps extends Shown {
  onClick?: (() => void) | undefined;
  type?: 'button' | 'submit';
  // Under way: a second press does nothing, and the focus stays where it is.
  busy?: boolean;
  disabled?: boolean;
  label?: string; // for screen readers, where the words alone do not say what it is about
  describedBy?: string | undefined;
  expanded?: boolean;
  controls?: string;
  buttonRef?: Ref<HTMLButtonElement>;
  // A key that leads to it, shown where there is a keyboard.
  shortcut?: string;
}

export function Button({ kind = 'plain', icon, children, onClick, type = 'button', busy = false, disabled = false, ...more }: ButtonProps) {
  const press = (event: TargetedEvent<HTMLButtonElement>): void => {
    if (busy) event.preventDefault();
    else onClick?.();
  };
  return (
    <button
      ref={more.buttonRef ?? null}
      type={type}
      class={`button button-${kind}`}
      onClick={press}
      disabled={disabled}
      aria-disabled={busy ? 'true' : undefined}
      aria-label={more.label}
      aria-describedby={more.describedBy}
      aria-expanded={more.expanded}
      aria-controls={more.controls}
      aria-keyshortcuts={more.shortcut}
    >
      {busy ? <span class="spinner" aria-hidden="true" /> : icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
      {more.shortcut !== undefined && <kbd aria-hidden="true">{more.shortcut}</kbd>}
    </button>
  );
}

export function LinkButton({ kind = 'plain', icon, children, href }: Shown & { href: string }) {
  return (
    <a class={`button button-${kind}`} href={href}>
      {icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}

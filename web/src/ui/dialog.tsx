// A question that has to be answered before one goes on. The browser's own <dialog> keeps the focus inside, makes the rest
// inert, and closes on Escape; the focus goes back to where it was.
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { session } from '../api/session';
import { useI18n } from '../i18n';
import { useStore } from '../lib/store';
import { Button, type ButtonKind } from './button';
import { Icon } from './icon';
import './dialog.css';

interface DialogProps {
  title: ComponentChildren;
  onClose: () => void;
  children: ComponentChildren;
  // Its act is under way: it stays until that is known, since what comes of it is told here.
  busy?: boolean;
  describedBy?: string; // id of what is read out with the title
  // Wide for tables and differences of texts.
  wide?: boolean;
}

// Where one begins: at what is to be filled in, else at the title, where no key does anything.
function beginning(dialog: HTMLDialogElement): HTMLElement | null {
  const fields = [...dialog.querySelectorAll<HTMLInputElement>('input:not([readonly], [type="file"]), select, textarea')];
  return fields.find((field) => field.type !== 'radio' || field.checked) ?? dialog.querySelector('h2');
}

// Shown as long as it is there.
export function Dialog({ title, onClose, children, busy = false, describedBy, wide = false }: DialogProps) {
  const { t } = useI18n();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  // The sign-in page lies over everything, and could not be used below a dialog that is open.
  const behindDoor = useStore(session)?.state === 'signed_out';
  const shown = useRef(false); // as far as we are concerned: browsers close it as well
  const focused = useRef<EventTarget | null>(null);
  const pressed = useRef<EventTarget | null>(null);
  const isTyped = useRef(false);

  useLayoutEffect(() => {
    const before = document.activeElement;
    const element = dialog.current;
    return () => {
      shown.current = false;
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    shown.current = !behindDoor;
    if (behindDoor) {
      element.close();
      return;
    }
    const before = focused.current; // the browser has its own idea of where one begins
    element.showModal();
    const there = before instanceof HTMLElement && before.isConnected ? before : beginning(element);
    there?.focus();
  }, [behindDoor]);

  const close = (): void => {
    if (!busy) onClose();
  };
  return (
    <dialog
      ref={dialog}
      class={wide ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={id}
      aria-describedby={describedBy}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      // A second Escape closes it, whatever was said to the first.
      onClose={() => {
        if (!shown.current || dialog.current?.open === true) return;
        if (busy) dialog.current?.showModal();
        else onClose();
      }}
      onFocusIn={(event) => (focused.current = event.target)}
      onInput={() => (isTyped.current = true)}
      onPointerDown={(event) => (pressed.current = event.target)}
      // Beside it; not where a text is marked out of it, nor when that would lose what was typed.
      onClick={(event) => {
        if (event.target === dialog.current && pressed.current === dialog.current && !isTyped.current) close();
      }}
    >
      <div class="dialog-inside">
        <header class="dialog-head">
          <h2 id={id} tabIndex={-1}>
            {title}
          </h2>
          <button type="button" class="dialog-close" aria-label={t('common.close')} onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        <div class="stack">{children}</div>
      </div>
    </dialog>
  );
}

// At the end of a form in a dialog: to leave it, and to send it.
export function DialogActs({ act, kind = 'main', busy, onClose }: { act: string; kind?: ButtonKind; busy: boolean; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <div class="dialog-acts">
      <Button onClick={onClose} disabled={busy}>
        {t('common.cancel')}
      </Button>
      <Button type="submit" kind={kind} busy={busy}>
        {act}
      </Button>
    </div>
  );
}

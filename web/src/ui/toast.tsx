// What happened just now, said once: shown for a while, and read out by screen readers. What must not be missed is a Notice
// in the page instead. A change that can be taken back has a button for it. Nothing goes away while it is pointed at, has the
// focus, or the page is out of sight; F8 leads there from anywhere (WCAG 2.2.1, 2.1.1).
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { type Problem, problemFrom } from '../api/problem';
import { createStore, useStore } from '../lib/store';
import { useI18n } from '../i18n';
import { Button } from './button';
import { Icon } from './icon';
import { ServerText } from './notice';
import './toast.css';

export interface Undo {
  about: string; // the thing: an older offer for the same is withdrawn, for it would not fit any more
  run: () => Promise<unknown>; // brings back exactly what was before, or throws
}

type Tone = 'pass' | 'info' | 'warn';

interface Toast {
  id: number;
  text: string;
  said?: string | undefined; // words of the server's
  tone: Tone;
  undo?: Undo | undefined;
}

// Long enough to be read twice at an ordinary pace.
const SHOWN_MS = 8_000;
// Long enough to see what came of it and to get there with a screen reader.
const UNDO_SHOWN_MS = 30_000;
const TOASTS_MAX = 3;
const KEY = 'F8';

const toasts = createStore<readonly Toast[]>([]);
let lastId = 0;

function dismiss(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id));
}

function replace(id: number, change: Pick<Toast, 'text' | 'said' | 'tone'>): void {
  toasts.set(toasts.get().map((toast) => (toast.id === id ? { id, ...change } : toast)));
}

export function announce(text: string, tone: Tone = 'pass', undo?: Undo): void {
  const others = toasts.get().filter((toast) => undo === undefined || toast.undo?.about !== undo.about);
  toasts.set([...others, { id: ++lastId, text, tone, undo }].slice(-TOASTS_MAX));
}

// Somebody else is at the keyboard now.
export function dismissAll(): void {
  toasts.set([]);
}

function useIsHidden(): boolean {
  const [hidden, setHidden] = useState(document.hidden);
  useEffect(() => {
    const look = (): void => setHidden(document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return hidden;
}

// `leave` takes the focus away from what is about to go.
function useUndo({ id, undo }: Toast, leave: () => void): { busy: boolean; run: () => void } {
  const { t } = useI18n();
  const [busy, setBusy] = useState(false);
  const outcome = (problem: Problem | undefined): Pick<Toast, 'text' | 'said' | 'tone'> => {
    if (problem === undefined) return { text: t('common.undone'), tone: 'pass' };
    if (problem.status === 412) return { text: t('common.not_undone_changed'), tone: 'warn' };
    return { text: t('common.not_undone'), said: problem.detail, tone: 'warn' };
  };
  const run = (): void => {
    setBusy(true);
    void undo
      ?.run()
      .then(() => undefined, problemFrom)
      .then((problem) => {
        leave();
        replace(id, outcome(problem));
        setBusy(false);
      });
  };
  return { busy, run };
}

function Item({ toast }: { toast: Toast }) {
  const { t } = useI18n();
  const { id, text, said, tone, undo } = toast;
  const textId = useId();
  const item = useRef<HTMLDivElement>(null);
  const cameFrom = useRef<Element | null>(null);
  const [isPointedAt, setPointedAt] = useState(false);
  const [hasFocus, setFocus] = useState(false);
  // Back to where one was, so that nobody is thrown to the beginning of the page.
  const goBack = (): void => {
    if (item.current?.contains(document.activeElement) !== true) return;
    const back = cameFrom.current?.isConnected === true ? cameFrom.current : document.querySelector('main h1');
    if (back instanceof HTMLElement) back.focus();
  };
  const { busy, run } = useUndo(toast, goBack);
  const isHeld = useIsHidden() || isPointedAt || hasFocus || busy;
  const isOffer = undo !== undefined;
  useEffect(() => {
    if (isHeld) return undefined;
    const timer = setTimeout(() => dismiss(id), isOffer || tone === 'warn' ? UNDO_SHOWN_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, isHeld, isOffer, tone, text]);
  const close = (): void => {
    goBack();
    dismiss(id);
  };
  return (
    <div
      ref={item}
      class={`toast toast-${tone}`}
      onPointerEnter={() => setPointedAt(true)}
      onPointerLeave={() => setPointedAt(false)}
      onFocusIn={(event) => {
        if (!hasFocus) cameFrom.current = event.relatedTarget as Element | null;
        setFocus(true);
      }}
      onFocusOut={(event) => {
        if (item.current?.contains(event.relatedTarget as Node | null) !== true) setFocus(false);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <Icon name={tone} />
      <p id={textId}>
        {text}
        {said !== undefined && said !== '' && (
          <>
            {' '}
            <ServerText>{said}</ServerText>
          </>
        )}
      </p>
      {isOffer && (
        <Button busy={busy} onClick={run} describedBy={textId} shortcut={KEY}>
          {t('common.undo')}
        </Button>
      )}
      <button type="button" class="toast-close" aria-label={t('common.dismiss')} onClick={close}>
        <Icon name="close" />
      </button>
    </div>
  );
}

function useKey(region: { current: HTMLElement | null }): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== KEY) return;
      const button = region.current?.lastElementChild?.querySelector('button');
      if (!(button instanceof HTMLElement)) return;
      event.preventDefault();
      button.focus();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [region]);
}

// The region has to be there before something is said in it. Before anybody is signed in there is nothing to take back.
export function Toasts({ offers = true }: { offers?: boolean }) {
  const region = useRef<HTMLDivElement>(null);
  useKey(region);
  return (
    <div ref={region} class="toasts" role="status" aria-live="polite">
      {useStore(toasts)
        .filter((toast) => offers || toast.undo === undefined)
        .map((toast) => (
          <Item key={toast.id} toast={toast} />
        ))}
    </div>
  );
}

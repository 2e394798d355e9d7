// What happened just now, said once: shown for a while, and read out by screen readers. What must not be missed is a Notice
// in the page instead.
import { createStore, useStore } from '../lib/store';
import { useI18n } from '../i18n';
import { Icon } from './icon';
import './toast.css';

interface Toast {
  id: number;
  text: string;
  tone: 'pass' | 'info' | 'warn';
}

// Long enough to be read twice at an ordinary pace.
const SHOWN_MS = 8_000;
const TOASTS_MAX = 3;

const toasts = createStore<readonly Toast[]>([]);
let lastId = 0;

function dismiss(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id));
}

export function announce(text: string, tone: Toast['tone'] = 'pass'): void {
  const id = ++lastId;
  toasts.set([...toasts.get(), { id, text, tone }].slice(-TOASTS_MAX));
  setTimeout(() => dismiss(id), SHOWN_MS);
}

// The region has to be there before something is said in it.
export function Toasts() {
  const { t } = useI18n();
  return (
    <div class="toasts" role="status" aria-live="polite">
      {useStore(toasts).map((toast) => (
        <div key={toast.id} class={`toast toast-${toast.tone}`}>
          <Icon name={toast.tone} />
          <p>{toast.text}</p>
          <button type="button" aria-label={t('common.dismiss')} onClick={() => dismiss(toast.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}

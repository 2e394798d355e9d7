// Work that takes a while: how far it is where that is known, else that it goes on.
import { useEffect, useId, useState } from 'preact/hooks';
import { useI18n } from '../i18n';
import './progress.css';

export function Progress({ label, value, max = 1 }: { label: string; value?: number; max?: number }) {
  const id = useId();
  return (
    <div class="progress">
      <label for={id}>{label}</label>
      <progress id={id} max={max} value={value} />
    </div>
  );
}

// Shorter waits show nothing: a flash of "Loading" is no help to anybody.
const QUIET_MS = 300;

export function Loading({ label }: { label?: string }) {
  const { t } = useI18n();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p class="loading muted" role="status">
      {shown && (
        <>
          <span class="spinner" aria-hidden="true" /> {label ?? t('common.loading')}
        </>
      )}
    </p>
  );
}

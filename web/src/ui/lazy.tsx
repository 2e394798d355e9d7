// A page that is loaded when it is needed. After an upgrade the files of the old release are gone; then reloading helps.
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useI18n } from '../i18n';
import { Button } from './button';
import { Notice } from './notice';
import { Loading } from './progress';

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

// What was loaded once is there at once the next time.
const loaded = new Map<unknown, ComponentType<never>>();

export function Lazy<P extends object>({ load, props }: { load: Load<P>; props: P }) {
  const { t } = useI18n();
  const [state, setState] = useState<{ load: Load<P>; failed: boolean }>({ load, failed: false });
  const [attempt, setAttempt] = useState(0);
  const Component = loaded.get(load) as ComponentType<P> | undefined;
  useEffect(() => {
    if (loaded.has(load)) return undefined;
    let gone = false;
    load().then(
      (module) => {
        loaded.set(load, module.default as ComponentType<never>);
        if (!gone) setState({ load, failed: false });
      },
      () => {
        if (!gone) setState({ load, failed: true });
      },
    );
    return () => {
      gone = true;
    };
  }, [load, attempt]);
  if (Component !== undefined) return <Component {...props} />;
  if (!state.failed || state.load !== load) return <Loading />;
  return (
    <Notice tone="block" title={t('common.page_not_loaded')} alert>
      <div class="row">
        <Button onClick={() => setAttempt(attempt + 1)}>{t('common.try_again')}</Button>
        <Button onClick={() => location.reload()}>{t('common.reload')}</Button>
      </div>
    </Notice>
  );
}

// A fault of ours in one page leaves the rest usable, and says what can be done.
import { Component, type ComponentChildren } from 'preact';
import { i18nNow } from '../i18n';
import { Button } from './button';
import { Notice } from './notice';

interface State {
  error: Error | undefined;
}

// Preact catches what is thrown while rendering in classes only.
export class ErrorBoundary extends Component<{ children: ComponentChildren }, State> {
  override state: State = { error: undefined };

  static override getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: unknown): void {
    console.error(error);
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    const { t } = i18nNow();
    return (
      <Notice tone="block" title={t('common.page_broken')} alert>
        <p>{t('common.page_broken_fix')}</p>
        <pre class="muted">{error.message}</pre>
        <div class="row">
          <Button onClick={() => this.setState({ error: undefined })}>{t('common.try_again')}</Button>
        </div>
      </Notice>
    );
  }
}

// How far back: each span has an address of its own, so that it can be linked and "back" works.
import type { ComponentChildren } from 'preact';
import { useI18n } from '../../i18n';
import type { Evidence } from '../../api/types';
import { SPAN_NAMES, type Span } from './span';
import { SPAN_WORDS } from './words';

export function SpanPicker({ here, span, evidence, children }: { here: string; span: Span; evidence: Evidence | undefined; children: ComponentChildren }) {
  const { t, format } = useI18n();
  const zone = format.zone();
  return (
    <div class="stack-tight">
      <div class="row-apart">
        <p class="muted">{children}</p>
        <nav aria-label={t('evidence.span')}>
          <ul class="spans">
            {SPAN_NAMES.map((one) => (
              <li key={one}>
                <a href={`${here}?span=${one}`} aria-current={one === span ? 'true' : undefined}>
                  {t(SPAN_WORDS[one])}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </div>
      {evidence !== undefined && (
        <p class="muted small">{evidence.step === 'day' ? t('evidence.zone_day', { zone }) : t('evidence.zone', { zone, step: t(evidence.step === 'hour' ? 'evidence.zone_hour' : 'evidence.zone_minute') })}</p>
      )}
    </div>
  );
}

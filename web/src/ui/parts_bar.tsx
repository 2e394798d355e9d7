// Parts of a whole as one bar, each with its word and number below it: a picture for those who see it, the words for everybody.
import type { ComponentChildren } from 'preact';
import './parts_bar.css';

export interface Part {
  title: string;
  count: number;
  value: ComponentChildren; // the count in words
  tone: 'good' | 'warn' | 'bad' | 'quiet';
}

// What is there at all is seen.
const LEAST_PERCENT = 0.6;

export function PartsBar({ parts }: { parts: readonly Part[] }) {
  const all = parts.reduce((sum, part) => sum + part.count, 0);
  const widths = parts.map((part) => (part.count === 0 || all === 0 ? 0 : Math.max(LEAST_PERCENT, (part.count / all) * 100)));
  const scale = 100 / Math.max(1, widths.reduce((sum, width) => sum + width, 0));
  let from = 0;
  const drawn = parts.map((part, i) => {
    const width = (widths[i] ?? 0) * scale;
    const rect = { part, x: from, width };
    from += width;
    return rect;
  });
  return (
    <div class="stack-tight">
      <svg class="parts-bar" aria-hidden="true" focusable="false">
        {drawn.map(({ part, x, width }) => width > 0 && <rect key={part.title} class={`parts-${part.tone}`} x={`${x}%`} y="0" width={`${width}%`} height="100%" />)}
      </svg>
      <ul class="parts-key">
        {parts.map((part) => (
          <li key={part.title}>
            <svg class="parts-sign" aria-hidden="true" focusable="false">
              <rect class={`parts-${part.tone}`} width="100%" height="100%" />
            </svg>
            <span>
              {part.title} <strong class="numbers">{part.value}</strong>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

// A share as a bar beside its words, for a cell of a table: rows are compared at a glance.
import type { ComponentChildren } from 'preact';
import './share_bar.css';

export function ShareBar({ share, tone, children }: { share: number; tone: 'warn' | 'bad'; children: ComponentChildren }) {
  const LEAST = 0.01; // what is there at all is seen
  const width = share <= 0 ? 0 : Math.min(1, Math.max(LEAST, share));
  return (
    <div class="share-bar">
      <span class="numbers">{children}</span>
      <svg aria-hidden="true" focusable="false">
        <rect class={`share-bar-${tone}`} width={`${width * 100}%`} height="100%" />
      </svg>
    </div>
  );
}

// What is there when one wants it: behind its title, which says what it is.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import './fold.css';

interface FoldProps {
  title: ComponentChildren;
  children: ComponentChildren;
  open?: boolean; // at first; from then on it is the reader's
  lazy?: boolean; // what is in it is made when it is opened first
}

export function Fold({ title, children, open = false, lazy = false }: FoldProps) {
  const [wasOpen, setWasOpen] = useState(open);
  return (
    <details
      class="fold"
      open={open}
      onToggle={(event) => {
        if (event.currentTarget.open) setWasOpen(true);
      }}
    >
      <summary>{title}</summary>
      <div class="stack">{(wasOpen || !lazy) && children}</div>
    </details>
  );
}

// A part of a page that is folded at its heading.
export function FoldedSection({ id, heading, ...fold }: Omit<FoldProps, 'title'> & { id: string; heading: string }) {
  return (
    <section class="card" aria-labelledby={id}>
      <Fold {...fold} title={<h2 id={id}>{heading}</h2>} />
    </section>
  );
}

// Names with their values: what there is to know of one thing.
import type { ComponentChildren } from 'preact';
import './facts.css';

export interface Fact {
  name: string;
  value: ComponentChildren; // null and false: the fact is left out
}

export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts
        .filter((fact) => fact.value !== null && fact.value !== false && fact.value !== undefined)
        .map((fact) => (
          <div key={fact.name}>
            <dt>{fact.name}</dt>
            <dd>{fact.value}</dd>
          </div>
        ))}
    </dl>
  );
}

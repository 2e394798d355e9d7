// One page: its heading, which gets the focus when one comes here (so that a screen reader says where one is), and what
// can be done with all of it.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Query } from '../api/query';
import { useI18n } from '../i18n';
import { Button } from './button';
import { ProblemNotice } from './notice';
import { Loading } from './progress';
import './page.css';

interface PageProps {
  title: string;
  part?: string; // which side of it is shown: what there is one tab for
  lead?: ComponentChildren; // one sentence on what it is for
  above?: ComponentChildren; // where it belongs: a link back
  acts?: ComponentChildren;
  children: ComponentChildren;
}

// Not at the first page: there the browser's own order holds.
let pagesSeen = 0;

export function Page({ title, part, lead, above, acts, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = [part, title, 'Strictgate'].filter((name) => name !== undefined).join(' · ');
  }, [part, title]);
  // With the page, not a frame later: a key pressed in between would have moved the focus on, and be undone.
  useLayoutEffect(() => {
    window.scrollTo(0, 0);
    if (pagesSeen++ > 0) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div class="page">
      <header class="page-head">
        <div class="stack-tight">
          {above}
          <h1 ref={heading} tabIndex={-1}>
            {title}
            {part !== undefined && <span class="visually-hidden"> – {part}</span>}
          </h1>
          {lead !== undefined && <p class="muted">{lead}</p>}
        </div>
        {acts !== undefined && <div class="row">{acts}</div>}
      </header>
      {children}
    </div>
  );
}

// What was asked of the server, once it is there. A failure says so, and keeps what was there before.
export function Loaded<T>({ query, children }: { query: Query<T>; children: (data: T) => ComponentChildren }) {
  const { t } = useI18n();
  return (
    <>
      {query.problem !== undefined && (
        <div class="stack">
          <ProblemNotice problem={query.problem} />
          <div class="row">
            <Button onClick={query.refetch} busy={query.loading}>
              {t('common.try_again')}
            </Button>
          </div>
        </div>
      )}
      {query.data !== undefined ? children(query.data) : query.problem === undefined && <Loading />}
    </>
  );
}

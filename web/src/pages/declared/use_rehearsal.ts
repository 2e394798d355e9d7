// What the server says a change would do, asked for a moment after the last key was pressed.
import { useEffect, useState } from 'preact/hooks';
import { type Guard, type Problem, problemFrom } from '../../api/problem';
import type { Difference } from './differences';

export interface Foreseen {
  differences: readonly Difference[];
  guards: readonly Guard[];
}

export interface Rehearsal {
  pending: boolean; // what is typed now was not judged yet
  foreseen: Foreseen | undefined;
  problem: Problem | undefined;
}

const PAUSE_MS = 400;
const NOTHING: Rehearsal = { pending: false, foreseen: undefined, problem: undefined };

interface Judged extends Rehearsal {
  of: string;
}

// `body` undefined: there is nothing to ask for.
export function useRehearsal<B>(body: B | undefined, etag: string | undefined, ask: (body: B, signal: AbortSignal) => Promise<Foreseen>): Rehearsal {
  const [judged, setJudged] = useState<Judged | undefined>();
  const key = body === undefined ? undefined : `${etag ?? ''} ${JSON.stringify(body)}`;
  useEffect(() => {
    if (body === undefined || key === undefined) return undefined;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      void ask(body, controller.signal).then(
        (foreseen) => setJudged({ of: key, pending: false, foreseen, problem: undefined }),
        (error: unknown) => {
          if (!controller.signal.aborted) setJudged({ of: key, pending: false, foreseen: undefined, problem: problemFrom(error) });
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
    // The key says all of the body that matters.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  if (key === undefined) return NOTHING;
  return judged?.of === key ? judged : { ...NOTHING, pending: true };
}

// One act that asks the server: whether it is under way, and what came of it. What was typed stays where it is.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Problem, problemFrom } from '../api/problem';

export interface Action<A extends unknown[]> {
  run: (...args: A) => void;
  busy: boolean;
  problem: Problem | undefined;
  clear: () => void;
}

export function useAction<A extends unknown[]>(act: (...args: A) => Promise<void>): Action<A> {
  const [state, setState] = useState<{ busy: boolean; problem: Problem | undefined }>({ busy: false, problem: undefined });
  const latest = useRef(act);
  latest.current = act;
  const running = useRef(false);
  const gone = useRef(false);
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
    };
  }, []);

  const run = useCallback((...args: A): void => {
    if (running.current) return;
    running.current = true;
    setState({ busy: true, problem: undefined });
    void latest
      .current(...args)
      .then(() => undefined, problemFrom)
      .then((problem) => {
        running.current = false;
        if (!gone.current) setState({ busy: false, problem });
      });
  }, []);
  const clear = useCallback(() => setState((now) => ({ ...now, problem: undefined })), []);
  return { run, busy: state.busy, problem: state.problem, clear };
}

// A problem of a form: what belongs to one of its fields, and what belongs to none.
export function ofField(problem: Problem | undefined, field: string): Problem | undefined {
  return problem?.field === field ? problem : undefined;
}

export function ofNoField(problem: Problem | undefined, fields: readonly string[]): Problem | undefined {
  return problem?.field !== undefined && fields.includes(problem.field) ? undefined : problem;
}

// An act on the certificate that guards may stand against: the second time with what was confirmed.
import { useState } from 'preact/hooks';
import type { Problem } from '../../api/problem';
import { useAction } from '../../ui/action';
import type { Permission } from './guarded';

export interface Guarded {
  run: () => void;
  runWith: (permission: Permission) => void;
  busy: boolean;
  problem: Problem | undefined;
  clear: () => void;
  asking: boolean; // for what has to be confirmed
  ask: (on: boolean) => void;
}

export function useGuarded(act: (permission: Permission) => Promise<void>): Guarded {
  const [asking, ask] = useState(false);
  const action = useAction(async (permission: Permission) => {
    await act(permission);
    ask(false);
  });
  return {
    run: () => action.run({}),
    runWith: action.run,
    busy: action.busy,
    problem: action.problem,
    clear: () => {
      ask(false);
      action.clear();
    },
    asking,
    ask,
  };
}

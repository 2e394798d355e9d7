// Fresh proof: what would give the whole installation away is done only when a password or a passkey was given within the
// last minutes. The request that lacks it waits here while the dialog asks (pages/door/proof_dialog.tsx); no page knows.
import { createStore } from '../lib/store';
import { whenProofNeeded } from './request';
import { session } from './session';

export interface ProofAsked {
  end: (given: boolean) => void;
}

// What the dialog shows itself for.
export const proofAsked = createStore<ProofAsked | undefined>(undefined);
let waiting: Promise<boolean> | undefined;

// Whether it was given. Who asks while it is being asked for gets the same answer.
function ask(): Promise<boolean> {
  waiting ??= new Promise((resolve) => {
    proofAsked.set({
      end: (given) => {
        waiting = undefined;
        proofAsked.set(undefined);
        resolve(given);
      },
    });
  });
  return waiting;
}

whenProofNeeded(ask);
// The page for signing in is over everything then.
session.subscribe(() => {
  if (session.get()?.state !== 'signed_in') proofAsked.get()?.end(false);
});

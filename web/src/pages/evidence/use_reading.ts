// The moment at which the pictures of a card are read: it stays the same moment when newer ones come.
import { useState } from 'preact/hooks';

export interface Reading {
  at: number; // index
  onAt: (at: number) => void;
}

export function useReading(moments: readonly number[], first: number | undefined): Reading {
  const [moment, setMoment] = useState<number | undefined>();
  const found = moment === undefined ? -1 : moments.indexOf(moment);
  return { at: found >= 0 ? found : (first ?? moments.length - 1), onAt: (at) => setMoment(moments[at]) };
}

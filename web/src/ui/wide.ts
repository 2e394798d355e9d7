// Whether there is room for more than what one came for. Looked at once: nothing is folded under somebody's hands.
import { useState } from 'preact/hooks';

const WIDE = '(min-width: 52rem)';

export function useWide(): boolean {
  const [isWide] = useState(() => typeof matchMedia !== 'function' || matchMedia(WIDE).matches);
  return isWide;
}

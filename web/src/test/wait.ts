// What comes after a while: as long as findBy… waits for it, since a machine that is busy with other tests is slow. Vitest's
// own waitFor gives up after a second, within which a language or a page may not even be loaded.
import { vi } from 'vitest';

export const PATIENCE_MS = 15_000;

export function eventually(holds: () => void): Promise<void> {
  return vi.waitFor(holds, { timeout: PATIENCE_MS });
}

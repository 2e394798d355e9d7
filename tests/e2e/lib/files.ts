// What lies below a folder in which somebody else writes.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every file by its path. One that is gone when it is its turn was renamed into the place of another, which is read as it is then. */
export function contentsBelow(directory: string): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const name of readdirSync(directory, { recursive: true }) as string[]) {
    const path = join(directory, name);
    try {
      if (statSync(path).isFile()) found.set(path, readFileSync(path));
    } catch (failure) {
      if ((failure as NodeJS.ErrnoException).code !== 'ENOENT') throw failure;
    }
  }
  return found;
}

// What a test file starts, it ends: endings run in reverse order after the file's last test, whether it passed or not.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

process.setMaxListeners(100);

type Ending = () => unknown;

const endings: Ending[] = [];

export function atEnd(end: Ending): void {
  endings.push(end);
}

after(async () => {
  const failures: unknown[] = [];
  for (const end of endings.splice(0).reverse()) {
    try {
      await end();
    } catch (failure) {
      failures.push(failure);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `ending: ${failures.map(String).join('; ')}`);
});

// World-readable, because the gateway gives up root before it serves.
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'strictgate-e2e-'));
  chmodSync(directory, 0o755);
  if (process.env['KEEP'] === undefined) {
    const remove = (): void => rmSync(directory, { recursive: true, force: true });
    atEnd(remove);
    process.once('exit', remove); // for a file that ends before its tests began
  }
  return directory;
}

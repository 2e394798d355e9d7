// The certificate store of Chromium and Firefox: one of their own each, that trusts exactly the authorities it is given.
import { mkdirSync } from 'node:fs';
import { runOk } from './process.ts';

export async function trustOnly(store: string, authorities: string[]): Promise<void> {
  mkdirSync(store, { recursive: true });
  await runOk('certutil', ['-d', `sql:${store}`, '-N', '--empty-password']);
  for (const [i, file] of authorities.entries()) {
    await runOk('certutil', ['-d', `sql:${store}`, '-A', '-t', 'C,,', '-n', `authority ${i}`, '-i', file]);
  }
}

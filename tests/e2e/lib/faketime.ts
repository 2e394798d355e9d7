// Time that is made to pass: the processes of a gateway read how far it is ahead from a file (libfaketime). Wall clock and elapsed time move together, as
// they do while a machine sleeps, so nothing looks like a clock that was set; between two moves time goes on as it does.
import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Keys } from './gateway.ts';

// Whom a gateway that root starts becomes: the data directory is to be that user's.
const NOBODY = 65_534;
const DAY_S = 86_400;

export interface FakeTime {
  readonly env: NodeJS.ProcessEnv;
  /** For the section Server: both children reach the file. */
  readonly server: Keys;
  pass(seconds: number): void;
}

/** For a gateway with this folder of its own, beginning at that time of the day (UTC): today, or where that is past, tomorrow. */
export function createFakeTime(directory: string, hour: number): FakeTime {
  const library = readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`).find((path) => existsSync(path));
  if (library === undefined) throw new Error('libfaketime is missing: tools/setup test');
  const data = join(directory, 'data');
  const folder = join(data, 'clock');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'ahead');
  const ofDay = Math.floor(Date.now() / 1000) % DAY_S;
  let ahead = (hour * 3600 - ofDay + DAY_S) % DAY_S;
  const write = (): void => writeFileSync(file, `+${ahead}\n`);
  write();
  if (process.getuid?.() === 0) for (const path of [data, folder, file]) chownSync(path, NOBODY, NOBODY);
  return {
    env: { ...process.env, LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1' },
    server: { 'Static Root': folder },
    pass(seconds) {
      ahead += seconds;
      write();
    },
  };
}

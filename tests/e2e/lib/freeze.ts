// One thread of a process stopped, while the others go on: SIGSTOP stops all of them.
import { spawn } from 'node:child_process';
import { opendirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { atEnd } from './scope.ts';
import { within } from './wait.ts';

const PROGRAM = fileURLToPath(new URL('freeze_thread.py', import.meta.url));

// In the order in which they were started: that of the kernel's list, while their numbers begin anew at pid_max (and readdir sorts names).
export function threadsOf(pid: number): number[] {
  const directory = opendirSync(`/proc/${pid}/task`);
  const threads: number[] = [];
  for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) threads.push(Number(entry.name));
  directory.closeSync();
  return threads;
}

// Resolves when the thread stands still; what it resolves to lets it go on.
export async function freezeThread(thread: number): Promise<() => Promise<void>> {
  const child = spawn('python3', [PROGRAM, String(thread)], { stdio: ['pipe', 'pipe', 'pipe'] });
  let text = '';
  child.stderr.on('data', (bytes: Buffer) => (text += bytes.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const stopped = new Promise<boolean>((resolve) => child.stdout.once('data', () => resolve(true)));
  const release = async (): Promise<void> => {
    child.stdin.end();
    await within('the thread goes on', exited);
  };
  atEnd(release);
  if (await within('the thread stands still', Promise.race([stopped, exited])) !== true) throw new Error(`thread ${thread}: ${text}`);
  return release;
}

// Children that cannot outlive their test: the kernel kills them with it, and atEnd ends them by pid.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { atEnd } from './scope.ts';
import { HANG_MS, until } from './wait.ts';

// Ends what hangs; a grader of TLS takes half a minute of a machine that is not busy.
const RUN_MS = 200_000;

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Running {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  output(): string;
  end(signal?: NodeJS.Signals, timeoutMs?: number): Promise<Exit>;
}

export interface StartOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

export function start(file: string, args: string[], options: StartOptions = {}): Running {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: options.env ?? process.env,
    cwd: options.cwd,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', (failure) => {
      text += String(failure);
      resolve({ code: 127, signal: null });
    });
    // The last words lie in the pipe then, and are read in the next turn of the loop. Not "close": children of its own may hold the pipe.
    child.once('exit', (code, signal) => setImmediate(() => setImmediate(resolve, { code, signal })));
  });
  const running: Running = {
    pid: child.pid ?? -1,
    child,
    exited,
    output: () => text,
    async end(signal = 'SIGTERM', timeoutMs = HANG_MS) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
        await exited;
        clearTimeout(timer);
      }
      return exited;
    },
  };
  atEnd(() => running.end());
  return running;
}

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export function run(file: string, args: string[], options: StartOptions & { input?: string } = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env: options.env ?? process.env, cwd: options.cwd, timeout: RUN_MS });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (stdout += piece));
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (stderr += piece));
    child.once('error', reject);
    child.once('close', (code, signal) =>
      signal === null ? resolve({ code: code ?? -1, stdout, stderr }) : reject(new Error(`${file}: ended by ${signal}`)),
    );
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}

export async function runOk(file: string, args: string[], options: StartOptions & { input?: string } = {}): Promise<string> {
  const ran = await run(file, args, options);
  if (ran.code !== 0) throw new Error(`${file} ${args.join(' ')}: exit ${ran.code}\n${ran.stderr}`);
  return ran.stdout;
}

export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '))
      .filter((text) => text !== '')
      .map(Number);
  } catch {
    return [];
  }
}

export function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

export function residentKb(pid: number, key: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const found = new RegExp(`^${key}:\\s*(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? NaN);
}

export async function untilDead(pid: number, timeoutMs = HANG_MS): Promise<void> {
  await until(`process ${pid} ends`, () => !isAlive(pid), timeoutMs);
}

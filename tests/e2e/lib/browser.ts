// Chromium with a profile and a certificate store of its own that trusts exactly the authorities it is given.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import type { Namespace } from './netns.ts';
import { trustOnly } from './nss.ts';
import { atEnd, temporaryDirectory } from './scope.ts';

export interface BrowserOptions {
  trust: string[];
  namespace?: Namespace;
  resolve?: string[];
  args?: string[];
  profile?: string;
}

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

function shellWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

export async function launchBrowser(options: BrowserOptions): Promise<BrowserContext> {
  const home = temporaryDirectory();
  await trustOnly(join(home, '.pki', 'nssdb'), options.trust);
  let executablePath = CHROMIUM;
  if (options.namespace !== undefined) {
    const inside = options.namespace.enter(CHROMIUM, []);
    executablePath = join(home, 'chromium');
    writeFileSync(executablePath, `#!/bin/sh\nexec ${[inside.file, ...inside.args].map(shellWord).join(' ')} "$@"\n`);
    chmodSync(executablePath, 0o755);
  }
  const rules = (options.resolve ?? []).map((name) => `MAP ${name} 127.0.0.1`).join(',');
  const context = await chromium.launchPersistentContext(options.profile ?? join(home, 'profile'), {
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', ...(rules === '' ? [] : [`--host-resolver-rules=${rules}`]), ...(options.args ?? [])],
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, '.config'), XDG_CACHE_HOME: join(home, '.cache') } as Record<string, string>,
    timeout: 60_000,
  });
  atEnd(() => context.close());
  return context;
}

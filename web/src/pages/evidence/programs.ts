// What kind of program a client is, in words, and what helps where clients of this kind never arrive.
import type { PlainKey } from '../../i18n';

// Who has to do something about it decides what helps.
export type Kind = 'people' | 'app' | 'script' | 'monitor' | 'crawler' | 'unknown';

interface Program {
  title: PlainKey;
  kind: Kind;
}

const PROGRAMS = {
  none: { title: 'clients.program_none', kind: 'unknown' },
  other: { title: 'clients.program_other', kind: 'unknown' },
  chromium: { title: 'clients.program_chromium', kind: 'people' },
  firefox: { title: 'clients.program_firefox', kind: 'people' },
  safari: { title: 'clients.program_safari', kind: 'people' },
  internet_explorer: { title: 'clients.program_internet_explorer', kind: 'people' },
  other_browser: { title: 'clients.program_other_browser', kind: 'people' },
  collect: { title: 'clients.program_collect', kind: 'app' },
  android_app: { title: 'clients.program_android_app', kind: 'app' },
  apple_app: { title: 'clients.program_apple_app', kind: 'app' },
  office: { title: 'clients.program_office', kind: 'app' },
  r: { title: 'clients.program_r', kind: 'script' },
  python: { title: 'clients.program_python', kind: 'script' },
  java: { title: 'clients.program_java', kind: 'script' },
  dotnet: { title: 'clients.program_dotnet', kind: 'script' },
  go: { title: 'clients.program_go', kind: 'script' },
  node: { title: 'clients.program_node', kind: 'script' },
  php: { title: 'clients.program_php', kind: 'script' },
  perl_ruby: { title: 'clients.program_perl_ruby', kind: 'script' },
  curl: { title: 'clients.program_curl', kind: 'script' },
  wget: { title: 'clients.program_wget', kind: 'script' },
  powershell: { title: 'clients.program_powershell', kind: 'script' },
  monitor: { title: 'clients.program_monitor', kind: 'monitor' },
  bot: { title: 'clients.program_bot', kind: 'crawler' },
  strictgate: { title: 'clients.program_strictgate', kind: 'crawler' },
} as const satisfies Record<string, Program>;

// Of the name that the server has; one that is newer than this panel has no words here.
export function programOf(name: string): Program | undefined {
  return Object.keys(PROGRAMS).includes(name) ? PROGRAMS[name as keyof typeof PROGRAMS] : undefined;
}

export const PROGRAM_NAMES: readonly string[] = Object.keys(PROGRAMS);

export const KIND_HELPS: Record<Kind, PlainKey> = {
  people: 'clients.helps_people',
  app: 'clients.helps_app',
  script: 'clients.helps_script',
  monitor: 'clients.helps_monitor',
  crawler: 'clients.helps_crawler',
  unknown: 'clients.helps_unknown',
};

const KINDS = Object.keys(KIND_HELPS) as Kind[];

export function kindOf(name: string): Kind {
  return programOf(name)?.kind ?? 'unknown';
}

// The kinds that there are of, people first: those are whom a promise locks out.
export function kindsOf(classes: readonly { class: string; count: number }[]): Kind[] {
  return KINDS.filter((kind) => classes.some((one) => one.count > 0 && kindOf(one.class) === kind));
}

// What came over plain HTTP as rows: each thing that was counted, in the span and since the present rung began. Pure.
import type { Census, CensusCounts } from '../../api/types';
import type { I18n, PlainKey } from '../../i18n';
import { programOf } from './programs';

export type Secret = 'basic' | 'authorization' | 'cookies' | 'bodies';

interface SecretWords {
  title: PlainKey;
  helps: PlainKey;
  tone: 'block' | 'warn';
}

// The worst first.
export const SECRETS: Record<Secret, SecretWords> = {
  basic: { title: 'census.basic', helps: 'census.basic_helps', tone: 'block' },
  authorization: { title: 'census.authorization', helps: 'census.authorization_helps', tone: 'block' },
  cookies: { title: 'census.cookies', helps: 'census.cookies_helps', tone: 'warn' },
  bodies: { title: 'census.bodies', helps: 'census.bodies_helps', tone: 'warn' },
};

export function secretsOf(counts: CensusCounts): { secret: Secret; count: number }[] {
  return (Object.keys(SECRETS) as Secret[]).map((secret) => ({ secret, count: counts[secret] })).filter(({ count }) => count > 0);
}

export function programTitle({ t }: I18n, name: string): string {
  const program = programOf(name);
  return program === undefined ? name : t(program.title);
}

// Those that sent most passwords and tokens.
export function sendersOf(i18n: I18n, counts: CensusCounts, most = 3): string[] {
  const senders = counts.authorization_classes.filter(({ count }) => count > 0);
  return senders.sort((a, b) => b.count - a.count).slice(0, most).map((one) => programTitle(i18n, one.class));
}

export interface CensusRow {
  what: string;
  span: number;
  rung: number | undefined;
}

const PLAIN = ['requests', 'redirected', 'refused', 'in_clear', 'basic', 'authorization', 'cookies', 'bodies', 'forms', 'unsafe', 'browsers'] as const;

export function censusRows(i18n: I18n, { totals, rung }: Census): CensusRow[] {
  const { t } = i18n;
  const row = (what: string, of: (counts: CensusCounts) => number): CensusRow => ({ what, span: of(totals), rung: rung === null ? undefined : of(rung) });
  const named = (list: (counts: CensusCounts) => readonly string[]): string[] => [...new Set([...list(totals), ...(rung === null ? [] : list(rung))])];
  const counted = <T extends { count: number }>(list: readonly T[], is: (one: T) => boolean): number => list.find(is)?.count ?? 0;
  return [
    ...PLAIN.map((key) => row(t(`census.${key}`), (counts) => counts[key])),
    ...named((counts) => counts.methods.map((one) => one.method)).map((method) => row(t('census.method', { method }), (counts) => counted(counts.methods, (one) => one.method === method))),
    ...named((counts) => counts.classes.map((one) => one.class)).map((name) => row(t('census.program', { program: programTitle(i18n, name) }), (counts) => counted(counts.classes, (one) => one.class === name))),
    ...named((counts) => counts.authorization_classes.map((one) => one.class)).map((name) => row(t('census.program_secret', { program: programTitle(i18n, name) }), (counts) => counted(counts.authorization_classes, (one) => one.class === name))),
  ];
}

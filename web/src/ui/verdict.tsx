// How something stands: a word and a sign, never colour alone.
import type { ComponentChildren } from 'preact';
import { type PlainKey, useI18n } from '../i18n';
import { Icon, type IconName } from './icon';
import './verdict.css';

export type Tone = 'pass' | 'warn' | 'block' | 'info' | 'neutral';

const ICONS: Record<Tone, IconName> = { pass: 'pass', warn: 'warn', block: 'block', info: 'info', neutral: 'neutral' };

export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <span class={`badge badge-${tone}`}>
      <Icon name={ICONS[tone]} />
      <span>{children}</span>
    </span>
  );
}

// Of a guard, as the API gives it.
export type VerdictName = 'pass' | 'warn' | 'block' | 'impossible';
const WORDS: Record<VerdictName, PlainKey> = { pass: 'common.pass', warn: 'common.warn', block: 'common.block', impossible: 'common.impossible' };

export function Verdict({ verdict }: { verdict: VerdictName }) {
  const { t } = useI18n();
  return <Badge tone={verdict === 'impossible' ? 'neutral' : verdict}>{t(WORDS[verdict])}</Badge>;
}

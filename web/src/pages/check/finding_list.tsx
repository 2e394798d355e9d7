// Things that were found of a domain, each with what was seen, what helps, and for a site of this gateway where that is done.
import { type PlainKey, useI18n } from '../../i18n';
import { href } from '../../router';
import { ServerText } from '../../ui/notice';
import { Badge, type Tone } from '../../ui/verdict';
import type { Check } from './check_page';
import './check.css';

export type Severity = NonNullable<Check['findings']>[number]['severity'];
type Mend = NonNullable<Check['errors'][number]['mend']>;

export interface Finding {
  code: string;
  severity: Severity;
  summary: string;
  message: string;
  fix: string;
  mend?: Mend | undefined;
  score?: number | undefined;
}

type Place = '/sites/:name/certificate' | '/sites/:name/application' | '/sites/:name/hsts';
const PLACES: Record<Mend, Place> = {
  certificate: '/sites/:name/certificate',
  alias: '/sites/:name/application',
  redirect: '/sites/:name/application',
  permanent: '/sites/:name/hsts',
  subdomains: '/sites/:name/hsts',
  preload: '/sites/:name/hsts',
  'no-preload': '/sites/:name/hsts',
  start: '/sites/:name/hsts',
  cookies: '/sites/:name/application',
};
const PLACE_NAMES: Record<Place, PlainKey> = { '/sites/:name/certificate': 'check.to_certificate', '/sites/:name/application': 'check.to_application', '/sites/:name/hsts': 'check.to_hsts' };

export const TONES: Record<Severity, Tone> = { error: 'block', warning: 'warn', note: 'info', good: 'pass' };
const WORDS: Record<Severity, PlainKey> = { error: 'check.error', warning: 'check.warning', note: 'check.note', good: 'check.good' };

function Sentence({ children, class: kind }: { children: string; class?: string }) {
  if (children === '') return null;
  return (
    <p class={kind}>
      <ServerText>{children}</ServerText>
    </p>
  );
}

// `site`: of this gateway.
export function FindingText({ finding, site }: { finding: Finding; site: string | undefined }) {
  const { t } = useI18n();
  const place = site !== undefined && finding.mend !== undefined ? PLACES[finding.mend] : undefined;
  return (
    <div class="stack-tight">
      <Sentence class="strong">{finding.summary}</Sentence>
      <Sentence>{finding.message}</Sentence>
      <Sentence class="muted">{finding.fix}</Sentence>
      <p class="muted small">
        <code>{finding.code}</code>
      </p>
      {place !== undefined && site !== undefined && (
        <p>
          <a href={href(place, { name: site })}>{t(PLACE_NAMES[place])}</a>
        </p>
      )}
    </div>
  );
}

export function FindingList({ findings, site, label }: { findings: readonly Finding[]; site: string | undefined; label?: string }) {
  const { t } = useI18n();
  if (findings.length === 0) return null;
  return (
    <ul class="check-findings" aria-label={label}>
      {findings.map((finding, at) => (
        <li key={at}>
          <Badge tone={TONES[finding.severity]}>{t(WORDS[finding.severity])}</Badge>
          <FindingText finding={finding} site={site} />
        </li>
      ))}
    </ul>
  );
}

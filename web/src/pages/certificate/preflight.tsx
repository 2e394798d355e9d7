// What a certificate authority would find if it looked now: asked before an order is spent on it.
import type { Result } from '../../api/operations';
import { type PlainKey, useI18n } from '../../i18n';
import { Notice, ServerText } from '../../ui/notice';
import { Badge, type Tone } from '../../ui/verdict';

export type Preflight = Result<'post', '/v1/sites/{name}/preflight'>;
type PreflightFinding = Preflight['findings'][number];

const TONES: Record<PreflightFinding['verdict'], Tone> = { good: 'pass', notice: 'info', warning: 'warn', failure: 'block' };
const WORDS: Record<PreflightFinding['verdict'], PlainKey> = { good: 'ways.preflight_good', notice: 'ways.preflight_notice', warning: 'ways.preflight_warning', failure: 'ways.preflight_failure' };
const RANK: Record<PreflightFinding['verdict'], number> = { failure: 3, warning: 2, notice: 1, good: 0 };

const TOPICS: Record<string, PlainKey | undefined> = {
  address: 'ways.topic_address',
  'address-by-dns': 'ways.topic_address_by_dns',
  caa: 'ways.topic_caa',
  clock: 'ways.topic_clock',
  directory: 'ways.topic_directory',
  'dns-01': 'ways.topic_dns',
  elsewhere: 'ways.topic_elsewhere',
  ipv6: 'ways.topic_ipv6',
  listener: 'ways.topic_listener',
  lookup: 'ways.topic_lookup',
  'name-server': 'ways.topic_name_server',
  'no-address': 'ways.topic_no_address',
  port: 'ways.topic_port',
  unreachable: 'ways.topic_unreachable',
  wildcard: 'ways.topic_wildcard',
};

export function PreflightResult({ preflight }: { preflight: Preflight }) {
  const { t } = useI18n();
  const findings = [...preflight.findings].sort((a, b) => RANK[b.verdict] - RANK[a.verdict]);
  return (
    <div class="stack" aria-live="polite">
      <Notice tone={preflight.ready ? 'pass' : 'block'} title={t(preflight.ready ? 'ways.preflight_ready' : 'ways.preflight_not_ready')}>
        {!preflight.ready && <p>{t('ways.preflight_not_ready_hint')}</p>}
      </Notice>
      <ul class="certificate-findings">
        {findings.map((finding) => {
          const topic = TOPICS[finding.id];
          return (
            <li key={`${finding.id} ${finding.name ?? ''} ${finding.text}`}>
              <Badge tone={TONES[finding.verdict]}>{t(WORDS[finding.verdict])}</Badge>
              <div class="stack-tight">
                <p class="strong">
                  {topic === undefined ? finding.id : t(topic)}
                  {finding.name !== undefined && finding.name !== '' && `: ${finding.name}`}
                </p>
                <p>
                  <ServerText>{finding.text}</ServerText>
                </p>
                {finding.fix !== undefined && (
                  <p class="muted">
                    <ServerText>{finding.fix}</ServerText>
                  </p>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

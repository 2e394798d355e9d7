// What a check came to: the verdict first, then what helps, then what the certificate is.
import { type PlainKey, useI18n } from '../../i18n';
import { Button } from '../../ui/button';
import { type Fact, Facts } from '../../ui/facts';
import { Notice } from '../../ui/notice';
import { Moment } from '../../ui/time';
import { Chain } from './chain';
import { checkedLinks } from './checked_chain';
import type { Checked } from './entry';
import type { CheckVerdict } from './faults';
import { FindingList } from './finding_list';
import { nameOf } from './subject';

const HEADLINES: Record<CheckVerdict, { tone: 'pass' | 'warn' | 'block'; title: PlainKey; hint: PlainKey }> = {
  good: { tone: 'pass', title: 'certificate.verdict_good', hint: 'certificate.verdict_good_hint' },
  doubtful: { tone: 'warn', title: 'certificate.verdict_doubtful', hint: 'certificate.verdict_doubtful_hint' },
  refused: { tone: 'block', title: 'certificate.verdict_refused', hint: 'certificate.verdict_refused_hint' },
};

const ROOTS: Record<'browsers' | 'declared' | 'this machine', PlainKey> = {
  browsers: 'certificate.root_browsers',
  declared: 'certificate.root_declared',
  'this machine': 'certificate.root_machine',
};

function PromiseLine({ site }: { site: NonNullable<Checked['site']> }) {
  const { t, rich } = useI18n();
  if (site.bound_until === null) return null;
  const moment = <Moment at={site.bound_until} as="dateTime" />;
  return site.outlasts_promise === false ? (
    <Notice tone="warn" title={t('certificate.promise_outlasts')}>
      <p>{rich('certificate.promise_outlasts_hint', { moment })}</p>
    </Notice>
  ) : (
    <p>{rich('certificate.promise_kept', { moment })}</p>
  );
}

function What({ certificate, isMissing }: { certificate: NonNullable<Checked['certificate']>; isMissing: boolean }) {
  const { t } = useI18n();
  const facts: Fact[] = [
    { name: t('site.names'), value: certificate.names.join(', ') },
    {
      name: t('certificate.valid'),
      value: (
        <>
          <Moment at={certificate.not_before} /> – <Moment at={certificate.not_after} />
        </>
      ),
    },
    { name: t('site.issuer'), value: nameOf(certificate.issuer) },
    { name: t('certificate.key'), value: `${certificate.key} ${certificate.key_bits}` },
    { name: t('certificate.chain'), value: t('certificate.chain_count', { count: certificate.chain_count }) },
  ];
  return (
    <>
      <Chain links={checkedLinks(certificate, isMissing, certificate.root === null ? t('certificate.root_unknown') : t(ROOTS[certificate.root.known_to]))} />
      <Facts facts={facts} />
    </>
  );
}

interface CheckResultProps {
  checked: Checked;
  verdict: CheckVerdict;
  fetch: { run: () => void; busy: boolean; done: boolean };
}

export function CheckResult({ checked, verdict, fetch }: CheckResultProps) {
  const { t } = useI18n();
  const headline = HEADLINES[verdict];
  const found = new Set(checked.findings.map((finding) => finding.id));
  const isMissing = found.has('missing_intermediate');
  const canFetch = !fetch.done && (isMissing || found.has('unknown_issuer'));
  return (
    <div class="stack">
      <Notice tone={headline.tone} title={t(headline.title)}>
        <p>{t(headline.hint)}</p>
      </Notice>
      {checked.findings.length > 0 && <FindingList findings={checked.findings} />}
      {canFetch && (
        <div class="row">
          <Button icon="download" onClick={fetch.run} busy={fetch.busy}>
            {t('certificate.fetch')}
          </Button>
          <span class="small muted">{t('certificate.fetch_hint')}</span>
        </div>
      )}
      {checked.site !== undefined && checked.certificate !== null && <PromiseLine site={checked.site} />}
      {checked.certificate !== null && <What certificate={checked.certificate} isMissing={isMissing} />}
    </div>
  );
}

// How browsers and tools read the field: in sight when they differ, since it may bind some visitors only then.
import { type PlainKey, useI18n } from '../../i18n';
import { Fold } from '../../ui/fold';
import { ServerText } from '../../ui/notice';
import { type Column, Table } from '../../ui/table';
import { Badge, type Tone } from '../../ui/verdict';
import { type Agreement, type Reading, agreementOf } from './agreement';
import type { Finding } from './finding_list';

const AGREEMENTS: Record<Agreement, readonly [Tone, PlainKey]> = {
  alike: ['pass', 'check.read_alike'],
  ignored: ['block', 'check.read_by_none'],
  different: ['warn', 'check.read_differently'],
};

// By the names that the server gives them. Browsers and curl do not look for `preload`.
const READERS: Partial<Record<string, { what: PlainKey; blindToPreload?: true }>> = {
  'RFC 6797': { what: 'check.reader_standard' },
  Chromium: { what: 'check.reader_chromium', blindToPreload: true },
  Firefox: { what: 'check.reader_firefox', blindToPreload: true },
  curl: { what: 'check.reader_curl', blindToPreload: true },
  'hstspreload.org': { what: 'check.reader_list' },
  'HTTP Observatory': { what: 'check.reader_observatory' },
};

function Reader({ client }: { client: string }) {
  const { t } = useI18n();
  const what = READERS[client]?.what;
  return (
    <div class="stack-tight">
      <span class="strong">{client}</span>
      {what !== undefined && <span class="muted small">{t(what)}</span>}
    </div>
  );
}

function resultOf({ taken, is_checker, issues }: Reading): readonly [Tone, PlainKey] {
  if (!taken) return ['block', is_checker ? 'check.read_invalid' : 'check.read_ignored'];
  if (!is_checker) return ['pass', 'check.read_heeded'];
  return issues.length > 0 ? ['warn', 'check.read_remarks'] : ['pass', 'check.read_valid'];
}

// `known`: what is found of the domain, whose words say what a checker's codes mean.
function ReadingResult({ reading, known }: { reading: Reading; known: readonly Pick<Finding, 'code' | 'summary'>[] }) {
  const { t } = useI18n();
  const [tone, words] = resultOf(reading);
  return (
    <div class="stack-tight">
      <div>
        <Badge tone={tone}>{t(words)}</Badge>
      </div>
      {reading.issues.map((code) => {
        const words = known.find((one) => one.code === code || one.code === `observatory.${code}`)?.summary;
        return (
          <p key={code} class="small">
            {words !== undefined && (
              <>
                <ServerText>{words}</ServerText>{' '}
              </>
            )}
            <code>{code}</code>
          </p>
        );
      })}
    </div>
  );
}

function preloadOf({ client, preload }: Reading): PlainKey {
  if (READERS[client]?.blindToPreload === true) return 'check.read_preload_unsought';
  return preload ? 'check.read_preload' : 'check.read_no_preload';
}

function Understood({ reading }: { reading: Reading }) {
  const { t, format } = useI18n();
  const { max_age_s } = reading;
  return (
    <ul class="stack-tight">
      {max_age_s !== null && (
        <li>
          {max_age_s === 0 ? t('check.read_forgets') : format.duration(max_age_s)}
          {/* Beyond that JSON's numbers are not exact. */}
          {Number.isSafeInteger(max_age_s) && <span class="muted numbers"> {`(${max_age_s} s)`}</span>}
        </li>
      )}
      <li>{t(reading.include_subdomains ? 'check.read_subdomains' : 'check.read_no_subdomains')}</li>
      <li>{t(preloadOf(reading))}</li>
    </ul>
  );
}

export function Readings({ readings, known }: { readings: readonly Reading[]; known: readonly Pick<Finding, 'code' | 'summary'>[] }) {
  const { t } = useI18n();
  if (readings.length === 0) return null;
  const agreement = agreementOf(readings);
  const [tone, words] = AGREEMENTS[agreement];
  const columns: Column<Reading>[] = [
    { id: 'client', title: t('check.read_by'), words: true, cell: ({ client }) => <Reader client={client} /> },
    { id: 'result', title: t('check.read_result'), cell: (one) => <ReadingResult reading={one} known={known} /> },
    { id: 'understood', title: t('check.read_understood'), cell: (one) => one.taken && <Understood reading={one} /> },
  ];
  return (
    <section class="check-part" aria-labelledby="check-readings">
      <Fold
        open={agreement === 'different'}
        title={
          <>
            <h3 id="check-readings">{t('check.readings')}</h3> <Badge tone={tone}>{t(words)}</Badge>
          </>
        }
      >
        <p class="muted">{t('check.readings_text')}</p>
        <Table caption={t('check.readings')} columns={columns} rows={readings} rowKey={({ client }) => client} />
      </Fold>
    </section>
  );
}

// Who did what to this site, the newest first, also what was refused.
import { useRef, useState } from 'preact/hooks';
import { useQuery } from '../../api/query';
import type { AuditEntry } from '../../api/types';
import { type I18n, type PlainKey, useI18n } from '../../i18n';
import { Button } from '../../ui/button';
import { FoldedSection } from '../../ui/fold';
import { Loaded } from '../../ui/page';
import { type Column, Table } from '../../ui/table';
import { Moment } from '../../ui/time';
import { Badge } from '../../ui/verdict';
import { useWide } from '../../ui/wide';
import { actWords } from '../audit/acts';
import { guardWords } from './words';

const FIRST = 10;
const MOST = 1_000;

const MODES: Record<string, PlainKey> = { off: 'hsts.ladder_off', release: 'hsts.ledger_release' };

// A wish in a few words: "1 week", "1 year, with subdomains".
function wishWords({ t, format }: I18n, wish: unknown): string | undefined {
  if (typeof wish !== 'object' || wish === null) return undefined;
  const { mode, max_age: maxAge, target, include_subdomains: below, preload } = wish as Record<string, unknown>;
  if (typeof mode !== 'string') return undefined;
  const plain = MODES[mode];
  if (plain !== undefined) return t(plain);
  if (typeof maxAge !== 'number') return undefined;
  const rung = format.duration(maxAge);
  return [
    mode === 'auto' && typeof target === 'number' ? t('hsts.audit_climbing', { from: rung, to: format.duration(target) }) : rung,
    ...(below === true ? [t('overview.with_subdomains')] : []),
    ...(preload === true ? ['preload'] : []),
  ].join(', ');
}

function changeWords(i18n: I18n, entry: AuditEntry): string {
  const [before, after] = [wishWords(i18n, entry.before), wishWords(i18n, entry.after)];
  return before === undefined || after === undefined || before === after ? '' : `${before} → ${after}`;
}

function Act({ entry }: { entry: AuditEntry }) {
  const i18n = useI18n();
  const { t } = i18n;
  const overridden = (entry.override ?? '').split(' ').filter((id) => id !== '');
  return (
    <div class="stack-tight">
      <p class="row">
        {actWords(i18n, entry.act)} {entry.outcome === 'refused' && <Badge tone="neutral">{t('hsts.history_refused')}</Badge>}
      </p>
      {overridden.length > 0 ? (
        <p class="muted small">{t('hsts.history_override', { guards: i18n.format.list(overridden.map((id) => guardWords(i18n, id))), reason: entry.reason ?? '' })}</p>
      ) : (
        entry.reason !== null && <p class="muted small">{entry.reason}</p>
      )}
    </div>
  );
}

function Entries({ name }: { name: string }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const [limit, setLimit] = useState(FIRST);
  const query = useQuery('/v1/audit', { query: { site: name, limit } });
  // A longer list takes the place of the shorter one when it is there: what is read, and the button, stay until then.
  const last = useRef(query.data);
  if (query.data !== undefined) last.current = query.data;
  const shown = { ...query, data: query.data ?? last.current };
  const by = (entry: AuditEntry): string => (entry.actor === 'strictgate' ? t('hsts.by_itself') : entry.actor);
  const columns: readonly Column<AuditEntry>[] = [
    { id: 'at', title: t('hsts.history_when'), cell: (entry) => <Moment at={entry.at} as="dateTime" />, csv: (entry) => entry.at },
    { id: 'act', title: t('hsts.history_act'), cell: (entry) => <Act entry={entry} />, csv: (entry) => entry.act },
    { id: 'change', title: t('hsts.history_change'), cell: (entry) => changeWords(i18n, entry), csv: (entry) => changeWords(i18n, entry) },
    { id: 'by', title: t('hsts.history_by'), cell: by, csv: (entry) => entry.actor },
  ];
  return (
    <Loaded query={shown}>
      {({ entries }) => (
        <>
          <Table caption={t('hsts.history')} columns={columns} rows={entries} rowKey={(entry) => String(entry.id)} empty={<p class="muted history-empty">{t('hsts.history_empty')}</p>} fileName={`${name}-history.csv`} />
          {(entries.length >= limit || query.data === undefined) && entries.length < MOST && (
            <div class="row">
              <Button onClick={() => setLimit(Math.min(MOST, limit * 5))} busy={query.loading}>
                {t('hsts.history_more', { count: format.number(entries.length) })}
              </Button>
            </div>
          )}
        </>
      )}
    </Loaded>
  );
}

export function History({ name }: { name: string }) {
  const { t } = useI18n();
  return (
    <FoldedSection id="hsts-history" heading={t('hsts.history')} open={useWide()} lazy>
      <Entries name={name} />
    </FoldedSection>
  );
}

// Who did what. The server filters by site and gives a page at a time; by person and act is filtered in what is there.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import type { Result } from '../../api/operations';
import { useQuery } from '../../api/query';
import { useI18n } from '../../i18n';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Select, TextField } from '../../ui/field';
import { ProblemNotice, ServerText } from '../../ui/notice';
import { Loaded } from '../../ui/page';
import { type Column, Table } from '../../ui/table';
import { Moment } from '../../ui/time';
import { Badge } from '../../ui/verdict';
import { guardWords } from '../hsts/words';
import { SettingsFrame } from '../settings/settings_frame';
import { actWords } from './acts';
import './audit.css';

type Entry = Result<'get', '/v1/audit'>['entries'][number];

const PAGE_SIZE = 200;
const ALL = '';


function isChange(entry: Entry): boolean {
  return [entry.before, entry.after].some((part) => part !== null && part !== undefined);
}

function Details({ entry }: { entry: Entry }) {
  const i18n = useI18n();
  const { t } = i18n;
  const overridden = (entry.override ?? '').split(' ').filter((id) => id !== '');
  return (
    <div class="stack-tight">
      {entry.reason !== null && <p>{entry.outcome === 'refused' ? <ServerText>{entry.reason}</ServerText> : entry.reason}</p>}
      {overridden.length > 0 && <p class="small">{t('audit.overridden', { guards: i18n.format.list(overridden.map((id) => guardWords(i18n, id))) })}</p>}
      {isChange(entry) && (
        <details class="small">
          <summary>{t('audit.what_changed')}</summary>
          <pre class="audit-change">{`${JSON.stringify(entry.before ?? null, null, 1)}\n→\n${JSON.stringify(entry.after ?? null, null, 1)}`}</pre>
        </details>
      )}
    </div>
  );
}

function Log({ site }: { site: string }) {
  const i18n = useI18n();
  const { t, language } = i18n;
  const query = useQuery('/v1/audit', { query: { limit: PAGE_SIZE, ...(site !== '' && { site }) } });
  const [older, setOlder] = useState<readonly Entry[]>([]);
  const [more, setMore] = useState(true);
  const [actor, setActor] = useState(ALL);
  const [act, setAct] = useState(ALL);
  const first = query.data?.entries ?? [];
  // What came meanwhile moves the first page on: nothing is there twice.
  const firstIds = new Set(first.map((entry) => entry.id));
  const entries = [...first, ...older.filter((entry) => !firstIds.has(entry.id))];
  const fetchOlder = useAction(async () => {
    const last = entries.at(-1);
    if (last === undefined) return;
    const page = (await client.get('/v1/audit', { query: { limit: PAGE_SIZE, before: last.id, ...(site !== '' && { site }) } })).entries;
    setOlder([...entries.slice(first.length), ...page]);
    setMore(page.length === PAGE_SIZE);
  });
  const shown = entries.filter((entry) => (actor === ALL || entry.actor === actor) && (act === ALL || entry.act === act));
  const choices = (values: readonly string[], words: (value: string) => string = String) => {
    const found = [...new Set(values)].map((value) => ({ value, label: words(value) }));
    return [{ value: ALL, label: t('audit.all') }, ...found.sort((a, b) => a.label.localeCompare(b.label, language))];
  };
  const did = (row: string): string => actWords(i18n, row);
  const columns: Column<Entry>[] = [
    { id: 'at', title: t('audit.at'), words: true, sort: (row) => row.id, csv: (row) => row.at, cell: (row) => <span class="nowrap"><Moment at={row.at} as="dateTime" /></span> },
    { id: 'actor', title: t('audit.actor'), words: true, sort: (row) => row.actor, csv: (row) => row.actor, cell: (row) => row.actor },
    {
      id: 'act',
      title: t('audit.act'),
      words: true,
      sort: (row) => did(row.act),
      csv: (row) => row.act,
      cell: (row) => (
        <span class="row">
          {did(row.act)}
          {row.outcome === 'refused' && <Badge tone="warn">{t('audit.refused')}</Badge>}
        </span>
      ),
    },
    { id: 'site', title: t('overview.site'), sort: (row) => row.site ?? undefined, csv: (row) => row.site ?? '', cell: (row) => row.site ?? '–' },
    { id: 'details', title: t('audit.details'), csv: (row) => row.reason ?? '', cell: (row) => (row.reason !== null || row.override !== null || isChange(row)) && <Details entry={row} /> },
  ];
  return (
    <Loaded query={query}>
      {() => (
        <>
          <div class="audit-filters">
            <Select label={t('audit.actor')} value={actor} onChange={setActor} choices={choices(entries.map((entry) => entry.actor))} />
            <Select label={t('audit.act')} value={act} onChange={setAct} choices={choices(entries.map((entry) => entry.act), did)} />
          </div>
          <Table caption={t('settings.audit')} columns={columns} rows={shown} rowKey={(row) => String(row.id)} fileName="strictgate-audit.csv" empty={<p class="table-more muted">{t('audit.none')}</p>} />
          <ProblemNotice problem={fetchOlder.problem} />
          {more && first.length === PAGE_SIZE && (
            <div class="row">
              <Button busy={fetchOlder.busy} onClick={() => fetchOlder.run()}>
                {t('audit.older')}
              </Button>
            </div>
          )}
        </>
      )}
    </Loaded>
  );
}

export default function AuditPage() {
  const { t } = useI18n();
  const [site, setSite] = useState('');
  const sites = (useQuery('/v1/sites').data?.sites ?? []).map((one) => one.name);
  const [typed, setTyped] = useState('');
  return (
    <SettingsFrame title={t('settings.audit')} lead={t('settings.audit_what')}>
      <form
        class="audit-filters"
        onSubmit={(event) => {
          event.preventDefault();
          setSite(typed.trim());
        }}
      >
        <TextField label={t('overview.site')} hint={t('audit.site_hint')} suggestions={sites} value={typed} onInput={setTyped} technical autocomplete="off" optional />
        <Button type="submit">{t('audit.filter')}</Button>
      </form>
      <Log key={site} site={site} />
    </SettingsFrame>
  );
}

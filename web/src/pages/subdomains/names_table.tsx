// The names, those of one state or all, a page at a time: there may be twenty thousand.
import { useEffect, useState } from 'preact/hooks';
import { useQuery } from '../../api/query';
import type { Subdomain, Subdomains } from '../../api/types';
import { useI18n } from '../../i18n';
import { saveAs } from '../../lib/save';
import { ofNoField, useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { ProblemNotice, ServerText } from '../../ui/notice';
import { Loaded } from '../../ui/page';
import { type Column, Table } from '../../ui/table';
import { Moment } from '../../ui/time';
import { Badge } from '../../ui/verdict';
import { exportNames } from './export';
import { NameDialog } from './name_dialog';
import { stateHref } from './standing_card';
import { FLAG_WORDS, SOURCE_WORDS, STATES, STATE_TONES, STATE_WORDS, type Shown, type Summary, VERDICT_WORDS } from './words';

// What is asked for anew with each event while names are looked at.
const PAGE_SIZE = 200;

function Filter({ site, shown, summary }: { site: string; shown: Shown; summary: Summary }) {
  const { t } = useI18n();
  const choices: readonly [Shown, string, number][] = [['all', t('subdomains.all'), summary.total], ...STATES.map((state) => [state, t(STATE_WORDS[state]), summary[state]] as [Shown, string, number])];
  return (
    <nav aria-label={t('subdomains.filter')}>
      <ul class="subdomains-filter">
        {choices.map(([state, words, count]) => (
          <li key={state}>
            <a href={stateHref(site, state)} aria-current={state === shown ? 'true' : undefined}>
              {t('subdomains.filter_count', { words, count })}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function useColumns(open: (child: Subdomain) => void, sorts: boolean): readonly Column<Subdomain>[] {
  const { t } = useI18n();
  const columns: Column<Subdomain>[] = [
    {
      id: 'name',
      title: t('subdomains.name'),
      sort: (row) => row.name,
      cell: (row) => (
        <div class="stack-tight">
          <span class="subdomains-name strong">{row.name}</span>
          {row.cname !== null && <span class="small muted subdomains-name">→ {row.cname}</span>}
          <span class="small muted">{row.sources.map((source) => t(SOURCE_WORDS[source])).join(', ')}</span>
        </div>
      ),
    },
    { id: 'state', title: t('subdomains.state'), words: true, sort: (row) => STATES.indexOf(row.state), cell: (row) => <Badge tone={STATE_TONES[row.state]}>{t(STATE_WORDS[row.state])}</Badge> },
    {
      id: 'found',
      title: t('subdomains.found_helps'),
      sort: (row) => t(VERDICT_WORDS[row.verdict]),
      cell: (row) => (
        <div class="stack-tight">
          <span>{t(VERDICT_WORDS[row.verdict])}</span>
          {row.detail !== '' && (
            <span class="small muted">
              <ServerText>{row.detail}</ServerText>
            </span>
          )}
          {row.state !== 'ready' && row.fix !== '' && (
            <span class="small">
              <ServerText>{row.fix}</ServerText>
            </span>
          )}
          {row.flags.length > 0 && (
            <span class="row">
              {row.flags.map((flag) => (
                <Badge key={flag} tone="neutral">
                  {t(FLAG_WORDS[flag])}
                </Badge>
              ))}
            </span>
          )}
        </div>
      ),
    },
    { id: 'looked', title: t('subdomains.looked_at'), words: true, sort: (row) => row.looked_at ?? undefined, cell: (row) => (row.looked_at === null ? '–' : <span class="small nowrap"><Moment at={row.looked_at} as="relative" /></span>) },
    {
      id: 'acts',
      title: t('subdomains.details'),
      cell: (row) => (
        <Button label={t('subdomains.details_of', { name: row.name })} onClick={() => open(row)}>
          {t('subdomains.details')}
        </Button>
      ),
    },
  ];
  // By one page of several, an order would be of no use.
  return columns.map(({ sort, ...column }) => (sorts && sort !== undefined ? { ...column, sort } : column));
}

function Rows({ site, inventory, shown, paged, onDone }: { site: string; inventory: Subdomains; shown: Shown; paged: boolean; onDone: () => void }) {
  const { t } = useI18n();
  const [open, setOpen] = useState<Subdomain>();
  const columns = useColumns(setOpen, !paged);
  const save = useAction(async () => saveAs(`${inventory.domain}-subdomains.csv`, await exportNames(site, shown)));
  // As it is now, not as it was when it was opened.
  const child = open === undefined ? undefined : (inventory.names.find((one) => one.name === open.name) ?? open);
  return (
    <>
      <ProblemNotice problem={ofNoField(save.problem, [])} />
      <Table
        caption={t('subdomains.names')}
        columns={columns}
        rows={inventory.names}
        rowKey={(row) => row.name}
        toolbar={<Filter site={site} shown={shown} summary={inventory.summary} />}
        empty={<p class="table-more muted">{t('subdomains.none_of_these')}</p>}
      />
      {inventory.names.length > 0 && (
        <div class="row">
          <Button kind="quiet" icon="download" busy={save.busy} onClick={() => save.run()}>
            {t('common.export_csv')}
          </Button>
        </div>
      )}
      {child !== undefined && <NameDialog site={site} child={child} onDone={onDone} onClose={() => setOpen(undefined)} />}
    </>
  );
}

export function NamesTable({ site, shown, onDone }: { site: string; shown: Shown; onDone: () => void }) {
  const { t } = useI18n();
  // Where each page that was gone through began; the last one is shown.
  const [begins, setBegins] = useState<readonly string[]>([]);
  useEffect(() => setBegins([]), [shown]);
  const after = begins.at(-1);
  const query = useQuery('/v1/sites/{name}/subdomains', { path: { name: site }, query: { limit: PAGE_SIZE, ...(shown !== 'all' && { state: shown }), ...(after !== undefined && { after }) } });
  const changed = (): void => {
    query.refetch();
    onDone();
  };
  return (
    <section class="stack" aria-labelledby="subdomains-names">
      <h2 id="subdomains-names">{t('subdomains.names')}</h2>
      <Loaded query={query}>
        {(inventory) => {
          const { next } = inventory;
          return (
            <>
              <Rows site={site} inventory={inventory} shown={shown} paged={begins.length > 0 || next !== null} onDone={changed} />
              {(begins.length > 0 || next !== null) && (
                <nav class="row" aria-label={t('subdomains.pages')}>
                  <Button disabled={begins.length === 0} onClick={() => setBegins(begins.slice(0, -1))}>
                    {t('subdomains.page_before')}
                  </Button>
                  <Button disabled={next === null} onClick={() => next !== null && setBegins([...begins, next])}>
                    {t('subdomains.page_next')}
                  </Button>
                  <span class="small muted">{t('subdomains.page', { page: begins.length + 1 })}</span>
                </nav>
              )}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

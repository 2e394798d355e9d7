// The list that is here: where it is from, how old it is, and getting another one.
import { client } from '../../api/client';
import { useMay } from '../../api/session';
import { useI18n } from '../../i18n';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { Empty } from '../../ui/empty';
import { Facts } from '../../ui/facts';
import { Notice, ProblemNotice, ServerText } from '../../ui/notice';
import { Progress } from '../../ui/progress';
import { Moment } from '../../ui/time';
import { Badge } from '../../ui/verdict';
import type { Preload } from './preload_page';
import { hostOf } from './words';

function ListFacts({ preload, list }: { preload: Preload; list: NonNullable<Preload['list']> }) {
  const { t, format } = useI18n();
  return (
    <Facts
      facts={[
        { name: t('preload.entries'), value: <span class="numbers">{format.number(list.entries)}</span> },
        { name: t('preload.source'), value: <code>{list.address}</code> },
        {
          name: list.confirmed === list.taken ? t('preload.confirmed_never') : t('preload.confirmed'),
          value: (
            <span class="row">
              <Moment at={list.confirmed} as="dateTime" />
              <Badge tone={list.old ? 'warn' : 'pass'}>{t(list.old ? 'preload.is_old' : 'preload.is_fresh')}</Badge>
            </span>
          ),
        },
        { name: t('preload.trusted_until'), value: <Moment at={list.trusted_until} /> },
        { name: t('preload.next_update'), value: preload.next_update === null ? t('preload.never') : <Moment at={preload.next_update} as="dateTime" /> },
        { name: t('preload.size'), value: t('preload.size_text', { size: format.bytes(list.size), source: format.bytes(list.source_size) }) },
      ]}
    />
  );
}

// What is under way, what went wrong, and that it is old.
function Told({ preload }: { preload: Preload }) {
  const { t, format } = useI18n();
  const { running, last, list, trouble } = preload;
  return (
    <>
      {trouble !== undefined && (
        <Notice tone="block" title={t('preload.trouble')}>
          <p>
            <ServerText>{trouble}</ServerText>
          </p>
        </Notice>
      )}
      {list?.old === true && (
        <Notice tone="warn">
          <p>{t('preload.old_text')}</p>
        </Notice>
      )}
      {running === null && last?.outcome === 'refused' && (
        <Notice tone="block" title={t('preload.refused')}>
          <p>
            <ServerText>{last.detail ?? ''}</ServerText>
          </p>
          {last.fix !== undefined && (
            <p>
              <ServerText>{last.fix}</ServerText>
            </p>
          )}
          {last.at !== undefined && (
            <p class="small muted">
              <Moment at={last.at} as="dateTime" />
            </p>
          )}
        </Notice>
      )}
      {running !== null && <Progress label={t('preload.running', { address: running.address ?? '', size: format.bytes(running.received ?? 0) })} />}
    </>
  );
}

export function ListCard({ preload, onBegun }: { preload: Preload; onBegun: (preload: Preload) => void }) {
  const { t } = useI18n();
  const mayFetch = useMay('operator');
  const fetchNow = useAction(async () => onBegun(await client.post('/v1/preload/update', { body: {} })));
  const first = preload.list === null;
  const act = mayFetch && (
    <>
      <ProblemNotice problem={fetchNow.problem} />
      <div class={first ? 'preload-first' : 'row'}>
        <Button kind={first ? 'main' : 'plain'} icon="download" busy={fetchNow.busy || preload.running !== null} describedBy="preload-fetch" onClick={() => fetchNow.run()}>
          {t('preload.fetch')}
        </Button>
        <span id="preload-fetch" class="small muted">
          {t(first ? 'preload.fetch_first' : 'preload.fetch_what', { host: hostOf(preload.address) })}
        </span>
      </div>
    </>
  );
  if (preload.list === null)
    return (
      <section class="card stack" aria-label={t('preload.title')}>
        <Told preload={preload} />
        <Empty icon="archive" title={t('preload.none')} act={act}>
          {t('preload.none_hint')} {!mayFetch && t('preload.none_viewer')}
        </Empty>
      </section>
    );
  return (
    <section class="card stack" aria-label={t('preload.title')}>
      <Told preload={preload} />
      <ListFacts preload={preload} list={preload.list} />
      {act}
    </section>
  );
}

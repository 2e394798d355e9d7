// The browsers' preload list: what is here of it, whether a name is bound, and where it comes from.
import { useEffect, useRef } from 'preact/hooks';
import { cache } from '../../api/cache';
import type { Result } from '../../api/operations';
import { useQuery } from '../../api/query';
import { useMay } from '../../api/session';
import { useI18n } from '../../i18n';
import { href } from '../../router';
import { Loaded } from '../../ui/page';
import { announce } from '../../ui/toast';
import { ListingTerms } from '../check/listing_terms';
import { SettingsFrame } from '../settings/settings_frame';
import { FileCard } from './file_card';
import { ListCard } from './list_card';
import { LookupCard } from './lookup_card';
import './preload.css';
import { ScheduleCard } from './schedule_card';

export type Preload = Result<'get', '/v1/preload'>;

const URL_OF_LIST = '/v1/preload';
// No event tells of it.
const LOOK_AGAIN_MS = 1_000;

// Looks until what is under way is over, and says how what was begun here ended.
function useJob(preload: Preload | undefined, refetch: () => void): (begun: Preload) => void {
  const { t } = useI18n();
  const before = useRef<Preload>(); // what was known when something was begun here
  useEffect(() => {
    if (preload === undefined) return undefined;
    if (preload.running !== null) {
      const timer = setTimeout(refetch, LOOK_AGAIN_MS);
      return () => clearTimeout(timer);
    }
    if (before.current !== undefined && before.current !== preload) {
      before.current = undefined;
      if (preload.last?.outcome === 'updated') announce(t('preload.taken', { count: preload.list?.entries ?? 0 }));
      else if (preload.last?.outcome === 'unchanged') announce(t('preload.unchanged'));
    }
    return undefined;
  }, [preload, refetch, t]);
  return (begun) => {
    before.current = preload;
    cache.put(URL_OF_LIST, begun);
  };
}

export default function PreloadPage() {
  const { t } = useI18n();
  const mayCheck = useMay('operator');
  const mayReplace = useMay('owner');
  const query = useQuery(URL_OF_LIST);
  const onBegun = useJob(query.data, query.refetch);
  return (
    <SettingsFrame title={t('preload.title')} lead={t('preload.lead')}>
      <Loaded query={query}>
        {(preload) => (
          <>
            <ListCard preload={preload} onBegun={onBegun} />
            <LookupCard hasList={preload.list !== null} />
            <section class="card stack" aria-labelledby="preload-means">
              <h2 id="preload-means">{t('preload.means')}</h2>
              <p>{t('preload.means_first')}</p>
              <ListingTerms />
              {mayCheck && (
                <p>
                  <a href={href('/check')}>{t('preload.to_check')}</a>
                </p>
              )}
            </section>
            <ScheduleCard preload={preload} onSaved={query.refetch} />
            {mayReplace && <FileCard busy={preload.running !== null} onBegun={onBegun} />}
          </>
        )}
      </Loaded>
    </SettingsFrame>
  );
}

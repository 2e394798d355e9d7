// The names below a site, which includeSubDomains would bind with it: what is known of them, and what stands in the way.
import { useQuery } from '../../api/query';
import { useMay } from '../../api/session';
import { useI18n } from '../../i18n';
import { useLocation } from '../../router';
import { Empty } from '../../ui/empty';
import { Loaded } from '../../ui/page';
import { SiteFrame } from '../site/site_frame';
import { AddCard } from './add_card';
import { NamesTable } from './names_table';
import { ScheduleCard } from './schedule_card';
import { StandingCard } from './standing_card';
import './subdomains.css';
import { shownOf } from './words';

export default function SubdomainsPage({ values }: { values: Record<string, string> }) {
  const { t } = useI18n();
  const mayAdd = useMay('operator');
  const name = values['name'] ?? '';
  const asked = useLocation().query.get('state');
  // The counts alone; the names are the table's.
  const query = useQuery('/v1/sites/{name}/subdomains', { path: { name }, query: { limit: 1 } });
  return (
    <SiteFrame name={name}>
      <Loaded query={query}>
        {(inventory) => {
          const { summary } = inventory;
          const isEmpty = summary.total === 0;
          const shown = shownOf(asked, summary);
          return (
            <>
              {isEmpty && (
                <div class="card">
                  <Empty icon="sites" title={t('subdomains.empty')}>
                    {t('subdomains.empty_text', { name: inventory.domain })}
                  </Empty>
                </div>
              )}
              <StandingCard site={name} inventory={inventory} shown={shown} />
              {mayAdd && <AddCard site={name} domain={inventory.domain} open={isEmpty} onTaken={query.refetch} />}
              {!isEmpty && <NamesTable site={name} shown={shown} onDone={query.refetch} />}
              <ScheduleCard days={inventory.every_days} onSaved={query.refetch} />
            </>
          );
        }}
      </Loaded>
    </SiteFrame>
  );
}

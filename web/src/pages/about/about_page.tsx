// Which version this is, how the installation is, and whose work is in it.
import { useQuery } from '../../api/query';
import { useI18n } from '../../i18n';
import { Facts } from '../../ui/facts';
import { Fold } from '../../ui/fold';
import { Loaded } from '../../ui/page';
import { type Column, Table } from '../../ui/table';
import { Moment } from '../../ui/time';
import { SettingsFrame } from '../settings/settings_frame';
import { Health } from './health';
import { PARTS, TEXTS, type Part } from './licences';
import './about.css';

const APACHE_TEXT = 'https://www.apache.org/licenses/LICENSE-2.0';

function Licences() {
  const { t } = useI18n();
  const columns: Column<Part>[] = [
    {
      id: 'name',
      title: t('about.component'),
      cell: (part) => (
        <>
          <span class="strong">
            {part.name} {part.version}
          </span>
          <br />
          <span class="small muted">{t(part.what)}</span>
        </>
      ),
    },
    { id: 'licence', title: t('about.licence'), cell: (part) => part.licence },
    {
      id: 'copyright',
      title: t('about.copyright'),
      cell: (part) => (
        <div lang="en">
          {part.copyright.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
      ),
    },
  ];
  return (
    <section class="about-card" aria-labelledby="about-licences">
      <h2 id="about-licences">{t('about.licences')}</h2>
      <p>
        {t('about.apache')}{' '}
        <a href={APACHE_TEXT} rel="noreferrer">
          {t('about.apache_text')}
        </a>
      </p>
      <p>{t('about.parts')}</p>
      <Table caption={t('about.licences')} columns={columns} rows={PARTS} rowKey={(part) => part.name} />
      {Object.entries(TEXTS).map(([name, paragraphs]) => (
        <Fold key={name} title={t('about.licence_text', { name })}>
          <div class="stack-tight" lang="en">
            {paragraphs.map((paragraph) => (
              <p key={paragraph} class="small">
                {paragraph}
              </p>
            ))}
          </div>
        </Fold>
      ))}
    </section>
  );
}

export default function AboutPage() {
  const { t } = useI18n();
  const query = useQuery('/v1/status');
  return (
    <SettingsFrame title={t('settings.about')} lead={t('settings.about_what')}>
      <Loaded query={query}>
        {(status) => (
          <>
            <section class="card">
              <Facts
                facts={[
                  { name: t('about.version'), value: `Strictgate ${status.version}` },
                  { name: t('about.started'), value: <Moment at={status.started} as="dateTime" /> },
                ]}
              />
            </section>
            <Health status={status} />
          </>
        )}
      </Loaded>
      <Licences />
    </SettingsFrame>
  );
}

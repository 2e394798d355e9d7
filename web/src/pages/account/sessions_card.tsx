// Where an account is signed in, with the way to end what one does not know. Of all accounts for an owner.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import type { Result } from '../../api/operations';
import { useQuery } from '../../api/query';
import { useI18n } from '../../i18n';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { ProblemNotice } from '../../ui/notice';
import { Loaded } from '../../ui/page';
import { type Column, Table } from '../../ui/table';
import { Moment } from '../../ui/time';
import { announce } from '../../ui/toast';
import { Badge } from '../../ui/verdict';
import { userAgentWords } from './user_agent';

type Session = Result<'get', '/v1/sessions'>['sessions'][number];

// account: only that one's.
export function SessionsCard({ account }: { account?: string }) {
  const { t } = useI18n();
  const query = useQuery('/v1/sessions');
  const [ending, setEnding] = useState<number | undefined>();
  const end = useAction(async (session: Session) => {
    setEnding(session.id);
    await client.delete('/v1/sessions/{id}', { path: { id: session.id } });
    announce(t('account.session_ended'));
    query.refetch();
  });
  const browser = (session: Session): string => {
    const words = userAgentWords(session.user_agent);
    return words === '' ? t('account.session_unknown') : words;
  };
  const name: Column<Session> = { id: 'account', title: t('account.account'), sort: (row) => row.account, cell: (row) => row.account };
  const columns: Column<Session>[] = [
    {
      id: 'browser',
      title: t('account.session_browser'),
      cell: (row) => (
        <span class="row">
          <span title={row.user_agent}>{browser(row)}</span>
          {row.current && <Badge tone="info">{t('account.session_current')}</Badge>}
        </span>
      ),
    },
    ...(account === undefined ? [name] : []),
    { id: 'address', title: t('account.session_address'), cell: (row) => <code>{row.address}</code> },
    { id: 'created', title: t('account.session_created'), sort: (row) => row.created, cell: (row) => <Moment at={row.created} as="dateTime" /> },
    { id: 'seen', title: t('account.session_seen'), sort: (row) => row.last_seen, cell: (row) => <Moment at={row.last_seen} as="relative" /> },
    {
      id: 'act',
      title: t('account.session_act'),
      cell: (row) =>
        row.current ? (
          '–'
        ) : (
          <Button label={t('account.session_end_of', { browser: browser(row), address: row.address })} busy={end.busy && row.id === ending} onClick={() => end.run(row)}>
            {t('account.session_act')}
          </Button>
        ),
    },
  ];
  return (
    <section class="stack">
      <h2>{t('account.sessions')}</h2>
      <p class="muted">{t('account.sessions_what')}</p>
      <ProblemNotice problem={end.problem} />
      <Loaded query={query}>
        {(data) => <Table caption={t('account.sessions')} columns={columns} rows={data.sessions.filter((row) => account === undefined || row.account === account)} rowKey={(row) => String(row.id)} />}
      </Loaded>
    </section>
  );
}

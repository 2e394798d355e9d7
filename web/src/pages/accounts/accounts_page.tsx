// Who may use the panel, for an owner.
import { useState } from 'preact/hooks';
import { useQuery } from '../../api/query';
import { useAccount } from '../../api/session';
import { useI18n } from '../../i18n';
import { href } from '../../router';
import { Button, LinkButton } from '../../ui/button';
import { Empty } from '../../ui/empty';
import { Loaded } from '../../ui/page';
import { type Column, Table } from '../../ui/table';
import { SessionsCard } from '../account/sessions_card';
import { ROLE_WORDS } from '../door/account_menu';
import { SettingsFrame } from '../settings/settings_frame';
import { AddDialog, RemoveDialog, ResetDialog, RoleDialog } from './account_dialogs';
import { type Account, isLastOwner } from './last_owner';
import './accounts.css';

type Open = { act: 'add' } | { act: 'role' | 'reset' | 'remove'; account: Account };

interface ActsProps {
  account: Account;
  own: boolean;
  last: boolean;
  open: (open: Open) => void;
}

function Buttons({ account, own, last, open }: ActsProps) {
  const { t } = useI18n();
  if (own) return <LinkButton href={href('/account')}>{t('settings.account')}</LinkButton>;
  const { name } = account;
  return (
    <div class="row accounts-acts">
      {!last && (
        <Button label={t('account.role_of', { name })} onClick={() => open({ act: 'role', account })}>
          {t('account.role')}
        </Button>
      )}
      <Button label={t('account.reset_of', { name })} onClick={() => open({ act: 'reset', account })}>
        {t('account.reset')}
      </Button>
      {!last && (
        <Button label={t('account.remove_of', { name })} onClick={() => open({ act: 'remove', account })}>
          {t('account.remove')}
        </Button>
      )}
    </div>
  );
}

// Where buttons are missing, the reason stands in their place.
function Acts(props: ActsProps) {
  const { t } = useI18n();
  return (
    <div class="stack-tight">
      <Buttons {...props} />
      {props.last && <p class="small muted accounts-reason">{t('account.last_owner')}</p>}
    </div>
  );
}

export default function AccountsPage() {
  const { t } = useI18n();
  const query = useQuery('/v1/accounts');
  const own = useAccount()?.name;
  const [open, setOpen] = useState<Open | undefined>();
  const close = (): void => setOpen(undefined);
  const all = query.data?.accounts ?? [];
  const columns: Column<Account>[] = [
    { id: 'name', title: t('session.name'), sort: (row) => row.name, cell: (row) => <span class="strong">{row.name}</span> },
    {
      id: 'role',
      title: t('account.role'),
      sort: (row) => row.role,
      cell: (row) => <span class="nowrap">{t(ROLE_WORDS[row.role])}</span>,
    },
    {
      id: 'keys',
      title: t('account.keys'),
      cell: (row) => [t('session.password'), ...(row.totp ? [t('account.totp')] : []), ...(row.passkeys > 0 ? [t('account.passkeys_count', { count: row.passkeys })] : [])].join(', '),
    },
    { id: 'acts', title: t('account.acts'), cell: (row) => <Acts account={row} own={row.name === own} last={isLastOwner(row, all)} open={setOpen} /> },
  ];
  const add = (
    <Button kind="main" icon="add" onClick={() => setOpen({ act: 'add' })}>
      {t('account.add')}
    </Button>
  );
  const done = { onClose: close, onDone: query.refetch };
  return (
    <SettingsFrame title={t('settings.accounts')} lead={t('settings.accounts_what')} acts={add}>
      <Loaded query={query}>
        {(data) => (
          <Table
            caption={t('settings.accounts')}
            columns={columns}
            rows={data.accounts}
            rowKey={(row) => row.name}
            empty={<Empty icon="people" title={t('account.none')}>{t('account.none_hint')}</Empty>}
          />
        )}
      </Loaded>
      <SessionsCard />
      {open?.act === 'add' && <AddDialog {...done} />}
      {open?.act === 'role' && <RoleDialog account={open.account} {...done} />}
      {open?.act === 'reset' && <ResetDialog account={open.account} {...done} />}
      {open?.act === 'remove' && <RemoveDialog account={open.account} {...done} />}
    </SettingsFrame>
  );
}

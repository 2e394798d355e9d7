// Certificate authorities, in the order in which they are turned to.
import { useState } from 'preact/hooks';
import { answer, client } from '../../api/client';
import { useQuery } from '../../api/query';
import { useMay } from '../../api/session';
import { useI18n } from '../../i18n';
import { useAction } from '../../ui/action';
import { Button } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm';
import { Empty } from '../../ui/empty';
import { type Fact, Facts } from '../../ui/facts';
import { Notice, ProblemNotice, ServerText } from '../../ui/notice';
import { Loaded } from '../../ui/page';
import { announce } from '../../ui/toast';
import { Badge } from '../../ui/verdict';
import { SettingsFrame } from '../settings/settings_frame';
import { type Authority, contactWords, titleOf } from './authority';
import { AuthorityDialog } from './authority_dialog';
import { undoOfRemoval } from './undo';

type Act = 'change' | 'roll-key' | 'deactivate' | 'remove';
interface Open {
  act: Act;
  authority: Authority;
}

function Errand({ authority }: { authority: Authority }) {
  const { t } = useI18n();
  const errand = authority.account?.errand ?? undefined;
  if (errand === undefined) return null;
  if (errand.over !== true) return <Notice tone="info" title={t('authority.under_way')} />;
  const { failure } = errand;
  if (failure === null || failure === undefined) return null;
  return (
    <Notice tone="block" title={<ServerText>{failure.words ?? failure.problem ?? ''}</ServerText>}>
      {failure.fix !== undefined && failure.fix !== '' && (
        <p>
          <ServerText>{failure.fix}</ServerText>
        </p>
      )}
      {errand.terms !== undefined && errand.terms.startsWith('https://') && (
        <p>
          <a href={errand.terms} rel="noreferrer noopener" target="_blank">
            {t('authority.terms_read')}
          </a>
        </p>
      )}
    </Notice>
  );
}

function AuthorityCard({ authority, open, refetch }: { authority: Authority; open: (open: Open) => void; refetch: () => void }) {
  const { t, format } = useI18n();
  const mayChange = useMay('owner');
  const name = authority.name ?? '';
  const title = titleOf(name);
  const hasAccount = typeof authority.account?.url === 'string';
  const register = useAction(async () => {
    await client.post('/v1/cas/{name}/account', { path: { name }, body: { act: 'account' } });
    refetch();
  });
  const facts: Fact[] = [
    { name: t('authority.directory'), value: <code>{authority.directory}</code> },
    { name: t('authority.preference'), value: format.number(authority.preference ?? 0) },
    { name: t('authority.contacts'), value: authority.contacts !== undefined && authority.contacts.length > 0 && authority.contacts.map(contactWords).join(', ') },
    { name: t('authority.terms_fact'), value: authority.terms_agreed === true ? t('authority.agreed') : t('authority.not_agreed') },
    { name: t('authority.account'), value: hasAccount ? <code>{authority.account?.url}</code> : t('authority.no_account') },
  ];
  return (
    <section class="card stack" aria-label={title}>
      <div class="row-apart">
        <h2>{title}</h2>
        {authority.rehearsal === true && <Badge tone="info">{t('authority.for_rehearsals')}</Badge>}
      </div>
      <Errand authority={authority} />
      <Facts facts={facts} />
      <ProblemNotice problem={register.problem} />
      {mayChange && (
        <div class="row">
          <Button label={t('authority.change_of', { name: title })} onClick={() => open({ act: 'change', authority })}>
            {t('common.change')}
          </Button>
          <Button busy={register.busy} onClick={() => register.run()}>
            {hasAccount ? t('authority.account_update') : t('authority.account_make')}
          </Button>
          {hasAccount && <Button label={t('authority.roll_of', { name: title })} onClick={() => open({ act: 'roll-key', authority })}>{t('authority.roll')}</Button>}
          {hasAccount && <Button label={t('authority.deactivate_of', { name: title })} onClick={() => open({ act: 'deactivate', authority })}>{t('authority.deactivate')}</Button>}
          <Button label={t('authority.remove_of', { name: title })} onClick={() => open({ act: 'remove', authority })}>
            {t('account.remove')}
          </Button>
        </div>
      )}
    </section>
  );
}

function ActDialog({ open: { act, authority }, onClose, onDone }: { open: Open; onClose: () => void; onDone: () => void }) {
  const { t } = useI18n();
  const name = authority.name ?? '';
  const title = titleOf(name);
  const run = useAction(async () => {
    if (act === 'remove') {
      const before = await answer('get', '/v1/cas/{name}', { path: { name } });
      await client.delete('/v1/cas/{name}', { path: { name }, ifMatch: before.etag });
      announce(t('authority.removed', { name: title }), 'pass', undoOfRemoval(before.data));
    } else if (act !== 'change') await client.post('/v1/cas/{name}/account', { path: { name }, body: { act } });
    onDone();
    onClose();
  });
  const common = { busy: run.busy, problem: run.problem, onConfirm: () => run.run(), onClose };
  if (act === 'roll-key') {
    return (
      <ConfirmDialog title={t('authority.roll_of', { name: title })} act={t('authority.roll')} {...common}>
        <p>{t('authority.roll_what')}</p>
      </ConfirmDialog>
    );
  }
  if (act === 'deactivate') {
    return (
      <ConfirmDialog title={t('authority.deactivate_of', { name: title })} act={t('authority.deactivate')} danger typed={name} {...common}>
        <p>{t('authority.deactivate_what')}</p>
      </ConfirmDialog>
    );
  }
  return (
    <ConfirmDialog title={t('authority.remove_of', { name: title })} act={t('authority.remove_act')} danger typed={name} {...common}>
      <p>{t('authority.remove_what')}</p>
    </ConfirmDialog>
  );
}

export default function AuthoritiesPage() {
  const { t } = useI18n();
  const mayChange = useMay('owner');
  const query = useQuery('/v1/cas');
  const [adding, setAdding] = useState(false);
  const [open, setOpen] = useState<Open | undefined>();
  const close = (): void => setOpen(undefined);
  const add = mayChange && (
    <Button kind="main" icon="add" onClick={() => setAdding(true)}>
      {t('authority.add')}
    </Button>
  );
  return (
    <SettingsFrame title={t('settings.authorities')} lead={t('authority.lead')} acts={(query.data?.cas.length ?? 0) > 0 && add}>
      <Loaded query={query}>
        {(data) =>
          data.cas.length === 0 ? (
            <div class="card">
              <Empty icon="certificate" title={t('authority.none')} act={add}>
                {t('authority.none_hint')}
              </Empty>
            </div>
          ) : (
            <>
              {data.cas.map((authority) => (
                <AuthorityCard key={authority.name} authority={authority} open={setOpen} refetch={query.refetch} />
              ))}
            </>
          )
        }
      </Loaded>
      {adding && <AuthorityDialog onClose={() => setAdding(false)} onDone={query.refetch} />}
      {open?.act === 'change' && <AuthorityDialog present={open.authority} onClose={close} onDone={query.refetch} />}
      {open !== undefined && open.act !== 'change' && <ActDialog open={open} onClose={close} onDone={query.refetch} />}
    </SettingsFrame>
  );
}

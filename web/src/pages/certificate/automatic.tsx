// The site gets and keeps its certificate by itself (ACME): from whom, how its names are proven, what would stand against
// it, how the order goes.
import { useState } from 'preact/hooks';
import { client } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Site } from '../../api/types';
import { useMay } from '../../api/session';
import { useI18n } from '../../i18n';
import { ofField, ofNoField, useAction } from '../../ui/action';
import { Button, LinkButton } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm';
import { Empty } from '../../ui/empty';
import { type Choice, Form, Radios, Select } from '../../ui/field';
import { Notice, ProblemNotice } from '../../ui/notice';
import { Loaded } from '../../ui/page';
import { Progress } from '../../ui/progress';
import { announce } from '../../ui/toast';
import type { components } from '../../api/schema';
import { wayOn } from './guarded';
import { OrderState } from './order';
import type { Changed } from './outcome';
import { type Preflight, PreflightResult } from './preflight';
import { Refusal } from './refusal';
import { Rehearsal } from './rehearsal';
import { Revoke } from './revoke';
import { useGuarded } from './use_guarded';
import { ANY_AUTHORITY, KEPT, type KeyKind, type Wish, acmeOf, hasWildcard, keyOrdersAtOnce, keyTurnsAway, wishOf } from './wish';

type Authority = components['schemas']['Authority'];

const AUTHORITIES = '#/authorities';
const CAS_FIELD = 'acme.cas';
// A record in the DNS is put up for trial and waited for on every name server.
const PREFLIGHT_TIMEOUT_MS = 10 * 60_000;

function useAuthorityChoices(site: Site, authorities: readonly Authority[]): Choice<string>[] {
  const { t, format } = useI18n();
  const kept = site.acme?.cas ?? [];
  return [
    { value: ANY_AUTHORITY, label: t('ways.authority_any') },
    ...authorities.map((authority) => ({ value: authority.name ?? '', label: authority.name ?? '' })),
    ...(kept.length > 1 ? [{ value: KEPT, label: format.list(kept) }] : []),
  ];
}

function useChallengeChoices(site: Site): Choice<Wish['challenge']>[] {
  const { t, format } = useI18n();
  const kept = site.acme?.challenges ?? [];
  return [
    { value: 'http-01', label: t('ways.challenge_http'), hint: t('ways.challenge_http_hint') },
    { value: 'tls-alpn-01', label: t('ways.challenge_alpn'), hint: t('ways.challenge_alpn_hint') },
    { value: 'dns-01', label: t('ways.challenge_dns'), hint: t('ways.challenge_dns_hint') },
    ...(kept.length > 1 ? [{ value: KEPT as typeof KEPT, label: t('ways.challenge_kept', { list: format.list(kept) }) }] : []),
  ];
}

function Stop({ site, onChanged }: { site: string; onChanged: (changed: Changed) => void }) {
  const { t } = useI18n();
  const [asking, setAsking] = useState(false);
  const stop = useAction(async () => {
    const changed = await client.patch('/v1/sites/{name}', { path: { name: site }, body: { acme: null } });
    setAsking(false);
    onChanged(changed);
  });
  return (
    <>
      <Button kind="quiet" onClick={() => setAsking(true)}>
        {t('ways.stop')}
      </Button>
      {asking && (
        <ConfirmDialog title={t('ways.stop')} act={t('ways.stop')} danger busy={stop.busy} problem={stop.problem} onConfirm={() => stop.run()} onClose={() => setAsking(false)}>
          <p>{t('ways.stop_will')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

// What each kind means for those who come, and what comes of choosing the other one.
function KeyChoice({ site, value, onChange }: { site: Site; value: KeyKind; onChange: (key: KeyKind) => void }) {
  const { t } = useI18n();
  const { data } = useQuery('/v1/sites/{name}/certificates', { path: { name: site.name } });
  return (
    <>
      <Radios
        legend={t('acme.key')}
        value={value}
        onChange={onChange}
        choices={[
          { value: 'ecdsa', label: t('acme.key_ecdsa'), hint: t('acme.key_ecdsa_hint') },
          { value: 'rsa', label: t('acme.key_rsa'), hint: t('acme.key_rsa_hint') },
        ]}
      />
      {value !== site.acme?.key && keyTurnsAway(value, data?.certificates ?? []) && (
        <Notice tone="warn" title={t('acme.key_turns_away')}>
          <p>{t('acme.key_turns_away_fix')}</p>
        </Notice>
      )}
    </>
  );
}

function WishForm({ site, authorities, onChanged }: { site: Site; authorities: readonly Authority[]; onChanged: (changed: Changed) => void }) {
  const { t, format } = useI18n();
  const [typed, setTyped] = useState<Partial<Wish>>({});
  const [found, setFound] = useState<Preflight | undefined>();
  const wish: Wish = { ...wishOf(site), ...typed };
  const isWanted = site.acme !== null && site.acme !== undefined;
  const change = (part: Partial<Wish>): void => {
    setFound(undefined);
    setTyped({ ...typed, ...part });
  };
  const preflight = useAction(async () => {
    const directory = authorities.find((authority) => authority.name === wish.authority)?.directory;
    const { challenge } = wish;
    setFound(
      await client.post('/v1/sites/{name}/preflight', {
        path: { name: site.name },
        body: { ...(challenge !== KEPT && { challenge }), ...(directory !== undefined && { directory }) },
        timeoutMs: PREFLIGHT_TIMEOUT_MS,
      }),
    );
  });
  const save = useGuarded(async (permission) => {
    const changed = await client.patch('/v1/sites/{name}', { path: { name: site.name }, body: { acme: acmeOf(wish, site), ...permission } });
    setTyped({});
    announce(t(isWanted ? 'common.saved' : 'ways.wanted'));
    onChanged(changed);
  });
  const act = t(isWanted ? 'common.save' : 'ways.automatic_act');
  return (
    <Form onSubmit={save.run} label={t('ways.automatic')}>
      <Select label={t('ways.authority')} hint={t('ways.authority_hint')} value={wish.authority} onChange={(authority) => change({ authority })} choices={useAuthorityChoices(site, authorities)} problem={ofField(save.problem, CAS_FIELD)} />
      <div class="stack-tight">
        <p class="strong">{t('ways.names_proven')}</p>
        <p>{format.list([site.name, ...(site.aliases ?? [])])}</p>
      </div>
      <Radios legend={t('ways.challenge')} value={wish.challenge} onChange={(challenge) => change({ challenge })} choices={useChallengeChoices(site)} />
      {hasWildcard(site) && wish.challenge !== 'dns-01' && wish.challenge !== KEPT && <p>{t('ways.challenge_wildcard')}</p>}
      <KeyChoice site={site} value={wish.key} onChange={(key) => change({ key })} />
      {wayOn(save.problem) === undefined ? <ProblemNotice problem={ofNoField(save.problem, [CAS_FIELD])} /> : <Refusal site={site.name} guarded={save} act={act} />}
      {preflight.busy && <Progress label={t('ways.preflight_running')} />}
      <ProblemNotice problem={preflight.problem} />
      {found !== undefined && <PreflightResult preflight={found} />}
      <p>{t(!isWanted ? 'ways.automatic_before' : keyOrdersAtOnce(wish.key, site) ? 'acme.key_at_once' : 'ways.automatic_before_change')}</p>
      <div class="row">
        <Button type="submit" kind={isWanted ? 'plain' : 'main'} busy={save.busy}>
          {act}
        </Button>
        <Button onClick={preflight.run} busy={preflight.busy}>
          {t('ways.preflight_act')}
        </Button>
      </div>
    </Form>
  );
}

export function AutomaticWay({ site, again, onChanged }: { site: Site; again: () => void; onChanged: (changed: Changed) => void }) {
  const { t } = useI18n();
  const mayChange = useMay('operator');
  const isOwner = useMay('owner');
  const query = useQuery('/v1/cas');
  const { automatic } = site.certificate;
  const isWanted = automatic?.wanted === true;
  return (
    <div class="stack">
      <p>{t('ways.automatic_lead')}</p>
      {automatic !== undefined && isWanted && <OrderState site={site.name} automatic={automatic} mayChange={mayChange} again={again} />}
      <Loaded query={query}>
        {({ cas }) => {
          const usable = cas.filter((authority) => authority.rehearsal !== true);
          const add = isOwner && (
            <LinkButton kind={usable.length === 0 ? 'main' : 'quiet'} icon="add" href={AUTHORITIES}>
              {t('ways.authority_add')}
            </LinkButton>
          );
          if (usable.length === 0) {
            return (
              <Empty icon="certificate" title={t('ways.authority_none')} act={add}>
                {t(isOwner ? 'ways.authority_none_hint' : 'ways.authority_none_owner')}
              </Empty>
            );
          }
          if (!mayChange) return <p class="muted">{t(isWanted ? 'ways.automatic_is' : 'ways.automatic_is_not')}</p>;
          return (
            <>
              {isWanted ? (
                <details class="certificate-details">
                  <summary>{t('ways.settings')}</summary>
                  <WishForm site={site} authorities={usable} onChanged={onChanged} />
                </details>
              ) : (
                <WishForm site={site} authorities={usable} onChanged={onChanged} />
              )}
              <details class="certificate-details">
                <summary>{t('ways.rehearsal')}</summary>
                <Rehearsal site={site.name} rehearsal={automatic?.rehearsal} hasStaging={cas.some((authority) => authority.rehearsal === true)} again={again} />
              </details>
              <div class="row">
                {isWanted && <Stop site={site.name} onChanged={onChanged} />}
                {site.certificate.source === 'acme' && <Revoke site={site.name} again={again} />}
                {add}
              </div>
            </>
          );
        }}
      </Loaded>
    </div>
  );
}

// One route: which paths it is for, and what answers there.
import { useMay } from '../../api/session';
import { useI18n } from '../../i18n';
import { Button } from '../../ui/button';
import { Checkbox, type Choice, Select, TextArea, TextField } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { type Kind, type RouteDraft, hasHealthCheck, hasTls, hasWeights } from './draft';
import { type Wrong, isWrongIn, useTold } from './fields';
import type { UpstreamStatus } from './health';
import { Upstreams } from './upstreams';
import { BALANCE_WORDS, KIND_WORDS } from './words';

const BALANCES = ['least-connections', 'round-robin'] as const;
// Of those that are folded: the ones that show what is wrong with them.
function fineFields(route: RouteDraft): string[] {
  return [
    'connect_timeout_ms', 'first_byte_timeout_ms', 'idle_timeout_ms', 'health_path',
    ...(hasHealthCheck(route) ? ['health_interval_ms'] : []),
    ...(hasWeights(route) ? ['balance'] : []),
    ...(hasTls(route) ? ['ca_pem'] : []),
  ];
}

function upstreamFields(route: RouteDraft): string[] {
  const members = ['', '.url', ...(hasWeights(route) ? ['.weight'] : [])];
  return ['upstreams', ...route.upstreams.flatMap((_, i) => members.map((member) => `upstreams[${i}]${member}`))];
}

// The fields of the form, as the server names them: what is wrong elsewhere is told below.
export function routeFields(route: RouteDraft, at: string): string[] {
  const own: Record<Kind, string[]> = { proxy: ['prefix', ...upstreamFields(route), ...fineFields(route)], files: ['prefix', 'root', 'index'], fixed: ['prefix', 'status', 'body', 'content_type'], panel: [] };
  return ['kind', ...own[route.kind]].map((field) => `${at}.${field}`);
}

interface PartProps {
  at: string;
  route: RouteDraft;
  put: (change: Partial<RouteDraft>) => void;
  wrong: Wrong;
}

// What hardly anybody has to change.
function Fine({ at, route, put, wrong }: PartProps) {
  const { t } = useI18n();
  const told = useTold(wrong);
  const isOpen = isWrongIn(wrong, fineFields(route).map((field) => `${at}.${field}`));
  return (
    <details class="application-more" {...(isOpen && { open: true })}>
      <summary>{t('application.more')}</summary>
      <div class="stack">
        <TextField label={t('application.health_path')} hint={t('application.health_path_hint')} value={route.healthPath} onInput={(healthPath) => put({ healthPath })} technical autocomplete="off" optional {...told(`${at}.health_path`)} />
        {hasHealthCheck(route) && (
          <TextField label={t('application.health_interval')} value={route.healthInterval} onInput={(healthInterval) => put({ healthInterval })} inputMode="decimal" autocomplete="off" optional {...told(`${at}.health_interval_ms`)} />
        )}
        {hasWeights(route) && (
          <Select label={t('application.balance')} value={route.balance} onChange={(balance) => put({ balance })} choices={BALANCES.map((value) => ({ value, label: t(BALANCE_WORDS[value]) }))} {...told(`${at}.balance`)} />
        )}
        <TextField label={t('application.connect_timeout')} hint={t('application.connect_timeout_hint')} value={route.connectTimeout} onInput={(connectTimeout) => put({ connectTimeout })} inputMode="decimal" autocomplete="off" {...told(`${at}.connect_timeout_ms`)} />
        <TextField label={t('application.first_byte_timeout')} hint={t('application.first_byte_timeout_hint')} value={route.firstByteTimeout} onInput={(firstByteTimeout) => put({ firstByteTimeout })} inputMode="decimal" autocomplete="off" {...told(`${at}.first_byte_timeout_ms`)} />
        <TextField label={t('application.idle_timeout')} hint={t('application.idle_timeout_hint')} value={route.idleTimeout} onInput={(idleTimeout) => put({ idleTimeout })} inputMode="decimal" autocomplete="off" {...told(`${at}.idle_timeout_ms`)} />
        {hasTls(route) && (
          <>
            <Checkbox label={t('application.verify')} hint={t('application.verify_hint')} checked={route.verify} onChange={(verify) => put({ verify })} />
            <TextArea label={t('application.ca_pem')} hint={t('application.ca_pem_hint')} rows={4} value={route.caPem} onInput={(caPem) => put({ caPem })} optional {...told(`${at}.ca_pem`)} />
          </>
        )}
      </div>
    </details>
  );
}

function Files({ at, route, put, wrong }: PartProps) {
  const { t } = useI18n();
  const told = useTold(wrong);
  return (
    <>
      <TextField label={t('application.root')} hint={t('application.root_hint')} value={route.root} onInput={(root) => put({ root })} technical autocomplete="off" {...told(`${at}.root`)} />
      <TextField label={t('application.index')} hint={t('application.index_hint')} value={route.index} onInput={(index) => put({ index })} technical autocomplete="off" {...told(`${at}.index`)} />
      <Checkbox label={t('application.strip_prefix')} hint={t('application.strip_prefix_hint')} checked={route.stripPrefix} onChange={(stripPrefix) => put({ stripPrefix })} />
    </>
  );
}

function Fixed({ at, route, put, wrong }: PartProps) {
  const { t } = useI18n();
  const told = useTold(wrong);
  return (
    <>
      <TextField label={t('application.status')} hint={t('application.status_hint')} value={route.status} onInput={(status) => put({ status })} inputMode="numeric" autocomplete="off" {...told(`${at}.status`)} />
      <TextField label={t('application.content_type')} value={route.contentType} onInput={(contentType) => put({ contentType })} technical autocomplete="off" {...told(`${at}.content_type`)} />
      <TextArea label={t('application.body')} rows={5} value={route.body} onInput={(body) => put({ body })} optional {...told(`${at}.body`)} />
    </>
  );
}

interface RouteProps extends PartProps {
  isOnly: boolean;
  status: readonly UpstreamStatus[];
  onRemove: () => void;
  onMoved: () => void;
}

export function RouteCard({ at, route, put, wrong, isOnly, status, onRemove, onMoved }: RouteProps) {
  const { t } = useI18n();
  const told = useTold(wrong);
  const isOwner = useMay('owner');
  const kinds: Kind[] = ['proxy', 'files', 'fixed', ...(route.kind === 'panel' || (isOwner && isOnly) ? (['panel'] as const) : [])];
  const choices: Choice<Kind>[] = kinds.map((value) => ({ value, label: t(KIND_WORDS[value]) }));
  const title = route.prefix.trim() === '' ? t('application.new_route') : t('application.route_of', { prefix: route.prefix.trim() });
  const part = { at, route, put, wrong };
  return (
    <section class="application-route" aria-label={title}>
      <h3>{title}</h3>
      {route.kind !== 'panel' && <TextField label={t('application.prefix')} hint={t('application.prefix_hint')} value={route.prefix} onInput={(prefix) => put({ prefix })} technical autocomplete="off" {...told(`${at}.prefix`)} />}
      <Select label={t('application.kind')} value={route.kind} onChange={(kind) => put({ kind, ...(kind === 'panel' && { prefix: '/' }) })} choices={choices} {...told(`${at}.kind`)} />
      {route.kind === 'proxy' && (
        <>
          <Upstreams at={at} upstreams={route.upstreams} onChange={(upstreams) => put({ upstreams })} onMoved={onMoved} status={status} wrong={wrong} />
          <Fine {...part} />
        </>
      )}
      {route.kind === 'files' && <Files {...part} />}
      {route.kind === 'fixed' && <Fixed {...part} />}
      {route.kind === 'panel' && (
        <Notice tone="info">
          <p>{t('application.panel_what')}</p>
        </Notice>
      )}
      {!isOnly && (
        <div class="row">
          <Button label={route.prefix.trim() === '' ? t('application.remove_route') : t('application.remove_route_of', { prefix: route.prefix.trim() })} onClick={onRemove}>
            {t('application.remove_route')}
          </Button>
        </div>
      )}
    </section>
  );
}

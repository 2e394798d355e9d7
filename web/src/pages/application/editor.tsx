// The form: what answers, under which names, and what is done with plain HTTP. Saved in one change, made for the state of
// the site that is shown.
import { useEffect, useState } from 'preact/hooks';
import { cache } from '../../api/cache';
import { answer } from '../../api/client';
import type { Site } from '../../api/types';
import { type PlainKey, useI18n } from '../../i18n';
import { urlOf } from '../../api/url';
import { href } from '../../router';
import { ofNoField } from '../../ui/action';
import { Button } from '../../ui/button';
import { Checkbox, Form, Radios, TextArea } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { announce } from '../../ui/toast';
import { Refusal } from '../certificate/refusal';
import { useGuarded } from '../certificate/use_guarded';
import { undoOfChange } from '../site/undo';
import { type Draft, type Fault, type Redirect, type RouteDraft, draftOf, faultsOf, isSame, namesIn, newRoute, patchOf, uncovered } from './draft';
import { useTold } from './fields';
import type { UpstreamStatus } from './health';
import { RouteCard, routeFields } from './route_card';
import { REDIRECT_WORDS } from './words';

interface EditorProps {
  site: Site;
  etag: string | undefined;
  status: readonly UpstreamStatus[];
  refetch: () => void;
}

// Without a field that shows what is wrong with it, a member is no field.
const FIELDS = ['aliases', 'error_page'] as const;
const ERROR_PAGE_FIELDS = '{{status}}, {{reason}}, {{message}}, {{site}}';
const REDIRECTS = ['temporary', 'permanent', 'off'] as const;
const REDIRECT_HINTS: Record<Redirect, PlainKey> = { off: 'application.redirect_off_hint', temporary: 'application.redirect_temporary_hint', permanent: 'application.redirect_permanent_hint' };

// What was typed, and for which state of the site. What others change meanwhile is shown at once where nothing was typed;
// otherwise what was typed stays, and one is told.
function useDraft(site: Site, etag: string | undefined) {
  const [start, setStart] = useState({ site, etag });
  const [draft, setDraft] = useState<Draft>(() => draftOf(site));
  const hasMoved = !isSame(site, start.site);
  const isTouched = Object.keys(patchOf(draft, start.site)).length > 0;
  const adopt = (there: Site, tag: string | undefined): void => {
    setStart({ site: there, etag: tag });
    setDraft(draftOf(there));
  };
  useEffect(() => {
    if (hasMoved && !isTouched) adopt(site, etag);
    // What else changed (a promise, the certificate) is no matter of this form.
    if (!hasMoved && etag !== start.etag) setStart({ site: start.site, etag });
  }, [hasMoved, isTouched, site, etag, start]);
  return { draft, setDraft, adopt, start: start.site, ifMatch: hasMoved ? start.etag : etag, isTouched, isOvertaken: hasMoved && isTouched };
}

function useSaving({ site, etag, refetch }: EditorProps) {
  const { t } = useI18n();
  const form = useDraft(site, etag);
  const { name } = site;
  const saving = useGuarded(async (permission) => {
    try {
      const saved = await answer('patch', '/v1/sites/{name}', { path: { name }, body: { ...patchOf(form.draft, form.start), ...permission }, ifMatch: form.ifMatch });
      const undo = undoOfChange(form.start, saved.data, saved.etag);
      cache.put(urlOf('/v1/sites/{name}', { name }), saved.data, saved.etag);
      form.adopt(saved.data, saved.etag);
      if (saved.data.applied) announce(t('application.saved', { name }), 'pass', undo);
      else announce(t('application.saved_not_applied', { name }), 'warn', undo);
    } finally {
      refetch();
    }
  });
  return { ...form, saving };
}

function Redirection({ draft, put }: { draft: Draft; put: (change: Partial<Draft>) => void }) {
  const { t } = useI18n();
  const choices = REDIRECTS.map((value) => ({ value, label: t(REDIRECT_WORDS[value]), hint: t(REDIRECT_HINTS[value]) }));
  return (
    <section class="card stack">
      <h2>{t('site.redirect')}</h2>
      <Radios legend={t('application.redirect')} value={draft.redirect} onChange={(redirect) => put({ redirect })} choices={choices} />
      <Checkbox label={t('application.refuse_credentials')} hint={t('application.refuse_credentials_hint')} checked={draft.refuseCredentials} onChange={(refuseCredentials) => put({ refuseCredentials })} />
    </section>
  );
}

function Uncovered({ site, names }: { site: Site; names: readonly string[] }) {
  const { t, format } = useI18n();
  const inCertificate = site.certificate.names ?? [];
  const missing = inCertificate.length === 0 ? [] : uncovered(names, inCertificate);
  if (missing.length === 0) return null;
  const isAutomatic = site.acme !== undefined && site.acme !== null;
  return (
    <Notice tone="warn" title={t('application.uncovered', { names: format.list(missing), count: missing.length })}>
      <p>{isAutomatic ? t('application.uncovered_automatic') : t('application.uncovered_fix')}</p>
      {!isAutomatic && (
        <p>
          <a href={href('/sites/:name/certificate', { name: site.name })}>{t('application.to_certificate')}</a>
        </p>
      )}
    </Notice>
  );
}

export function Editor(props: EditorProps) {
  const { site, etag, status } = props;
  const { t } = useI18n();
  const { draft, setDraft, adopt, ifMatch, saving, isTouched, isOvertaken } = useSaving(props);
  const [faults, setFaults] = useState<ReadonlyMap<string, Fault>>(new Map());
  const wrong = { problem: saving.problem, faults };
  const told = useTold(wrong);
  const aliases = namesIn(draft.aliases);
  const put = (change: Partial<Draft>): void => setDraft((now) => ({ ...now, ...change }));
  const putRoute = (index: number) => (change: Partial<RouteDraft>): void =>
    setDraft((now) => ({ ...now, routes: now.routes.map((route, i) => (i === index ? { ...route, ...change } : route)) }));
  const forget = (): void => {
    saving.clear();
    setFaults(new Map());
  };
  const reset = (): void => {
    forget();
    adopt(site, etag);
  };
  const submit = (): void => {
    const found = faultsOf(draft);
    setFaults(found);
    saving.clear();
    if (found.size === 0) saving.run();
  };
  const fields = [...FIELDS, ...aliases.map((_, i) => `aliases[${i}]`), ...draft.routes.flatMap((route, i) => routeFields(route, `routes[${i}]`))];

  return (
    <>
      <Form label={t('application.form')} onSubmit={submit}>
        <section class="card stack">
          <h2>{t('application.routes')}</h2>
          <p class="muted">{t('application.routes_what')}</p>
          {draft.routes.map((route, i) => (
            <RouteCard
              key={route.key}
              at={`routes[${i}]`}
              route={route}
              put={putRoute(i)}
              wrong={wrong}
              isOnly={draft.routes.length === 1}
              status={status.filter((one) => one.prefix === route.prefix)}
              onRemove={() => {
                put({ routes: draft.routes.filter((one) => one !== route) });
                forget();
              }}
              onMoved={forget}
            />
          ))}
          {draft.routes.every((route) => route.kind !== 'panel') && (
            <div class="row">
              <Button icon="add" onClick={() => put({ routes: [...draft.routes, newRoute({ prefix: '' })] })}>
                {t('application.add_route')}
              </Button>
            </div>
          )}
        </section>
        <section class="card stack">
          <h2>{t('application.names')}</h2>
          <TextArea
            label={t('application.aliases')}
            hint={t('application.aliases_hint', { name: site.name })}
            rows={3}
            value={draft.aliases}
            onInput={(text) => put({ aliases: text })}
            optional
            {...told('aliases', ...aliases.map((_, i) => `aliases[${i}]`))}
          />
          <Uncovered site={site} names={aliases} />
          <Checkbox label={t('application.canonical', { name: site.name })} hint={t('application.canonical_hint')} checked={draft.canonical} onChange={(canonical) => put({ canonical })} />
        </section>
        <Redirection draft={draft} put={put} />
        <section class="card stack">
          <h2>{t('application.answers')}</h2>
          <Checkbox label={t('application.secure_cookies')} hint={t('application.secure_cookies_hint')} checked={draft.secureCookies} onChange={(secureCookies) => put({ secureCookies })} />
          <Checkbox label={t('application.rewrite_location')} hint={t('application.rewrite_location_hint')} checked={draft.rewriteLocation} onChange={(rewriteLocation) => put({ rewriteLocation })} />
          <TextArea label={t('application.error_page')} hint={t('application.error_page_hint', { fields: ERROR_PAGE_FIELDS })} rows={5} value={draft.errorPage} onInput={(errorPage) => put({ errorPage })} optional {...told('error_page')} />
        </section>
        {isOvertaken && (
          <Notice tone="warn" title={t('application.overtaken')} alert>
            <p>{t('application.overtaken_what')}</p>
          </Notice>
        )}
        <div class="row">
          <Button type="submit" kind="main" busy={saving.busy} disabled={!isTouched || ifMatch === undefined}>
            {t('common.save')}
          </Button>
          {isTouched && <Button onClick={reset}>{t(isOvertaken ? 'application.show_present' : 'application.reset')}</Button>}
          <span class="muted small">{t('application.takes_effect')}</span>
        </div>
      </Form>
      {/* Its dialog has a form of its own. */}
      <Refusal site={site.name} guarded={{ ...saving, problem: ofNoField(saving.problem, fields) }} act={t('application.save_all_the_same')} warning={t('application.override_warning', { name: site.name })} />
    </>
  );
}

// The panel as a whole: by the session the door (first account, signing in) or the pages.
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { cache } from './api/cache';
import { listen } from './api/events';
import { type SignedIn, askSession, left, mayAs, session } from './api/session';
import { isLanguage, setLanguage, useI18n } from './i18n';
import { useStore } from './lib/store';
import { AccountMenu } from './pages/door/account_menu';
import { ProofDialog } from './pages/door/proof_dialog';
import { SetupPage } from './pages/door/setup_page';
import { SignInPage } from './pages/door/sign_in_page';
import { type Route, ROUTES } from './routes';
import { matchPath, useLocation } from './router';
import { useAction } from './ui/action';
import { Button, LinkButton } from './ui/button';
import { Empty } from './ui/empty';
import { ErrorBoundary } from './ui/error_boundary';
import { focusAgain } from './ui/keep_focus';
import { Doorway, Layout } from './ui/layout';
import { Lazy } from './ui/lazy';
import { ProblemNotice } from './ui/notice';
import { Loading } from './ui/progress';
import { Page } from './ui/page';
import { dismissAll } from './ui/toast';

function found(path: string): { route: Route; values: Record<string, string> } | undefined {
  for (const route of ROUTES) {
    const values = matchPath(route.pattern, path);
    if (values !== undefined) return { route, values };
  }
  return undefined;
}

function Nowhere({ title, hint }: { title: string; hint: string }) {
  const { t } = useI18n();
  return (
    <Page title={title}>
      <div class="card">
        <Empty icon="info" title={hint} act={<LinkButton href="#/">{t('common.to_overview')}</LinkButton>} />
      </div>
    </Page>
  );
}

function Pages({ now, away }: { now: SignedIn; away: boolean }) {
  const { t } = useI18n();
  const { path } = useLocation();
  const here = found(path);
  const wasAway = useRef(false);
  // With the page, not a frame later: as in ui/page.tsx.
  useLayoutEffect(() => {
    if (!away && wasAway.current) {
      cache.invalidate(() => true); // what was shown before the session ended
      focusAgain();
    }
    wasAway.current = away;
  }, [away]);
  useEffect(() => (away ? undefined : listen()), [away]);
  const nav = ROUTES.flatMap((route) => {
    if (route.nav === undefined || !mayAs(now.account.role, route.role)) return [];
    const current = here !== undefined && (here.route.pattern === route.pattern || here.route.under === route.pattern);
    return [{ href: `#${route.pattern}`, title: t(route.nav.title), icon: route.nav.icon, current }];
  });
  return (
    <Layout nav={nav} menu={<AccountMenu account={now.account} canSignOut={now.door !== 'control_socket'} />}>
      {here === undefined ? (
        <Nowhere title={t('common.not_found')} hint={t('common.not_found_hint')} />
      ) : !mayAs(now.account.role, here.route.role) ? (
        <Nowhere title={t('common.not_found')} hint={t('common.not_permitted')} />
      ) : (
        <ErrorBoundary key={path}>
          <Lazy load={here.route.load} props={{ values: here.values }} />
        </ErrorBoundary>
      )}
    </Layout>
  );
}

function Starting() {
  const { t } = useI18n();
  const ask = useAction(async () => {
    await askSession();
  });
  const { run } = ask;
  useEffect(() => run(), [run]);
  if (ask.problem === undefined) return <Loading />;
  return (
    <Doorway title="Strictgate" below={null}>
      <ProblemNotice problem={ask.problem} />
      <Button kind="main" onClick={run} busy={ask.busy}>
        {t('common.try_again')}
      </Button>
    </Doorway>
  );
}

export function App() {
  const now = useStore(session);
  const hasLeft = useStore(left);
  // Who was signed in last: what was open stays where it is, out of sight, until the same one is back.
  const last = useRef<SignedIn>();
  if (now?.state === 'signed_in') {
    if (last.current !== undefined && last.current.account.name !== now.account.name) cache.clear();
    last.current = now;
  }
  const who = hasLeft ? '' : (last.current?.account.name ?? '');
  useEffect(() => dismissAll, [who]);
  const language = now?.state === 'signed_in' ? now.account.language : '';
  useEffect(() => {
    if (isLanguage(language)) void setLanguage(language);
  }, [language]);

  if (now === undefined) return <Starting />;
  if (now.state === 'setup') return <SetupPage />;
  if (hasLeft) last.current = undefined;
  const open = last.current;
  const away = now.state !== 'signed_in';
  return (
    <>
      {away && <SignInPage ended={open !== undefined} name={open?.account.name ?? ''} />}
      {open !== undefined && (
        <div hidden={away} key={open.account.name}>
          <Pages now={open} away={away} />
        </div>
      )}
      {now.state === 'signed_in' && <ProofDialog account={now.account} />}
    </>
  );
}

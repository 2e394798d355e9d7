// What is around every page: the skip link, the head with the account's menu, the navigation, the place where things are
// announced. On a phone the navigation is behind a button.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { liveness } from '../api/events';
import { useI18n } from '../i18n';
import { useStore } from '../lib/store';
import { useLocation } from '../router';
import { Icon, type IconName } from './icon';
import { useKeptFocus } from './keep_focus';
import { Logo } from './logo';
import { Toasts } from './toast';
import './layout.css';

export interface NavItem {
  href: string;
  title: string;
  icon: IconName;
  current: boolean;
}

const MAIN = 'main';

function SkipLink() {
  const { t } = useI18n();
  // Not by its address: the part after # is the router's.
  return (
    <a
      class="skip"
      href={`#${MAIN}`}
      onClick={(event) => {
        event.preventDefault();
        document.getElementById(MAIN)?.focus();
      }}
    >
      {t('common.skip_to_content')}
    </a>
  );
}

function Live() {
  const { t } = useI18n();
  const now = useStore(liveness);
  return (
    <p class={`live live-${now}`} role="status">
      {now === 'away' && (
        <>
          <Icon name="warn" />
          {t('common.not_live')}
        </>
      )}
    </p>
  );
}

export function Layout({ nav, menu, children }: { nav: readonly NavItem[]; menu: ComponentChildren; children: ComponentChildren }) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  const { path } = useLocation();
  const main = useRef<HTMLElement>(null);
  useKeptFocus(main);
  useEffect(() => setOpen(false), [path]);
  return (
    <div class="layout">
      <SkipLink />
      <header class="layout-head">
        <button type="button" class="layout-menu" aria-expanded={open} aria-controls="nav" onClick={() => setOpen(!open)}>
          <Icon name={open ? 'close' : 'menu'} />
          <span class="visually-hidden">{t('common.navigation')}</span>
        </button>
        <a class="brand" href="#/">
          <Logo />
          Strictgate
        </a>
        <Live />
        {menu}
      </header>
      <nav id="nav" class={open ? 'layout-nav layout-nav-open' : 'layout-nav'} aria-label={t('common.navigation')}>
        <ul class="nav-list">
          {nav.map((item) => (
            <li key={item.href}>
              <a href={item.href} aria-current={item.current ? 'page' : undefined}>
                <Icon name={item.icon} />
                {item.title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main ref={main} id={MAIN} class="layout-main" tabIndex={-1}>
        {children}
      </main>
      <Toasts />
    </div>
  );
}

// Before anybody is signed in: one card in the middle.
export function Doorway({ title, children, below }: { title: string; children: ComponentChildren; below: ComponentChildren }) {
  useEffect(() => {
    document.title = `${title} · Strictgate`;
  }, [title]);
  return (
    <div class="doorway">
      <main class="doorway-card card">
        <p class="brand">
          <Logo />
          Strictgate
        </p>
        <h1>{title}</h1>
        {children}
      </main>
      <footer class="doorway-foot">{below}</footer>
      <Toasts offers={false} />
    </div>
  );
}

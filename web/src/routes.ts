// Every page with its address. A page is loaded when one goes there; what is in `nav` is in the main menu, in this order.
import type { ComponentType } from 'preact';
import type { Role } from './api/session';
import type { PlainKey } from './i18n';
import type { IconName } from './ui/icon';

export interface PageProps {
  values: Record<string, string>; // of the names in the pattern
}

export interface Route {
  pattern: string;
  load: () => Promise<{ default: ComponentType<PageProps> }>;
  role: Role; // the least; it is the server that holds to it
  nav?: { title: PlainKey; icon: IconName };
  under?: string; // the entry of the main menu that it belongs to
}

export const ROUTES: readonly Route[] = [
  { pattern: '/', load: () => import('./pages/overview/overview_page'), role: 'viewer', nav: { title: 'overview.overview', icon: 'overview' } },
  { pattern: '/add', load: () => import('./pages/add/add_page'), role: 'operator', nav: { title: 'overview.add_site', icon: 'add' } },
  { pattern: '/sites/:name', load: () => import('./pages/site/summary_page'), role: 'viewer', under: '/' },
  { pattern: '/sites/:name/certificate', load: () => import('./pages/certificate/certificate_page'), role: 'viewer', under: '/' },
  { pattern: '/sites/:name/hsts', load: () => import('./pages/hsts/hsts_page'), role: 'viewer', under: '/' },
  { pattern: '/sites/:name/subdomains', load: () => import('./pages/subdomains/subdomains_page'), role: 'viewer', under: '/' },
  { pattern: '/sites/:name/application', load: () => import('./pages/application/application_page'), role: 'viewer', under: '/' },
  { pattern: '/sites/:name/evidence', load: () => import('./pages/evidence/evidence_page'), role: 'viewer', under: '/' },
  { pattern: '/evidence', load: () => import('./pages/evidence/gateway_page'), role: 'viewer', under: '/' },
  { pattern: '/check', load: () => import('./pages/check/check_page'), role: 'operator', nav: { title: 'check.check', icon: 'shield' } },
  { pattern: '/check/:name', load: () => import('./pages/check/check_page'), role: 'operator', under: '/check' },
  { pattern: '/settings', load: () => import('./pages/settings/settings_page'), role: 'viewer', nav: { title: 'settings.settings', icon: 'settings' } },
  { pattern: '/account', load: () => import('./pages/account/account_page'), role: 'viewer', under: '/settings' },
  { pattern: '/accounts', load: () => import('./pages/accounts/accounts_page'), role: 'owner', under: '/settings' },
  { pattern: '/authorities', load: () => import('./pages/authorities/authorities_page'), role: 'viewer', under: '/settings' },
  { pattern: '/notifications', load: () => import('./pages/notifications/notifications_page'), role: 'viewer', under: '/settings' },
  { pattern: '/preload', load: () => import('./pages/preload/preload_page'), role: 'viewer', under: '/settings' },
  { pattern: '/audit', load: () => import('./pages/audit/audit_page'), role: 'viewer', under: '/settings' },
  { pattern: '/backup', load: () => import('./pages/backup/backup_page'), role: 'owner', under: '/settings' },
  { pattern: '/about', load: () => import('./pages/about/about_page'), role: 'viewer', under: '/settings' },
];

// The words for what a site does.
import type { PlainKey } from '../../i18n';
import type { Balance, Kind, Redirect } from './draft';

export const KIND_WORDS: Record<Kind, PlainKey> = { proxy: 'application.kind_proxy', files: 'application.kind_files', fixed: 'application.kind_fixed', panel: 'application.kind_panel' };
export const BALANCE_WORDS: Record<Balance, PlainKey> = { 'least-connections': 'application.balance_least', 'round-robin': 'application.balance_round' };
export const REDIRECT_WORDS: Record<Redirect, PlainKey> = { off: 'site.redirect_off', temporary: 'site.redirect_temporary', permanent: 'site.redirect_permanent' };

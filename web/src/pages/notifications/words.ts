import type { PlainKey } from '../../i18n';
import type { EventName, Kind, Severity } from './channel_input';

export const KIND_WORDS: Record<Kind, PlainKey> = { email: 'notify.kind_email', webhook: 'notify.kind_webhook', syslog: 'notify.kind_syslog', hook: 'notify.kind_hook' };

export const EVENT_WORDS: Record<EventName, PlainKey> = {
  obtained: 'notify.event_obtained',
  renewed: 'notify.event_renewed',
  served: 'notify.event_served',
  failing: 'notify.event_failing',
  expiring: 'notify.event_expiring',
  mismatch: 'notify.event_mismatch',
  clock: 'notify.event_clock',
  drawer: 'notify.event_drawer',
  check: 'notify.event_check',
  subdomains: 'notify.event_subdomains',
  held: 'notify.event_held',
  in_clear: 'notify.event_in_clear',
};

export const SEVERITY_WORDS: Record<Severity, PlainKey> = { info: 'notify.severity_info', warning: 'notify.severity_warning', critical: 'notify.severity_critical' };

export type DeliveryState = 'queued' | 'sent' | 'given_up';
export const STATE_WORDS: Record<DeliveryState, PlainKey> = { queued: 'notify.state_queued', sent: 'notify.state_sent', given_up: 'notify.state_given_up' };

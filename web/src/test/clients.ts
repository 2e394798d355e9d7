// Clients of a day, of which there were none but those that are given.
import type { ClientsDay, Figure } from '../api/types';

export const exactly = (count: number): Figure => ({ count, error: 0 });

export function clientsDay(day: string, more: Partial<ClientsDay> = {}): ClientsDay {
  const none = exactly(0);
  return {
    day, https: none, http: none, redirected: none, arrived: none, waiting: none, stranded: none, in_clear: none, programs: none, failed: none,
    stranded_classes: [], stranded_ipv6: none, networks: [], in_clear_classes: [], https_classes: [], failed_causes: [], failed_classes: [],
    ...more,
  };
}

// Whether a browser asked for a page over plain HTTP. The gateway's own looks at a site are counted like anybody's requests, and come when they see fit:
// so where the counter has grown, the access log says whose request it was. It has to be JSON.
import { existsSync, readFileSync } from 'node:fs';
import type { Gateway } from './gateway.ts';
import { until } from './wait.ts';

export const JSON_LOG = { 'Access Log Format': 'json' };

// Lines are written several times a second; the machine may be busy.
const LOG_MS = 15_000;

interface Line {
  scheme: string;
  target: string;
}

/** `target`: a path that nothing asks for but `visit`. */
export async function asksPort80(gateway: Gateway, site: string, target: string, visit: () => Promise<void>): Promise<boolean> {
  const overHttp = (): Promise<number> => gateway.metric('strictgate_site_requests_total', { site, scheme: 'http' });
  const isLogged = (): boolean => existsSync(gateway.accessLog) && readFileSync(gateway.accessLog, 'utf8').split('\n').slice(0, -1)
    .map((line) => JSON.parse(line) as Line).some((line) => line.scheme === 'http' && line.target === target);
  const before = await overHttp();
  await visit();
  return (await overHttp()) > before && (await until('it is in the access log', isLogged, LOG_MS).catch(() => false));
}

// What stands against a change of the certificate, and which way on there is.
import type { Problem } from '../../api/problem';
import type { components } from '../../api/schema';

export type Override = components['schemas']['Override'];
// What was confirmed, as the API takes it.
export interface Permission {
  replace_working?: true;
  override?: Override;
}

export type WayOn = { kind: 'replace_working'; why: string } | { kind: 'override'; guards: string[]; replacesWorking: boolean };

const KEEP_WORKING = 'keep-working';

// undefined: there is none, or the problem is no matter of guards.
export function wayOn(problem: Problem | undefined): WayOn | undefined {
  const blocking = (problem?.guards ?? []).filter((guard) => guard.verdict === 'block');
  if (problem?.status !== 409 || blocking.length === 0) return undefined;
  const others = blocking.filter((guard) => guard.guard !== KEEP_WORKING);
  if (others.length === 0) return { kind: 'replace_working', why: blocking[0]?.why ?? '' };
  if (others.some((guard) => !guard.overridable)) return undefined;
  return { kind: 'override', guards: others.map((guard) => guard.guard), replacesWorking: others.length < blocking.length };
}

export function permissionOf(way: WayOn, confirm: string, reason: string): Permission {
  if (way.kind === 'replace_working') return { replace_working: true };
  return { override: { guards: way.guards, reason, confirm }, ...(way.replacesWorking && { replace_working: true as const }) };
}

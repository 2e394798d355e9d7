// docs/api/openapi.yaml, as far as tests go through all of it.
import { readFileSync } from 'node:fs';

export const description = readFileSync(new URL('../../../docs/api/openapi.yaml', import.meta.url), 'utf8');

export interface Operation {
  path: string; // with "{name}"
  method: string;
  role: string;
  fresh: string; // "not", "always", "panel", "codes"
}

/** Every operation; HEAD is not one of its own. */
export function operations(): Operation[] {
  const found: Operation[] = [];
  let path = '';
  for (const line of description.slice(description.indexOf('\npaths:'), description.indexOf('\ncomponents:')).split('\n')) {
    const [, next] = /^ {2}(\/\S*):$/.exec(line) ?? [];
    const [, method] = /^ {4}(get|put|post|patch|delete):$/.exec(line) ?? [];
    const [, role] = /^ {6}x-role: (\S+)$/.exec(line) ?? [];
    const [, fresh] = /^ {6}x-fresh: (\S+)$/.exec(line) ?? [];
    const last = found.at(-1);
    if (next !== undefined) path = next;
    if (method !== undefined) found.push({ path, method: method.toUpperCase(), role: '', fresh: 'not' });
    if (role !== undefined && last !== undefined) last.role = role;
    if (fresh !== undefined && last !== undefined) last.fresh = fresh;
  }
  return found;
}

// What is wrong with which field of the form: found here, or by the server.
import type { Problem } from '../../api/problem';
import { useI18n } from '../../i18n';
import type { Fault } from './draft';

export interface Wrong {
  problem: Problem | undefined;
  faults: ReadonlyMap<string, Fault>;
}

export interface Told {
  error: string | undefined;
  problem: Problem | undefined;
}

// The server names a field with the names of what it is in: routes[0].upstreams[1].url. `others` are names for it as well.
export function useTold(wrong: Wrong): (field: string, ...others: string[]) => Told {
  const { t } = useI18n();
  return (field, ...others) => {
    const fault = wrong.faults.get(field);
    const found = wrong.problem?.field;
    return {
      error: fault === undefined ? undefined : t(fault === 'needed' ? 'application.needed' : 'application.number_needed'),
      problem: found !== undefined && (found === field || others.includes(found)) ? wrong.problem : undefined,
    };
  };
}

// Whether something in a part that may be folded is wrong: what one should see is open then.
export function isWrongIn(wrong: Wrong, fields: readonly string[]): boolean {
  return fields.some((field) => wrong.faults.has(field) || wrong.problem?.field === field);
}

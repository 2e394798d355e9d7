// A password that is asked for besides the act: that it is wrong is said at its field.
import type { Problem } from '../../api/problem';

export function wrongPassword(problem: Problem | undefined): boolean {
  return problem?.code === 'wrong_password';
}

export function exceptWrong(problem: Problem | undefined): Problem | undefined {
  return wrongPassword(problem) ? undefined : problem;
}

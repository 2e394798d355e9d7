// There is always an owner: the last one stays, and the panel says so before the server has to.
import type { Result } from '../../api/operations';

export type Account = Result<'get', '/v1/accounts'>['accounts'][number];

export function isLastOwner(account: Account, all: readonly Account[]): boolean {
  return account.role === 'owner' && all.filter((one) => one.role === 'owner').length === 1;
}

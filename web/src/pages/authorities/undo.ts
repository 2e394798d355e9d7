// Taking back a change of an authority, or its removal. With another directory its account is forgotten, with the removal too,
// and the key of a binding is not known here.
import { cache } from '../../api/cache';
import { client } from '../../api/client';
import type { Options } from '../../api/operations';
import { differing } from '../../lib/differing';
import type { Undo } from '../../ui/toast';
import type { Authority } from './authority';

type Body = Options<'post', '/v1/cas'>['body'];
const MEMBERS = ['contacts', 'terms_agreed', 'profile', 'preferred_root', 'roots_pem', 'preference', 'rehearsal'] as const;

const shownAgain = (): void => cache.invalidate((url) => url.startsWith('/v1/cas'));

export function undoOfChange(before: Authority, after: Authority, etag: string | undefined, given: Body): Undo | undefined {
  const name = before.name ?? '';
  const body: Body = differing(before, after, MEMBERS);
  const isForGood = before.directory !== after.directory || before.eab_kid !== after.eab_kid || given.eab_key !== undefined;
  if (etag === undefined || isForGood || Object.keys(body).length === 0) return undefined;
  return {
    about: `authority ${name}`,
    run: async () => {
      await client.patch('/v1/cas/{name}', { path: { name }, body, ifMatch: etag });
      shownAgain();
    },
  };
}

export function undoOfRemoval(authority: Authority): Undo | undefined {
  const { name, directory, account, eab_kid: kid } = authority;
  const hasAccount = (account?.url ?? null) !== null || (account?.errand ?? null) !== null;
  if (name === undefined || hasAccount || (kid ?? '') !== '') return undefined;
  const members = Object.fromEntries(MEMBERS.map((member) => [member, authority[member]])) as Body;
  return {
    about: `authority ${name}`,
    run: async () => {
      await client.post('/v1/cas', { body: { ...members, name, ...(directory !== undefined && { directory }) } });
      shownAgain();
    },
  };
}

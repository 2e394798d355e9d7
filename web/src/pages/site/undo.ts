// Taking back a change of a site, or its removal, where nothing is lost by it. A certificate that was taken away or replaced
// cannot be put back from here, and what browsers were promised has a way back of its own.
import { cache } from '../../api/cache';
import { client } from '../../api/client';
import type { components } from '../../api/schema';
import type { Site } from '../../api/types';
import { differing } from '../../lib/differing';
import type { Undo } from '../../ui/toast';

type Members = components['schemas']['SiteSwitches'];
const MEMBERS = ['aliases', 'routes', 'redirect', 'http_credentials', 'reports', 'canonical', 'secure_cookies', 'rewrite_location', 'error_page', 'ladder', 'acme'] as const;

function hasSameCertificate(before: Site, after: Site): boolean {
  const [a, b] = [before.certificate, after.certificate];
  return a.source === b.source && (a.source === 'local-ca' || (a.ecdsa === b.ecdsa && a.rsa === b.rsa));
}

// `etag` is that of `after`: what somebody else changes then is not written over.
export function undoOfChange(before: Site, after: Site, etag: string | undefined): Undo | undefined {
  const { name } = before;
  if (etag === undefined || !hasSameCertificate(before, after)) return undefined;
  const body: Partial<Members> = differing<Members, (typeof MEMBERS)[number]>(before, after, MEMBERS);
  if (Object.keys(body).length === 0) return undefined;
  return { about: `site ${name}`, run: () => client.patch('/v1/sites/{name}', { path: { name }, body, ifMatch: etag }) };
}

// What goes with a site and cannot be made again: keys that wait in its drawer or for a certificate. Where that cannot be
// told, it is taken for so.
async function hasKeys(name: string): Promise<boolean> {
  try {
    const [{ certificates }, { requests }] = await Promise.all([
      client.get('/v1/sites/{name}/certificates', { path: { name } }),
      client.get('/v1/sites/{name}/certificate-requests', { path: { name } }),
    ]);
    return requests.length > 0 || certificates.some((one) => one.drawer === true);
  } catch {
    return true;
  }
}

// To be asked for before it is removed: of a site without a certificate, or with one that the local authority makes again, and
// without a promise.
export async function undoOfRemoval(site: Site): Promise<Undo | undefined> {
  const { name, certificate, hsts } = site;
  const isLocal = certificate.source === 'local-ca';
  const isPromised = hsts.bound_until !== null || hsts.phase !== 'off';
  if (isPromised || (!isLocal && certificate.source !== 'none') || (await hasKeys(name))) return undefined;
  const members = Object.fromEntries(MEMBERS.map((member) => [member, site[member]])) as Members;
  return {
    about: `site ${name}`,
    run: async () => {
      await client.post('/v1/sites', { body: { name, ...members, ...(isLocal && { local_ca: true }) } });
      cache.invalidate(() => true);
    },
  };
}

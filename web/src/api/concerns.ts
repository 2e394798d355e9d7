// Whether what a URL shows may have changed with these sites. What is not about one site (the status, the audit log) may
// have changed with any.
export function concerns(url: string, sites: ReadonlySet<string> | null): boolean {
  if (url.startsWith('/v1/session')) return false;
  if (sites === null) return true;
  const found = /^\/v1\/sites\/([^/?]+)/.exec(url);
  if (found?.[1] === undefined) return true;
  return sites.has(decodeURIComponent(found[1]));
}

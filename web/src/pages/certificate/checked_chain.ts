// The picture of a chain that was checked: the check names the site's certificate, its issuer and where the chain leads.
import { type Link, siteName } from './chain';
import type { Checked } from './entry';
import { nameOf } from './subject';

type CheckedCertificate = NonNullable<Checked['certificate']>;

// `rootNote`: who knows the root, in words.
export function checkedLinks(certificate: CheckedCertificate, isMissing: boolean, rootNote: string): Link[] {
  const { root, chain_count: count } = certificate;
  const links: Link[] = [{ kind: 'site', name: siteName(certificate), key: `${certificate.key} ${certificate.key_bits}`, notAfter: certificate.not_after }];
  const issuer = nameOf(certificate.issuer);
  if (certificate.issuer === certificate.subject) return links;
  if (count > 1) links.push({ kind: 'intermediate', name: issuer, ...(count > 2 && { note: `+ ${count - 2}` }) });
  if (isMissing) links.push({ kind: 'missing', name: count > 1 ? '?' : issuer });
  else if (root !== null || count === 1) links.push({ kind: 'root', name: root === null ? issuer : nameOf(root.name), note: rootNote });
  return links;
}

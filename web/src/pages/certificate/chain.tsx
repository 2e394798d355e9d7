// A chain as a picture: the site's certificate, what has signed it, and the root that browsers have to know by themselves.
import { type PlainKey, useI18n } from '../../i18n';
import { Moment } from '../../ui/time';
import { nameOf } from './subject';

export interface Link {
  kind: 'site' | 'intermediate' | 'missing' | 'root';
  name: string;
  key?: string | undefined;
  notAfter?: string | undefined;
  note?: string | undefined;
}

const KINDS: Record<Link['kind'], PlainKey> = {
  site: 'certificate.chain_site',
  intermediate: 'certificate.chain_intermediate',
  missing: 'certificate.chain_missing',
  root: 'certificate.chain_root',
};

interface Described {
  subject?: string;
  issuer?: string;
  key?: string;
  not_after?: string;
  names?: string[];
}

// Of the site's own: authorities leave the subject empty more and more, the names are elsewhere in it.
export function siteName(certificate: Pick<Described, 'subject' | 'names'>): string {
  const name = nameOf(certificate.subject ?? '');
  return name === '' ? (certificate.names?.[0] ?? '') : name;
}

// Of certificates that are stored; the root is the one that the last of them names.
export function linksOf(chain: readonly Described[]): Link[] {
  const links = chain.map((one, at): Link => ({ kind: at === 0 ? 'site' : 'intermediate', name: at === 0 ? siteName(one) : nameOf(one.subject ?? ''), key: one.key, notAfter: one.not_after }));
  const top = chain[chain.length - 1];
  if (top?.issuer !== undefined && top.issuer !== top.subject) links.push({ kind: 'root', name: nameOf(top.issuer) });
  return links;
}

export function Chain({ links }: { links: readonly Link[] }) {
  const { t } = useI18n();
  return (
    <ol class="certificate-chain" aria-label={t('certificate.chain')}>
      {links.map((link, at) => (
        <li key={`${at} ${link.name}`} class={`certificate-link certificate-link-${link.kind}`}>
          <span class="small muted">{t(KINDS[link.kind])}</span>
          <span class="strong">{link.name}</span>
          <span class="small muted">
            {link.key}
            {link.key !== undefined && link.notAfter !== undefined && ' · '}
            {link.notAfter !== undefined && (
              <>
                {t('certificate.until')} <Moment at={link.notAfter} />
              </>
            )}
            {link.note ?? (link.kind === 'root' && t('certificate.chain_root_hint'))}
          </span>
        </li>
      ))}
    </ol>
  );
}

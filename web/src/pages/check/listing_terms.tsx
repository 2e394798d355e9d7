// What being on the preload list means, for whoever thinks of it.
import { type PlainKey, useI18n } from '../../i18n';

const TERMS: readonly PlainKey[] = ['check.terms_subdomains', 'check.terms_advice', 'check.terms_removal', 'check.terms_anybody'];

export function ListingTerms() {
  const { t } = useI18n();
  return (
    <ul>
      {TERMS.map((key) => (
        <li key={key}>{t(key)}</li>
      ))}
    </ul>
  );
}

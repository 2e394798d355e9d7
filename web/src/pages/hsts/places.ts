// Where the panel does what helps against a guard. What it cannot do (the boot file, the DNS, other machines) has no place.
import type { PlainKey } from '../../i18n';

interface Place {
  pattern: '/sites/:name/certificate' | '/sites/:name/application' | '/sites/:name/subdomains' | '/about';
  title: PlainKey;
}

const CERTIFICATE: Place = { pattern: '/sites/:name/certificate', title: 'hsts.to_certificate' };
const APPLICATION: Place = { pattern: '/sites/:name/application', title: 'hsts.to_application' };
const SUBDOMAINS: Place = { pattern: '/sites/:name/subdomains', title: 'hsts.to_subdomains' };
const HEALTH: Place = { pattern: '/about', title: 'hsts.to_health' };

const PLACES: Readonly<Partial<Record<string, Place>>> = {
  'certificate-present': CERTIFICATE,
  'certificate-names': CERTIFICATE,
  'certificate-chain': CERTIFICATE,
  'certificate-valid': CERTIFICATE,
  'certificate-key': CERTIFICATE,
  'certificate-outlives': CERTIFICATE,
  'certificate-until-free': CERTIFICATE,
  served: CERTIFICATE,
  redirect: APPLICATION,
  'redirect-permanent': APPLICATION,
  application: APPLICATION,
  subdomains: SUBDOMAINS,
  clock: HEALTH,
};

export const GUARDS_PLACED: readonly string[] = Object.keys(PLACES);

export function fixPlace(guard: string): Place | undefined {
  return GUARDS_PLACED.includes(guard) ? PLACES[guard] : undefined;
}

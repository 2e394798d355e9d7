// One site, as a whole.
export const site = {
  application: 'Application',
  created: 'Added',
  health_down: 'does not answer',
  health_partly: 'answers in part',
  health_unresolved: 'name not found',
  health_up: 'answers',
  issuer: 'Issued by',
  names: 'Names',
  parts: 'Parts of {name}',
  redirect: 'Plain HTTP',
  redirect_off: 'is served as it is',
  redirect_permanent: 'is moved to HTTPS, permanently',
  redirect_temporary: 'is moved to HTTPS, temporarily',
  summary: 'Summary',
  valid_until: 'Valid until',
} as const;

// Automatic certificates: the kind of key, and what a change was answered with.
export const acme = {
  changed: 'Changed. This is worth knowing:',
  changed_not_applied: 'Stored, but not in effect yet: it is as soon as the gateway takes it over.',
  fix_chain: 'The chain is as the authority gave it. Get certificates from one that browsers know; or, if it is a private one, put its root on your visitors’ devices and declare it here: strictgate trust --declare-file.',
  key: 'Kind of key',
  key_at_once: 'A certificate with the other kind of key is ordered as soon as you save; what is in service stays until it is there.',
  key_ecdsa: 'ECDSA',
  key_ecdsa_hint: 'The usual one: fast, and taken by every browser of the last ten years. Very old devices and programs cannot connect.',
  key_rsa: 'RSA',
  key_rsa_hint: 'Taken by every browser, and by clients that know only RSA: old phones, printers, programs in old versions of Java or .NET. Each new connection costs this server more.',
  key_turns_away: 'The RSA certificate goes out of service as soon as the ECDSA one is there: clients that know only RSA are turned away from then on.',
  key_turns_away_fix: 'To keep them, choose RSA as the kind of key of the automatic certificate.',
} as const;

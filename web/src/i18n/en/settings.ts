// The list of what belongs to no single site.
export const settings = {
  about: 'About',
  about_what: 'The version, how this installation is, and whose work is in it.',
  account: 'My account',
  account_what: 'Your password, one-time codes, passkeys, language, and where you are signed in.',
  accounts: 'Accounts',
  accounts_what: 'Who may use this panel, and for what.',
  audit: 'Audit log',
  audit_what: 'Who did what, when, and with which reason; nobody can rewrite it.',
  authorities: 'Certificate authorities',
  authorities_what: 'Who issues certificates automatically, in which order, and your accounts there.',
  backup: 'Backup',
  backup_what: 'Take everything away in one file, and put such a file back.',
  notifications: 'Notifications',
  notifications_what: 'Who is told when a certificate ends, a renewal fails, or something else wants attention.',
  preload_what: 'Names that browsers open over HTTPS alone, before they were ever there: the list, its age, and whether a name is on it.',
  settings: 'Settings',
} as const;

// The list of what belongs to no single site.
export const settings = {
  account: 'My account',
  account_what: 'Your password, one-time codes, passkeys, language, and where you are signed in.',
  accounts: 'Accounts',
  accounts_what: 'Who may use this panel, and for what.',
  authorities: 'Certificate authorities',
  authorities_what: 'Who issues certificates automatically, in which order, and your accounts there.',
  settings: 'Settings',
} as const;

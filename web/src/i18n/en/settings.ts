// The list of what belongs to no single site.
export const settings = {
  account: 'My account',
  account_what: 'Your password, one-time codes, passkeys, language, and where you are signed in.',
  accounts: 'Accounts',
  accounts_what: 'Who may use this panel, and for what.',
  settings: 'Settings',
} as const;

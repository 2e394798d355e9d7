// Evidence that leaves the house: signed, for somebody who was not there.
export const auditors = {
  act: 'Evidence for auditors',
  key: 'Who checks it needs the fingerprint of this installation’s key by another way: strictgate bundle key shows it. That a bundle was made is in the audit log.',
  lead: 'The last year of this site in one signed archive: what was promised, who decided it and why, which certificates were seen served, how many came and how many never arrived. A page to read or print, and the figures. It names accounts.',
  made: '{name} ({size}) was handed to your browser.',
  title: 'For auditors',
} as const;

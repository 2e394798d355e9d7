// Who could not get in if the certificate failed now.
export const lockout = {
  above: 'If the certificate failed now, {share} of {visitors} could not get in, the last until {until}: a name above binds this one as well.',
  at_most: 'at most {percent}',
  csv: 'Could not get in if the certificate failed now, % of visitors',
  free: 'If the certificate failed now, nobody would be locked out: no browser holds a promise, and all offer a way to click through the warning.',
  last_week: 'last week’s visitors',
  locked: 'Could not get in',
  more: 'Whoever is bound cannot click a warning away. Renew in time, and keep a second certificate in the drawer.',
  none: 'If the certificate failed now, none of {visitors} would be locked out; browsers that came before may be, the last until {until}.',
  open: 'Would be warned, or are programs that keep no promise',
  preload: 'If the certificate failed now, {share} of {visitors} could not get in, nor could anybody new with such a browser, for good: the name is on the browsers’ preload list.',
  preload_unknown: 'If the certificate failed now, nobody could get in whose browser has the name on its preload list, for good: browsers offer no way to click through.',
  share: 'If the certificate failed now, {share} of {visitors} could not get in, the last until {until}.',
  short: 'binds {share} of {visitors}',
  this_week: 'this week’s visitors',
  title: 'If the certificate failed now',
  unknown: 'If the certificate failed now, browsers that hold a promise could not get in, the last until {until}; how many that are is not known: nobody was noted.',
} as const;

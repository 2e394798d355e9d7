// The audit log.
export const audit = {
  act: 'Act',
  actor: 'By',
  all: 'all',
  at: 'When',
  details: 'Why, and what changed',
  filter: 'Filter by site',
  none: 'Nothing was done, as far as this goes.',
  older: 'Show older ones',
  overridden: 'Guards that were overridden: {guards}',
  refused: 'refused',
  site_hint: 'A whole name, for example {example}; also of one that is gone.',
  what_changed: 'What changed',
} as const;

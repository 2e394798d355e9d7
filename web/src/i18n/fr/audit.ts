import type { audit as english } from '../en/audit';
import type { TranslationOf } from '../message';

export const audit: TranslationOf<typeof english> = {
  act: 'Acte',
  actor: 'Par',
  all: 'tous',
  at: 'Quand',
  details: 'Pourquoi, et ce qui a changé',
  filter: 'Filtrer par site',
  none: 'Rien n’a été fait, dans ces limites.',
  older: 'Afficher les plus anciens',
  overridden: 'Gardes outrepassées : {guards}',
  refused: 'refusé',
  site_hint: 'Un nom entier, par exemple {example} ; aussi celui d’un site disparu.',
  what_changed: 'Ce qui a changé',
};

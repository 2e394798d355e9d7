import type { selfcheck as english } from '../en/selfcheck';
import type { TranslationOf } from '../message';

export const selfcheck: TranslationOf<typeof english> = {
  act: 'Examiner maintenant',
  asks: 'sa présence n’est pas connue ; le site envoie « preload »',
  changed_since: 'Le site a changé depuis ; il est réexaminé dans quelques minutes.',
  checked_at: 'Examiné',
  domain: 'Domaine',
  findings: { one: '{count} constat', other: '{count} constats' },
  list: 'Liste de préchargement',
  listed: 'il y est : des erreurs l’en retireraient au bout d’un mois',
  more: 'Tout ce qui se constate de ce domaine',
  next_check: 'De nouveau, sans intervention',
  not_by_itself: 'pas sans intervention',
  not_listed: 'il n’y est pas, et ne le demande pas : les constats ne comptent que pour cela',
  ready: 'Rien n’a été trouvé qui l’écarterait de la liste, si on le souhaite.',
  result: 'Résultat',
  state_errors: 'Erreurs',
  state_good: 'Rien trouvé',
  state_never: 'Pas encore examiné',
  state_none: 'Aucun nom d’hôte à examiner',
  state_unseen: 'Ne se voit pas d’ici',
  title: 'Autocontrôle',
  what: 'Ce que dirait le vérificateur de la liste de préchargement des navigateurs, vu de l’extérieur. Rien n’est soumis.',
};

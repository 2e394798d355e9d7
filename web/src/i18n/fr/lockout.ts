import type { lockout as english } from '../en/lockout';
import type { TranslationOf } from '../message';

export const lockout: TranslationOf<typeof english> = {
  above: 'Si le certificat tombait en panne maintenant, {share} {visitors} ne pourraient pas entrer, le dernier jusqu’au {until} : un nom au-dessus engage aussi celui-ci.',
  at_most: 'au plus {percent}',
  csv: 'Ne pourraient pas entrer si le certificat tombait en panne maintenant, en % des visiteurs',
  free: 'Si le certificat tombait en panne maintenant, personne ne resterait dehors : aucun navigateur n’est engagé, et tous permettent de passer outre l’avertissement.',
  last_week: 'des visiteurs de la semaine passée',
  locked: 'Ne pourraient pas entrer',
  more: 'Qui est engagé ne peut pas passer outre un avertissement. Renouvelez à temps, et gardez un second certificat dans le tiroir.',
  none: 'Si le certificat tombait en panne maintenant, aucun {visitors} ne resterait dehors ; des navigateurs venus avant le pourraient, le dernier jusqu’au {until}.',
  open: 'Verraient un avertissement, ou sont des programmes qui ne tiennent aucune promesse',
  preload: 'Si le certificat tombait en panne maintenant, {share} {visitors} ne pourraient pas entrer, ni aucun nouveau avec un tel navigateur, définitivement : le nom est sur la liste préchargée des navigateurs.',
  preload_unknown: 'Si le certificat tombait en panne maintenant, personne dont le navigateur a ce nom sur sa liste préchargée ne pourrait entrer, définitivement : ces navigateurs ne permettent pas de passer outre.',
  programs: 'Programmes et applications ne tiennent aucune promesse et ne sont pas comptés comme restant dehors, mais la plupart refusent un mauvais certificat aussi longtemps qu’il est servi.',
  share: 'Si le certificat tombait en panne maintenant, {share} {visitors} ne pourraient pas entrer, le dernier jusqu’au {until}.',
  short: 'engage {share} {visitors}',
  this_week: 'des visiteurs de cette semaine',
  title: 'Si le certificat tombait en panne maintenant',
  unknown: 'Si le certificat tombait en panne maintenant, les navigateurs engagés ne pourraient pas entrer, le dernier jusqu’au {until} ; combien ils sont n’est pas connu : personne n’a été noté.',
};

import type { settings as english } from '../en/settings';
import type { TranslationOf } from '../message';

export const settings: TranslationOf<typeof english> = {
  account: 'Mon compte',
  account_what: 'Votre mot de passe, vos codes à usage unique, vos clés d’accès, votre langue, et où vous êtes connecté.',
  accounts: 'Comptes',
  accounts_what: 'Qui peut utiliser ce panneau, et pour quoi.',
  authorities: 'Autorités de certification',
  authorities_what: 'Qui délivre automatiquement les certificats, dans quel ordre, et vos comptes chez elles.',
  settings: 'Réglages',
};

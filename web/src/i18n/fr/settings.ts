import type { settings as english } from '../en/settings';
import type { TranslationOf } from '../message';

export const settings: TranslationOf<typeof english> = {
  about: 'À propos',
  about_what: 'La version, l’état de cette installation, et les travaux qu’elle contient.',
  account: 'Mon compte',
  account_what: 'Votre mot de passe, vos codes à usage unique, vos clés d’accès, votre langue, et où vous êtes connecté.',
  accounts: 'Comptes',
  accounts_what: 'Qui peut utiliser ce panneau, et pour quoi.',
  audit: 'Journal d’audit',
  audit_what: 'Qui a fait quoi, quand et pour quel motif ; personne ne peut le réécrire.',
  authorities: 'Autorités de certification',
  authorities_what: 'Qui délivre automatiquement les certificats, dans quel ordre, et vos comptes chez elles.',
  backup: 'Sauvegarde',
  backup_what: 'Emporter tout en un seul fichier, et restaurer un tel fichier.',
  notifications: 'Notifications',
  notifications_what: 'Qui est prévenu quand un certificat expire, qu’un renouvellement échoue, ou qu’autre chose demande attention.',
  preload_what: 'Les noms que les navigateurs n’ouvrent qu’en HTTPS, avant même la première visite : la liste, son âge, et si un nom y est.',
  settings: 'Réglages',
};

import type { proof as english } from '../en/proof';
import type { TranslationOf } from '../message';

export const proof: TranslationOf<typeof english> = {
  act: 'Continuer',
  lead: 'Ce que vous allez faire donne pouvoir sur toute l’installation. Pour que personne ne le fasse depuis un navigateur resté ouvert, confirmez encore une fois qu’il s’agit de vous, {name}. Cela vaut ensuite pour cinq minutes.',
  not_given: 'Vous n’avez pas confirmé qu’il s’agit de vous. Rien n’a été modifié.',
  passkey: 'Utiliser une clé d’accès',
  title: 'Est-ce toujours vous ?',
  wrong: 'Le mot de passe est incorrect.',
  wrong_passkey: 'Cette clé d’accès n’est pas l’une de celles de ce compte.',
};

import type { auditors as english } from '../en/auditors';
import type { TranslationOf } from '../message';

export const auditors: TranslationOf<typeof english> = {
  act: 'Preuves pour auditeurs',
  key: 'Qui les vérifie a besoin de l’empreinte de la clé de cette installation par un autre moyen : strictgate bundle key la montre. Le journal garde la trace de chaque dossier établi.',
  lead: 'La dernière année de ce site dans une archive signée : ce qui a été promis, qui l’a décidé et pourquoi, quels certificats ont été vus servis, combien sont venus et combien ne sont jamais arrivés. Une page à lire ou à imprimer, et les chiffres. Elle nomme des comptes.',
  made: '{name} ({size}) a été remis à votre navigateur.',
  title: 'Pour les auditeurs',
};

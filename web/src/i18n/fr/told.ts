import type { told as english } from '../en/told';
import type { TranslationOf } from '../message';

export const told: TranslationOf<typeof english> = {
  add: 'Ajouter un canal',
  add_by_owner: 'Un propriétaire peut ajouter un canal.',
  at_once: 'Aussitôt : {list}.',
  at_once_none: 'Rien d’autre.',
  end_from: 'De sa fin : {left} avant, à partir du {moment}.',
  end_no_certificate: 'De sa fin, dès qu’il y aura un certificat.',
  end_not: 'Pas de sa fin.',
  end_since: 'De sa fin : dès maintenant, {left} avant elle.',
  history: 'Ce qui a été signalé de ce site',
  history_empty: 'Rien pour l’instant.',
  last: 'Dernier message {moment} :',
  last_none: 'Rien n’y a encore été envoyé.',
  lead: 'Un certificat qui se termine, qui ne se renouvelle pas ou qui n’est pas celui qui est servi demande que quelqu’un s’en occupe. Sont prévenus :',
  lead_itself: 'Il se renouvelle tout seul : sa fin n’est signalée que si le renouvellement tarde.',
  log_only: '(à personne : dans le journal seulement)',
  manage: 'Canaux et tous les messages',
  none: 'Personne n’est prévenu quand il faut s’occuper de ce certificat',
  none_bound: 'Les navigateurs exigent HTTPS ici : s’il se terminait, les visiteurs seraient enfermés dehors, et personne ne l’aurait su à temps.',
  none_hint: 'Avec un canal (e-mail, webhook, journal du système), quelqu’un le sait à temps.',
  not_of_its_end: 'Personne n’est prévenu avant la fin de ce certificat',
  not_of_its_end_hint: 'Les canaux existants ne prennent que d’autres événements. Faites que l’un d’eux prenne « un certificat arrive à expiration ».',
  paused: 'Rien n’y est envoyé : il est en pause.',
  title: 'Qui est prévenu',
  to: '{kind} : {to}',
};

import type { coverage as english } from '../en/coverage';
import type { TranslationOf } from '../message';

export const coverage: TranslationOf<typeof english> = {
  chart: 'Clients différents par HTTPS',
  chart_said: '{title}, semaine par semaine : au plus {most} {when}.',
  clients: 'Clients par HTTPS',
  empty: 'Personne venu par HTTPS n’a encore été noté.',
  how: 'Chaque semaine a sa propre clé, pour que les clients de deux semaines ne puissent être reconnus comme les mêmes. Un échelon de plusieurs semaines est décrit par la plus fréquentée : au moins autant l’ont éprouvé.',
  lead: 'Ce qui prouve un échelon, ce sont des visiteurs venus pendant qu’il était tenu, pas des requêtes : une personne en fait cent en quelques pages.',
  missing: { one: 'Un type de programme ne vient plus depuis le début de l’échelon', other: '{count} types de programmes ne viennent plus depuis le début de l’échelon' },
  missing_helps: 'Qui est enfermé dehors ne peut pas vous le demander. Essayez-en un vous-même, ou demandez qui l’utilise.',
  missing_one: '{program} : venus {days} jours sur {all} auparavant, la dernière fois le {last}, et aucun des {missed} jours depuis.',
  program: 'Type de programme',
  programs: 'Types de programmes, semaine par semaine',
  read: '{moment} : {clients} clients, dont {returning} deux jours ou plus',
  read_new: '{moment} : {clients} clients',
  returning: 'Venus deux jours ou plus',
  rung: 'Depuis le début de cet échelon, le {since}, {clients} clients différents sont venus par HTTPS.',
  rung_busiest: 'Dans la semaine la plus fréquentée depuis le début de cet échelon, le {since}, {clients} clients différents sont venus par HTTPS : au moins autant l’ont éprouvé.',
  rung_returning: '{percent} d’entre eux sont venus deux jours ou plus.',
  title: 'Qui l’a éprouvé',
  week: 'Semaine du (UTC)',
};

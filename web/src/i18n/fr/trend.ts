import type { trend as english } from '../en/trend';
import type { TranslationOf } from '../message';

export const trend: TranslationOf<typeof english> = {
  clients: 'Clients par HTTP en clair',
  fell: 'La part du HTTP en clair a baissé de {before}, tant que {first} était promis, à {after}, avec {last}.',
  http: 'Part du HTTP en clair',
  lead: 'Un navigateur à qui on l’a demandé vient de lui-même par HTTPS : les deux parts baissent donc d’échelon en échelon. Ce qui reste, ce sont des programmes, et des gens qui n’arrivent jamais.',
  off: 'reprise',
  one: 'Un seul échelon a été tenu pendant ce temps : il n’y a encore rien à quoi le comparer.',
  redirected: 'Envoyés vers HTTPS',
  requests_http: 'Requêtes par HTTP en clair',
  requests_https: 'Requêtes par HTTPS',
  rose: 'La part du HTTP en clair est montée de {before}, tant que {first} était promis, à {after}, avec {last}. Cherchez un programme ou un lien nouveau.',
  rung: 'Promesse',
  same: 'La part du HTTP en clair est la même qu’au début : {after}.',
  since: 'Depuis',
  stranded: 'Jamais arrivés',
  stranded_share: 'Part jamais arrivée',
  title: 'D’échelon en échelon',
  until: 'Jusqu’au',
};

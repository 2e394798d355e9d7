import type { site as english } from '../en/site';
import type { TranslationOf } from '../message';

export const site: TranslationOf<typeof english> = {
  application: 'Application',
  created: 'Ajouté',
  health_down: 'ne répond pas',
  health_partly: 'répond en partie',
  health_unresolved: 'nom introuvable',
  health_up: 'répond',
  issuer: 'Délivré par',
  names: 'Noms',
  parts: 'Parties de {name}',
  redirect: 'HTTP simple',
  redirect_off: 'est servi tel quel',
  redirect_permanent: 'est renvoyé vers HTTPS, définitivement',
  redirect_temporary: 'est renvoyé vers HTTPS, provisoirement',
  summary: 'Résumé',
  valid_until: 'Valable jusqu’au',
};

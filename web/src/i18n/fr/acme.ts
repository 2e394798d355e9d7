import type { acme as english } from '../en/acme';
import type { TranslationOf } from '../message';

export const acme: TranslationOf<typeof english> = {
  changed: 'Modifié. À savoir :',
  changed_not_applied: 'Enregistré, mais pas encore en vigueur : cela le sera dès que la passerelle l’aura repris.',
  fix_chain: 'La chaîne est telle que l’autorité l’a donnée. Obtenez des certificats d’une autorité que les navigateurs connaissent ; ou, si elle est privée, mettez sa racine sur les appareils de vos visiteurs et déclarez-la ici : strictgate trust --declare-file.',
  key: 'Type de clé',
  key_at_once: 'Un certificat avec l’autre type de clé est commandé dès que vous enregistrez ; ce qui est en service reste jusqu’à ce qu’il soit là.',
  key_ecdsa: 'ECDSA',
  key_ecdsa_hint: 'Le cas habituel : rapide, et accepté par tout navigateur des dix dernières années. De très vieux appareils et programmes ne peuvent pas se connecter.',
  key_rsa: 'RSA',
  key_rsa_hint: 'Accepté par tout navigateur, et par les clients qui ne connaissent que RSA : vieux téléphones, imprimantes, programmes dans d’anciennes versions de Java ou .NET. Chaque nouvelle connexion coûte plus à ce serveur.',
  key_turns_away: 'Le certificat RSA sort du service dès que celui en ECDSA est là : les clients qui ne connaissent que RSA sont alors refusés.',
  key_turns_away_fix: 'Pour les garder, choisissez RSA comme type de clé du certificat automatique.',
};

// What is wrong with a text, in words.
import type { PlainKey } from '../../i18n';
import type { SiteMistake } from './site_text';

export const MISTAKE_WORDS: Record<SiteMistake['saying'], PlainKey> = {
  anchor: 'declared.say_anchor',
  bool: 'declared.say_bool',
  cert_and_local_ca: 'declared.say_cert_and_local_ca',
  deep: 'declared.say_deep',
  directive: 'declared.say_directive',
  documents: 'declared.say_documents',
  duration: 'declared.say_duration',
  empty: 'declared.say_empty',
  key: 'declared.say_key',
  large: 'declared.say_large',
  list: 'declared.say_list',
  member: 'declared.say_member',
  nothing: 'declared.say_nothing',
  number: 'declared.say_number',
  object: 'declared.say_object',
  one_site: 'declared.say_one_site',
  other_site: 'declared.say_other_site',
  syntax: 'declared.say_syntax',
  tag: 'declared.say_tag',
  text: 'declared.say_text',
  twice: 'declared.say_twice',
  word: 'declared.say_word',
};

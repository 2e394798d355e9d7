// The authorities that are known by their names, and what each wants of whoever comes.
import type { Result } from '../../api/operations';

export type Authority = Result<'get', '/v1/cas'>['cas'][number];

export interface Known {
  name: string;
  title: string;
  rehearsal: boolean;
  binding: boolean; // wants an account of its own web site to be named (external account binding)
}

export const KNOWN: readonly Known[] = [
  { name: 'letsencrypt', title: 'Let’s Encrypt', rehearsal: false, binding: false },
  { name: 'letsencrypt-staging', title: 'Let’s Encrypt (staging)', rehearsal: true, binding: false },
  { name: 'zerossl', title: 'ZeroSSL', rehearsal: false, binding: true },
  { name: 'google', title: 'Google Trust Services', rehearsal: false, binding: true },
  { name: 'google-staging', title: 'Google Trust Services (staging)', rehearsal: true, binding: true },
  { name: 'sslcom', title: 'SSL.com', rehearsal: false, binding: true },
];
export const OTHER = 'other';

export function titleOf(name: string): string {
  return KNOWN.find((known) => known.name === name)?.title ?? name;
}

// A contact as people write it.
export function contactWords(contact: string): string {
  return contact.replace(/^mailto:/, '');
}

// What one types into one line: addresses, between commas or blanks.
export function contactsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((part) => part !== '');
}

// From what was typed to what the API takes.
export type CertificateChoice = 'later' | 'local' | 'auto';

// People type a name and a port; the gateway wants to know how to speak to it.
export function upstreamOf(typed: string): string {
  const text = typed.trim();
  return text === '' || /^(https?|unix):/i.test(text) ? text : `http://${text}`;
}

// A pasted address is as good as a name.
export function hostOf(typed: string): string {
  return typed
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/[/?#].*$/, '');
}

// Distinguished names as the server writes them (RFC 4514): "CN=Example Root,O=Example\, Ltd".

function attributesOf(subject: string): [string, string][] {
  const parts = subject.match(/(?:\\.|[^,\\])+/g) ?? [];
  return parts.flatMap((part): [string, string][] => {
    const at = part.indexOf('=');
    if (at < 0) return [];
    return [[part.slice(0, at).trim().toUpperCase(), part.slice(at + 1).replace(/\\(.)/g, '$1').trim()]];
  });
}

// What people call it: its common name, else its organisation, else all of it.
export function nameOf(subject: string): string {
  const attributes = attributesOf(subject);
  for (const wanted of ['CN', 'O']) {
    const found = attributes.find(([name, value]) => name === wanted && value !== '');
    if (found !== undefined) return found[1];
  }
  return subject;
}

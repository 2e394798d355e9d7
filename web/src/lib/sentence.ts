// The server writes reasons as parts of sentences ("the name is taken"), fit for a log. A page begins them with a capital
// letter and ends them with a full stop.

// A word with something else than letters in it (a host name, a file) stays as it is.
export function begun(text: string): string {
  return /^\p{Ll}+(?=[\s,;’]|:\s|\.?$)/u.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

export function ended(text: string): string {
  return /[\p{L}\p{N})"'”»]$/u.test(text) ? `${text}.` : text;
}

export function sentence(text: string): string {
  return ended(begun(text.trim()));
}

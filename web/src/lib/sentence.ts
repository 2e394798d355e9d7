// The server writes reasons as parts of sentences ("the name is taken"), fit for a log. A page begins them with a capital
// letter and ends them with a full stop.
export function sentence(text: string): string {
  const said = text.trim();
  if (said === '') return '';
  // A word with something else than letters in it (a host name, a file) stays as it is.
  const begun = /^[a-z]+(?=[\s,:;]|\.?$)/.test(said) ? said.charAt(0).toUpperCase() + said.slice(1) : said;
  return /[\p{L}\p{N})"'”]$/u.test(begun) ? `${begun}.` : begun;
}

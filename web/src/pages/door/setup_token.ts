// The token of the one-time link. It is taken out of the address at once, so that it is not in the history, not in a
// screenshot, and not in the way of the router.
export function tokenIn(hash: string): string | undefined {
  const found = /^#\/?setup=([^&]+)$/.exec(hash);
  if (found?.[1] === undefined) return undefined;
  try {
    return decodeURIComponent(found[1]);
  } catch {
    return undefined;
  }
}

let token: string | undefined;

export function takeSetupToken(): void {
  const found = tokenIn(window.location.hash);
  if (found === undefined) return;
  token = found;
  history.replaceState(null, '', '#/');
}

export function setupToken(): string | undefined {
  return token;
}

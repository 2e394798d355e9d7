// Small choices (language, colours) that this browser keeps. One that keeps nothing is no reason to fail.
const PREFIX = 'strictgate.';

export function kept(name: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Then it holds until the page is left.
  }
}

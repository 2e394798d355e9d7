// Into the clipboard. False where the browser does not let it: not over plain HTTP at another address than loopback.
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

// The same as the server's: said before it is sent.
export const PASSWORD_LENGTH_MIN = 12;

// In bytes, as the server counts.
export function passwordIsShort(password: string): boolean {
  return new TextEncoder().encode(password).length < PASSWORD_LENGTH_MIN;
}

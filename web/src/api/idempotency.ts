// A key by which the server makes a repeated request only once. One attempt of the operator's is one key: it stays the
// same while the attempt is repeated, and is another for the next.
export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

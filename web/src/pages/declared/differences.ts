// What the server says would differ, told as finely as it is worth: members within members, and of a long text the lines.
export interface Difference {
  member: string;
  before?: unknown;
  after?: unknown;
}

export interface Told {
  member: string; // "routes[0].upstreams[1].weight"
  before: string | undefined; // undefined: there is none
  after: string | undefined;
}

const CERTIFICATES = ['certificate_ecdsa', 'certificate_rsa'];
// Deeper differences are told as they are.
const DEPTH_MAX = 6;

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function valueText(value: unknown): string | undefined {
  if (isNothing(value)) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

// Without the lines that both begin and end with.
function linesThatDiffer(before: string, after: string): [string, string] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const least = Math.min(a.length, b.length);
  let start = 0;
  while (start < least && a[start] === b[start]) start++;
  let end = 0;
  while (end < least - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const middle = (lines: string[]): string => [...(start > 0 ? ['…'] : []), ...lines.slice(start, lines.length - end), ...(end > 0 ? ['…'] : [])].join('\n');
  return [middle(a), middle(b)];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function told(member: string, before: unknown, after: unknown, depth: number): Told[] {
  if (JSON.stringify(before) === JSON.stringify(after) || (isNothing(before) && isNothing(after))) return [];
  if (depth > 0 && Array.isArray(before) && Array.isArray(after) && before.length === after.length) return before.flatMap((one, i) => told(`${member}[${i}]`, one, after[i], depth - 1));
  if (depth > 0 && isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => told(`${member}.${name}`, before[name], after[name], depth - 1));
  }
  const [was, will] = [valueText(before), valueText(after)];
  if (was === undefined || will === undefined || !(was.includes('\n') || will.includes('\n'))) return [{ member, before: was, after: will }];
  const [a, b] = linesThatDiffer(was, will);
  return [{ member, before: a, after: b }];
}

export function tell(differences: readonly Difference[]): Told[] {
  return differences.filter(({ member }) => !CERTIFICATES.includes(member)).flatMap(({ member, before, after }) => told(member, before, after, DEPTH_MAX));
}

// Which certificate it is, says nothing to anybody; that it becomes another one does.
export function changesCertificate(differences: readonly Difference[]): boolean {
  return differences.some(({ member }) => CERTIFICATES.includes(member));
}

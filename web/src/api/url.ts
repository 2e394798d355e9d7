// From a path of the API's description to the URL of one call, which is also the key under which its answer is cached.
export type PathValues = Record<string, string | number>;
type QueryValue = string | number | boolean;
// A list is the parameter several times.
export type QueryValues = Record<string, QueryValue | readonly QueryValue[] | undefined>;

export function urlOf(template: string, path: PathValues = {}, query: QueryValues = {}): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = path[name];
    if (value === undefined || value === '') throw new Error(`${template}: no ${name} given`);
    return encodeURIComponent(String(value));
  });
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [value].flat().map((one) => [name, one] as const)));
  if (given.length === 0) return filled;
  return `${filled}?${given.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`).join('&')}`;
}

// From a path of the API's description to the URL of one call, which is also the key under which its answer is cached.
export type PathValues = Record<string, string | number>;
export type QueryValues = Record<string, string | number | boolean | undefined>;

export function urlOf(template: string, path: PathValues = {}, query: QueryValues = {}): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = path[name];
    if (value === undefined || value === '') throw new Error(`${template}: no ${name} given`);
    return encodeURIComponent(String(value));
  });
  const given = Object.entries(query).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined);
  if (given.length === 0) return filled;
  return `${filled}?${given.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`).join('&')}`;
}

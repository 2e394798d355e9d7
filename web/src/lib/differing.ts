// What has to be given to bring `after` back to `before`: the members of `names` that differ, as they were; what was not there
// becomes `absent`.
export function differing<T extends object, K extends keyof T & string>(before: T, after: T, names: readonly K[], absent: unknown = null): Partial<T> {
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return Object.fromEntries(changed.map((name) => [name, before[name] ?? absent])) as Partial<T>;
}

// The order of a table's rows.
export type SortValue = string | number | undefined;

export interface Order {
  column: string;
  descending: boolean;
}

// What has no value comes last in either direction. Rows that are equal stay as they were.
export function sortRows<R>(rows: readonly R[], valueOf: (row: R) => SortValue, descending: boolean, language: string): R[] {
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  const direction = descending ? -1 : 1;
  const compare = (a: SortValue, b: SortValue): number => {
    if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
    if (typeof a === 'number' && typeof b === 'number') return (a - b) * direction;
    return collator.compare(String(a), String(b)) * direction;
  };
  return [...rows].sort((a, b) => compare(valueOf(a), valueOf(b)));
}

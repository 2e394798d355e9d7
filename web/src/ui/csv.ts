// A table as comma-separated values (RFC 4180), to be saved as a file.
function cell(value: string | number): string {
  const text = String(value);
  // A spreadsheet takes these for formulas; text from outside must not become one.
  const tame = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

export function toCsv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

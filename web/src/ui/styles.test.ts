// The style sheets as a whole.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), '..');
const sheets = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.css'));

// In a language from right to left, what these say is on the wrong side.
const PHYSICAL = /(?:^|[\s;{])(?:(?:margin|padding|border|inset)-(?:left|right)|left|right|border-(?:top|bottom)-(?:left|right)-radius|float|text-align:\s*(?:left|right))\b/;

function hasUnequalSides(declaration: string): boolean {
  const found = /^\s*(?:margin|padding|inset|border-width):\s*([^;]+);/.exec(declaration);
  const [, right, , left] = found?.[1]?.replaceAll(/\([^)]*\)/g, '').trim().split(/\s+/) ?? [];
  return left !== undefined && left !== right;
}

describe('the style sheets', () => {
  it.each(sheets)('%s names no left and no right', (sheet) => {
    const lines = readFileSync(join(SOURCE, sheet), 'utf8').replaceAll(/\/\*[^]*?\*\//g, '').split('\n');
    expect(lines.filter((line) => PHYSICAL.test(line) || hasUnequalSides(line))).toEqual([]);
  });

  it('have every colour in one place, for light and for dark', () => {
    const base = readFileSync(join(SOURCE, 'ui/base.css'), 'utf8');
    for (const name of ['--ground', '--text', '--accent', '--bad']) {
      expect(base.match(new RegExp(`^\\s*${name}:`, 'gm')), name).toHaveLength(1);
      expect(base).toMatch(new RegExp(`${name}: var\\(--light, .+\\) var\\(--dark, .+\\);`));
    }
  });
});

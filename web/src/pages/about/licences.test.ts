import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import manifest from '../../../package.json';
import { PARTS, TEXTS } from './licences';

// Of vite nothing is embedded but how a page is loaded on demand.
const BUILDS_ONLY = ['vite'];

const squeezed = (text: string): string => text.replace(/\s+/g, ' ');

describe('the licences', () => {
  it('are there for every package that is embedded', () => {
    expect(PARTS.map((part) => part.name)).toEqual(Object.keys(manifest.dependencies).filter((name) => !BUILDS_ONLY.includes(name)));
  });

  it.each(PARTS)('of $name are as it gives them', ({ name, version, licence, copyright }) => {
    const own = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as { version: string; license: string };
    expect(own).toMatchObject({ version, license: licence });
    const text = squeezed(readFileSync(`node_modules/${name}/LICENSE`, 'utf8'));
    for (const line of [...copyright, ...TEXTS[licence]]) expect(text).toContain(line);
    expect(text.match(/Copyright (\(c\)|[A-Z])/g)).toHaveLength(copyright.length);
  });
});

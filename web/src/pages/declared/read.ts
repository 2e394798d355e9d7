// From the text of a declarative file to what it says, or to what is wrong with it and where. The same strict part of YAML
// that `strictgate apply` takes: no anchors, aliases, tags, directives or second document, no member twice, and no "no" that
// becomes false.
import { type Document, LineCounter, type Node, isAlias, isMap, isScalar, isSeq, parseDocument, Scalar } from 'yaml';
import type { PlainKey } from '../../i18n';
import type { Members, Shape } from './shape';

export type Saying = 'anchor' | 'bool' | 'deep' | 'directive' | 'documents' | 'duration' | 'empty' | 'key' | 'large' | 'list' | 'member' | 'nothing' | 'number' | 'object' | 'syntax' | 'tag' | 'text' | 'twice' | 'word';

export interface Mistake {
  line: number; // from 1
  column: number;
  path: string; // "sites[0].redirect", or empty
  saying: Saying;
  detail: string; // the words that are allowed, the library's own words; or empty
}

// A member that this side leaves alone.
export interface Left {
  name: string;
  why: PlainKey;
}

export interface Reading {
  value: unknown;
  left: Left[];
  // Where the member is that the server speaks of, or what it is in: "sites[0].routes[1].prefix".
  placeOf: (member: string) => { line: number; column: number };
}

export type Read = { reading: Reading; mistake?: undefined } | { mistake: Mistake; reading?: undefined };

// As `strictgate apply` has them (cli_yaml.h).
const SIZE_MAX = 4 << 20;
const DEPTH_MAX = 16;
const MAX_AGE_S_MAX = 315_360_000;
const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 };

class Wrong extends Error {
  constructor(
    readonly node: Node | undefined,
    readonly path: string,
    readonly saying: Saying,
    readonly detail = '',
  ) {
    super(saying);
  }
}

function isNothing(node: Node): boolean {
  return isScalar(node) && node.type === Scalar.PLAIN && /^(~|null|)$/i.test(String(node.value));
}

// Every scalar is text to the parser (its failsafe schema): what it means, the shape says.
function textOf(node: Node, path: string, saying: Saying, detail = ''): string {
  if (isNothing(node)) throw new Wrong(node, path, 'nothing');
  if (!isScalar(node)) throw new Wrong(node, path, saying, detail);
  return String(node.value);
}

function plainOf(node: Node, path: string, saying: Saying): string {
  const text = textOf(node, path, saying);
  if (isScalar(node) && node.type !== Scalar.PLAIN) throw new Wrong(node, path, saying);
  return text;
}

function numberOf(node: Node, path: string): number {
  const text = plainOf(node, path, 'number');
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new Wrong(node, path, 'number');
  return value;
}

function boolOf(node: Node, path: string): boolean {
  const text = plainOf(node, path, 'bool');
  if (text !== 'true' && text !== 'false') throw new Wrong(node, path, 'bool');
  return text === 'true';
}

function durationOf(node: Node, path: string): number {
  const [, digits, unit] = /^(\d+)([smhdwy]?)$/.exec(textOf(node, path, 'duration')) ?? [];
  const seconds = Number(digits) * (UNITS[unit ?? ''] ?? Number.NaN);
  if (!(seconds <= MAX_AGE_S_MAX)) throw new Wrong(node, path, 'duration');
  return seconds;
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

// The value of each member, or the place of its name where there is no value.
function membersOf(node: Node, path: string): [string, Node][] {
  if (!isMap(node)) throw new Wrong(node, path, isNothing(node) ? 'nothing' : 'object');
  return node.items.map((pair) => {
    const key = pair.key as Node;
    if (!isScalar(key)) throw new Wrong(key, path, 'key');
    return [String(key.value), (pair.value as Node | null) ?? key];
  });
}

interface Reader {
  left: Left[];
}

function objectOf(reader: Reader, members: Members, node: Node, path: string): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [name, at] of membersOf(node, path)) {
    const member = Object.entries(members).find(([own]) => own === name)?.[1];
    if (member === undefined) throw new Wrong(at, join(path, name), 'member', Object.keys(members).join(', '));
    const read = valueOf(reader, member.shape, at, join(path, name));
    if (member.left === undefined) value[name] = read;
    else reader.left.push({ name, why: member.left });
  }
  return value;
}

function limitsOf(node: Node, path: string): Record<string, number> {
  return Object.fromEntries(membersOf(node, path).map(([name, at]) => [name, numberOf(at, join(path, name))]));
}

function listOf(reader: Reader, item: Shape, node: Node, path: string): unknown[] {
  if (!isSeq(node)) throw new Wrong(node, path, isNothing(node) ? 'nothing' : 'list');
  return node.items.map((at, i) => valueOf(reader, item, at as Node, `${path}[${i}]`));
}

function wordOf(words: readonly string[], node: Node, path: string): string {
  const text = textOf(node, path, 'word', words.join(', '));
  if (!words.includes(text)) throw new Wrong(node, path, 'word', words.join(', '));
  return text;
}

function valueOf(reader: Reader, shape: Shape, node: Node, path: string): unknown {
  switch (shape.kind) {
    case 'text':
      return textOf(node, path, 'text');
    case 'number':
      return numberOf(node, path);
    case 'bool':
      return boolOf(node, path);
    case 'duration':
      return durationOf(node, path);
    case 'limits':
      return limitsOf(node, path);
    case 'word':
      return wordOf(shape.words, node, path);
    case 'list':
      return listOf(reader, shape.item, node, path);
    case 'object':
      return objectOf(reader, shape.members, node, path);
    case 'either':
      return valueOf(reader, isScalar(node) ? shape.text : shape.other, node, path);
  }
}

// What surprises in YAML, wherever it stands.
function checkNode(node: Node, depth: number): void {
  if (isAlias(node)) throw new Wrong(node, '', 'anchor');
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) return;
  if (node.anchor !== undefined) throw new Wrong(node, '', 'anchor');
  if (node.tag !== undefined) throw new Wrong(node, '', 'tag');
  if (isScalar(node)) return;
  if (depth === DEPTH_MAX) throw new Wrong(node, '', 'deep');
  for (const item of node.items) {
    if (isSeq(node)) checkNode(item as Node, depth + 1);
    else
      for (const part of [(item as { key: Node }).key, (item as { value: Node | null }).value]) {
        if (part !== null) checkNode(part, depth + 1);
      }
  }
}

function check(document: Document, text: string): Node {
  if (/^%/m.test(text.split(/^---/m)[0] ?? '')) throw new Wrong(undefined, '', 'directive');
  const root: Node | null = document.contents;
  if (root === null || isNothing(root)) throw new Wrong(undefined, '', 'empty');
  checkNode(root, 0);
  return root;
}

// The deepest node that is there, on the way to the member.
function find(root: Node, member: string): Node {
  let node = root;
  for (const step of member.match(/[^.[\]]+/g) ?? []) {
    const next: unknown = isMap(node) ? (node.get(step, true) ?? undefined) : isSeq(node) ? node.get(Number(step), true) : undefined;
    if (next === undefined) break;
    node = next as Node;
  }
  return node;
}

// What of the library's errors has words of its own; the others are told in the library's.
const SAYINGS: Readonly<Record<string, Saying>> = { DUPLICATE_KEY: 'twice', MULTIPLE_DOCS: 'documents', RESOURCE_EXHAUSTION: 'deep' };

export function read(text: string, shape: Shape): Read {
  const lines = new LineCounter();
  const place = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (text.length > SIZE_MAX) return { mistake: { line: 1, column: 1, path: '', saying: 'large', detail: '' } };
  const document = parseDocument(text, { lineCounter: lines, schema: 'failsafe', version: '1.2', strict: true, uniqueKeys: true, prettyErrors: false, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) {
    const saying = SAYINGS[error.code] ?? 'syntax';
    return { mistake: { ...place(error.pos[0]), path: '', saying, detail: saying === 'syntax' ? error.message : '' } };
  }
  const reader: Reader = { left: [] };
  try {
    const root = check(document, text);
    const value = valueOf(reader, shape, root, '');
    return { reading: { value, left: reader.left, placeOf: (member) => place(find(root, member).range?.[0] ?? 0) } };
  } catch (thrown) {
    if (!(thrown instanceof Wrong)) throw thrown;
    const { node, path, saying, detail } = thrown;
    return { mistake: { ...place(node?.range?.[0] ?? 0), path, saying, detail } };
  }
}

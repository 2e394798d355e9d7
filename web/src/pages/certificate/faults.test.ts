import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en } from '../../i18n/en';
import { fr } from '../../i18n/fr';
import { type FaultId, type Finding, isFault, particularsOf, verdictOf, worstFirst } from './faults';

// The server's own table: {"id", "text", "fix", weight}, with texts in several pieces.
function faultsOfServer(): Map<string, string> {
  const source = readFileSync('../src/crypto/cert_fault.c', 'utf8');
  const table = source.slice(source.indexOf('faults[CERT_FAULT_COUNT]'), source.indexOf('\n};'));
  const rows = table.matchAll(/\{\s*"(\w+)",\s*((?:"[^"]*"\s*)+),/g);
  return new Map([...rows].map(([, id = '', text = '']) => [id, [...text.matchAll(/"([^"]*)"/g)].map((piece) => piece[1]).join('')]));
}

const server = faultsOfServer();
server.delete('none');

describe('the words for faults', () => {
  it('are there for every one that the server knows, and for no other', () => {
    expect(server.size).toBe(27);
    const known = Object.keys(en.faults).filter((key) => !key.endsWith('_fix'));
    expect(known.sort()).toEqual([...server.keys()].sort());
    expect([...server.keys()].filter((id) => !isFault(id))).toEqual([]);
  });

  it.each([...server])('%s: are the server’s in English, and others in French', (id, text) => {
    expect((en.faults as Record<string, string>)[id]).toBe(text);
    expect((fr.faults as Record<string, unknown>)[id]).not.toBe(text);
  });

  it('do not take other words for faults', () => {
    expect(isFault('expiring')).toBe(false);
    expect(isFault('toString')).toBe(false);
    expect(isFault('expired_fix')).toBe(false);
  });
});

describe('particulars', () => {
  it('are what the server says beyond the fault itself', () => {
    expect(particularsOf('no_key', en.faults.no_key)).toBeUndefined();
    expect(particularsOf('wrong_name', 'The certificate covers a.example, but not b.example.')).toBe('The certificate covers a.example, but not b.example.');
    expect(particularsOf('no_key', '')).toBeUndefined();
  });
});

describe('a check', () => {
  const finding = (id: FaultId, weight: Finding['weight']): Finding => ({ id, weight, text: '' });

  it.each([
    [[], 'good'],
    [[finding('many_names', 'note')], 'good'],
    [[finding('many_names', 'note'), finding('expired', 'warning')], 'doubtful'],
    [[finding('expired', 'warning'), finding('weak_key', 'refusal')], 'refused'],
  ] as const)('with %j is %s', (findings, verdict) => {
    expect(verdictOf(findings)).toBe(verdict);
  });

  it('tells the worst first, and leaves what it was given alone', () => {
    const given = [finding('many_names', 'note'), finding('weak_key', 'refusal'), finding('expired', 'warning')];
    expect(worstFirst(given).map(({ weight }) => weight)).toEqual(['refusal', 'warning', 'note']);
    expect(given[0]?.weight).toBe('note');
  });
});

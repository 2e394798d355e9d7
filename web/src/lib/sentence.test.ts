import { describe, expect, it } from 'vitest';
import { sentence } from './sentence';

describe('a sentence', () => {
  it.each([
    ['give a name such as www.example.org', 'Give a name such as www.example.org.'],
    ['"a..b" is not a host name', '"a..b" is not a host name.'],
    ['app.example.org is taken', 'app.example.org is taken.'],
    ['It ends.', 'It ends.'],
    ['is it right?', 'Is it right?'],
    ['one of these: a, b', 'One of these: a, b.'],
    ['l’adresse est prise', 'L’adresse est prise.'],
    ['échec', 'Échec.'],
    ['  ', ''],
  ])('of %j is %j', (text, said) => {
    expect(sentence(text)).toBe(said);
  });
});

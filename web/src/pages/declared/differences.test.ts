import { describe, expect, it } from 'vitest';
import { changesCertificate, tell } from './differences';
import { nearest } from './nearest';

describe('differences', () => {
  it.each([
    ['a word', 'redirect', 'off', 'permanent', [{ member: 'redirect', before: 'off', after: 'permanent' }]],
    ['what comes', 'aliases', [], ['www.example.org'], [{ member: 'aliases', before: undefined, after: '["www.example.org"]' }]],
    ['what goes', 'acme', { key: 'rsa' }, null, [{ member: 'acme', before: '{"key":"rsa"}', after: undefined }]],
    ['nothing at all', 'error_page', '', null, []],
    ['a member within a list', 'routes', [{ prefix: '/', upstreams: [{ url: 'http://a:1', weight: 1 }] }], [{ prefix: '/', upstreams: [{ url: 'http://a:2', weight: 1 }] }], [{ member: 'routes[0].upstreams[0].url', before: 'http://a:1', after: 'http://a:2' }]],
    ['a list that became longer', 'ladder', [300], [300, 600], [{ member: 'ladder', before: '[300]', after: '[300,600]' }]],
    ['lines of a text', 'error_page', '<p>\na\n</p>\n', '<p>\nb\nc\n</p>\n', [{ member: 'error_page', before: '…\na\n…', after: '…\nb\nc\n…' }]],
    ['a text that was doubled', 'error_page', 'a\na', 'a\na\na', [{ member: 'error_page', before: '…', after: '…\na' }]],
  ])('are told as finely as it is worth: %s', (_, member, before, after, expected) => {
    expect(tell([{ member, before, after }])).toEqual(expected);
  });

  it('tell of a certificate that it is another one, not which', () => {
    const differences = [{ member: 'certificate_ecdsa', before: 'x', after: 'y' }];
    expect(tell(differences)).toEqual([]);
    expect(changesCertificate(differences)).toBe(true);
    expect(changesCertificate([{ member: 'redirect' }])).toBe(false);
  });
});

it.each([
  ['redirct', 'redirect'],
  ['Redirect', 'redirect'],
  ['colour', undefined],
  ['ab', undefined],
])('the word that was meant by %s', (word, meant) => {
  expect(nearest(word, ['name', 'redirect', 'key'])).toBe(meant);
});

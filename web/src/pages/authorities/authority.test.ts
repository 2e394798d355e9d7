import { describe, expect, it } from 'vitest';
import { contactWords, contactsOf } from './authority';

describe('contacts', () => {
  it('are shown and typed as people write them', () => {
    expect(contactWords('mailto:a@example.org')).toBe('a@example.org');
    expect(contactWords('a@example.org')).toBe('a@example.org');
    expect(contactsOf(' a@example.org,b@example.org; c@example.org ')).toEqual(['a@example.org', 'b@example.org', 'c@example.org']);
  });
});

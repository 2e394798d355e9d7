import { render, screen } from '@testing-library/preact';
import { describe, expect, it, vi } from 'vitest';
import { SetupPage } from './setup_page';

vi.mock('./setup_token', () => ({ setupToken: () => 'token' }));

describe('the first account', () => {
  it('can be typed at once', () => {
    render(<SetupPage />);
    expect(document.activeElement).toBe(screen.getByLabelText('Name'));
  });
});

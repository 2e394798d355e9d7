import { act, render, screen } from '@testing-library/preact';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Moment } from './time';

const AT = '2026-12-08T14:05:00Z';

describe('moments', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('of a long table are kept true by one timer, which ends with the table', () => {
    vi.useFakeTimers({ now: new Date('2026-12-08T14:06:00Z'), toFake: ['setInterval', 'clearInterval', 'Date'] });
    const rows = Array.from({ length: 200 }, (_, i) => i);
    const { unmount } = render(
      <>
        {rows.map((row) => (
          <Moment key={row} at={AT} as="relative" />
        ))}
      </>,
    );
    expect(vi.getTimerCount()).toBe(1);
    void act(() => {
      vi.advanceTimersByTime(60_000);
    });
    expect(screen.getAllByText('2 minutes ago')).toHaveLength(200);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that stay the same need none', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    render(<Moment at={AT} as="dateTime" />);
    expect(vi.getTimerCount()).toBe(0);
  });
});

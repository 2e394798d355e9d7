import type UPlot from 'uplot';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { barsOf, drawErrors, drawMarks, drawUnknown } from './chart_draw';

// A plot of 100 by 100 from a corner at (10, 0), moments and values from 0 to 100.
const context = { save: vi.fn(), restore: vi.fn(), beginPath: vi.fn(), moveTo: vi.fn(), lineTo: vi.fn(), stroke: vi.fn(), fillText: vi.fn(), fillRect: vi.fn(), textAlign: '' };
const plotOf = (moments: number[], values: (number | null)[]): UPlot =>
  ({ data: [moments, values], bbox: { left: 10, top: 0, width: 100, height: 100 }, ctx: context, valToPos: (value: number, scale: string) => (scale === 'x' ? 10 + value : 100 - value) }) as unknown as UPlot;

const rects: number[][] = [];

beforeEach(() => {
  rects.length = 0;
  vi.clearAllMocks();
  vi.stubGlobal('devicePixelRatio', 1);
  vi.stubGlobal('Path2D', class {
    rect(...rect: number[]): void {
      rects.push(rect);
    }
  });
});

describe('a bar', () => {
  const draw = (moments: number[], values: (number | null)[]): number[][] => {
    barsOf(10)(plotOf(moments, values), 1, 0, moments.length - 1);
    return rects;
  };

  it('stands on zero from its moment on for a step, less a gap', () => {
    expect(draw([0, 10], [50, 100])).toEqual([[10, 50, 9, 50], [20, 0, 9, 100]]);
  });

  it('is seen however small it is', () => {
    expect(draw([0], [0.1])).toEqual([[10, 98, 9, 2]]);
  });

  it('is none for nothing, and none where nothing is known', () => {
    expect(draw([0, 10], [0, null])).toEqual([]);
  });
});

describe('how far off a bar may be', () => {
  const lines = (values: (number | null)[], errors: number[]): unknown[] => {
    drawErrors(plotOf(values.map((_, i) => i * 10), values), values, errors, 10, 'black');
    return context.moveTo.mock.calls.map((from, i) => [from, context.lineTo.mock.calls[i]]);
  };

  it('is a line in its middle with an end at each side', () => {
    expect(lines([50], [20])).toEqual([[[15, 70], [15, 30]], [[12, 70], [18, 70]], [[12, 30], [18, 30]]]);
  });

  it('goes no lower than nothing', () => {
    expect(lines([5], [20])[0]).toEqual([[15, 100], [15, 75]]);
  });

  it('is not drawn where the number is exact or not known', () => {
    expect(lines([50, null], [0, 20])).toEqual([]);
  });
});

describe('a mark', () => {
  it('has its word on the side that has more room', () => {
    drawMarks(plotOf([], []), [{ at: 10, title: 'now' }, { at: 90, title: 'end' }], 'black');
    expect(context.fillText.mock.calls.map(([title, x]) => [title, x] as unknown)).toEqual([['now', 24], ['end', 96]]);
  });

  it('that lies outside is not drawn', () => {
    drawMarks(plotOf([], []), [{ at: -5, title: 'before' }, { at: 105, title: 'after' }], 'black');
    expect(context.fillText).not.toHaveBeenCalled();
  });
});

describe('what is not known', () => {
  it('is covered up to where it is', () => {
    drawUnknown(plotOf([], []), 40, 'grey');
    expect(context.fillRect).toHaveBeenCalledWith(10, 0, 40, 100);
    context.fillRect.mockClear();
    drawUnknown(plotOf([], []), 0, 'grey');
    expect(context.fillRect).not.toHaveBeenCalled();
  });
});

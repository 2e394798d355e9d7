// What a curve over time needs that uPlot does not draw: bars that are seen however small they are, how far off they may be,
// moments that are marked, and the time that nothing is known of.
import type UPlot from 'uplot';

export interface Mark {
  at: number; // seconds since 1970
  title: string;
}

// What is there at all is as high as this.
const BAR_LEAST_PX = 2;
const BAR_GAP_PX = 1;
const MARK_FONT_PX = 12;
const MARK_ROOM_PX = 4;
const ERROR_CAP_PX = 3; // to each side

// A bar for each value above zero, from its moment on for as long as a step is.
export function barsOf(step: number): UPlot.Series.PathBuilder {
  return (plot, series, first, last) => {
    const path = new Path2D();
    const ratio = devicePixelRatio;
    const base = plot.valToPos(0, 'y', true);
    for (let i = first; i <= last; i++) {
      const [at, value] = [plot.data[0][i], plot.data[series]?.[i]];
      if (at === undefined || value === null || value === undefined || value <= 0) continue;
      const left = plot.valToPos(at, 'x', true);
      const width = Math.max(ratio, plot.valToPos(at + step, 'x', true) - left - BAR_GAP_PX * ratio);
      const height = Math.max(BAR_LEAST_PX * ratio, base - plot.valToPos(value, 'y', true));
      path.rect(left, base - height, width, height);
    }
    return { stroke: path, fill: path };
  };
}

// Over each bar a line from the least to the most that it may be; none where the number is exact.
export function drawErrors(plot: UPlot, values: readonly (number | null)[], errors: readonly number[], step: number, colour: string): void {
  const { ctx } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = ratio;
  ctx.beginPath();
  for (const [i, value] of values.entries()) {
    const [at, error] = [plot.data[0][i], errors[i] ?? 0];
    if (at === undefined || value === null || error <= 0) continue;
    const x = plot.valToPos(at + step / 2, 'x', true);
    const [low, high] = [Math.max(0, value - error), value + error].map((end) => plot.valToPos(end, 'y', true));
    ctx.moveTo(x, low ?? 0);
    ctx.lineTo(x, high ?? 0);
    for (const end of [low, high]) {
      ctx.moveTo(x - ERROR_CAP_PX * ratio, end ?? 0);
      ctx.lineTo(x + ERROR_CAP_PX * ratio, end ?? 0);
    }
  }
  ctx.stroke();
  ctx.restore();
}

// A line from top to bottom, with its word on the side that has more room.
export function drawMarks(plot: UPlot, marks: readonly Mark[], colour: string): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = ratio;
  ctx.font = `${MARK_FONT_PX * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  for (const [i, mark] of marks.entries()) {
    const x = plot.valToPos(mark.at, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const isLeft = x > bbox.left + bbox.width / 2;
    ctx.textAlign = isLeft ? 'right' : 'left';
    const room = MARK_ROOM_PX * ratio;
    ctx.fillText(mark.title, isLeft ? x - room : x + room, bbox.top + room + i * (MARK_FONT_PX + MARK_ROOM_PX) * ratio);
  }
  ctx.restore();
}

// What lies before the first moment that is known: neither zero nor anything else.
export function drawUnknown(plot: UPlot, until: number, colour: string): void {
  const { ctx, bbox } = plot;
  const end = Math.min(bbox.left + bbox.width, plot.valToPos(until, 'x', true));
  if (end <= bbox.left) return;
  ctx.save();
  ctx.fillStyle = colour;
  ctx.fillRect(bbox.left, bbox.top, end - bbox.left, bbox.height);
  ctx.restore();
}

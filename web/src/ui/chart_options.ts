// What uPlot is told to draw: axes, curves or bars in the page's colours, and where it is being read.
import type UPlot from 'uplot';
import { type Mark, barsOf, drawErrors, drawMarks, drawUnknown } from './chart_draw';

export interface Curve {
  title: string;
  values: readonly (number | null)[]; // one for each moment
  errors?: readonly number[]; // how far off each bar may be, to both sides
  dashed?: boolean;
}

export interface ChartProps {
  label: string;
  moments: readonly number[]; // seconds since 1970, ascending
  curves: readonly Curve[];
  showMoment: (seconds: number) => string;
  showValue: (value: number) => string;
  fallback: string; // said when the picture could not be loaded
  height?: number;
  bars?: Bars;
  steps?: readonly number[]; // what lines of the ground may be apart from one another; without it as the values want
  fromValues?: boolean; // the ground begins near the least value instead of at zero
  marks?: readonly Mark[];
  at?: number; // index of the moment that is read
  onAt?: (at: number) => void; // the pointer is at another
}

export interface Bars {
  step: number; // seconds that each stands for
  tone: 'accent' | 'warn' | 'bad';
  knownFrom: number | undefined; // nothing is known from before
  utc: boolean; // moments are days of UTC
}

export const HEIGHT = 240;
const FONT = '12px system-ui, sans-serif';
const TICK_SPACE = 130;
const MOMENTS_PX = 36;
const MOMENTS_GAP_PX = 12;
const TOP_PX = 8;
// What a label below the last tick needs to the right of it: a moment is longer than the date of a bar.
const LABEL_OVERHANG = 60;
const BAR_OVERHANG = 40;
// Room for what stands beside the lines of the ground.
const LABEL_PX = 12;
const LETTER_PX = 7;
const LETTERS_LEAST = 6;
// What a count is told in.
const WHOLE = Array.from({ length: 15 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function valueRange(fromValues: boolean, curves: readonly Curve[]): UPlot.Range.Function {
  const ends = curves.flatMap(({ values, errors }) => (errors ?? []).map((error, i) => (values[i] ?? 0) + error));
  return (_, least, highest) => {
    const most = ends.reduce((found, end) => Math.max(found, end), highest);
    if (!Number.isFinite(most) || (!fromValues && most <= 0)) return [0, 1];
    if (!fromValues) return [0, most * 1.05];
    const room = Math.max(1, (most - least) * 0.1);
    return [least - room, most + room];
  };
}

function seriesOf({ curves, bars }: ChartProps): UPlot.Series[] {
  if (bars !== undefined) return curves.map(() => ({ fill: colour(`--${bars.tone}`), width: 0, points: { show: false }, paths: barsOf(bars.step) }));
  return curves.map((curve) => ({
    stroke: colour('--accent'),
    width: 2,
    fill: curve.dashed === true ? 'transparent' : colour('--accent-ground'),
    points: { show: false },
    ...(curve.dashed === true && { dash: [6, 5] }),
  }));
}

// The moment that a place in the picture belongs to.
function indexAt(plot: UPlot, bars: Bars | undefined): number | undefined {
  const left = plot.cursor.left ?? -1;
  if (!(left >= 0)) return undefined;
  const at = plot.posToVal(left, 'x');
  const moments = plot.data[0];
  const after = moments.findIndex((moment) => moment > at);
  const before = (after < 0 ? moments.length : Math.max(after, 1)) - 1;
  if (bars !== undefined || after <= 0) return before;
  return at - (moments[before] ?? 0) <= (moments[after] ?? 0) - at ? before : after;
}

export function showAt(plot: UPlot, at: number, bars: Bars | undefined): void {
  const left = plot.valToPos((plot.data[0][at] ?? Number.NaN) + (bars?.step ?? 0) / 2, 'x');
  if (Number.isFinite(left)) plot.setCursor({ left, top: 0 }, false);
}

// Before there are any, it is asked with null.
function labelWidth(_: UPlot, shown: readonly string[] | null): number {
  return LABEL_PX + LETTER_PX * Math.max(LETTERS_LEAST, ...(shown ?? []).map((text) => text.length));
}

// uPlot takes the parts of a date as this browser's own time zone has them.
function utcDate(seconds: number): Date {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() + date.getTimezoneOffset() * 60_000);
}

export function optionsOf(latest: { current: ChartProps }, width: number): UPlot.Options {
  const { showMoment, showValue, bars, steps, fromValues = false, height = HEIGHT, marks = [], at, moments, curves } = latest.current;
  const axis = { font: FONT, stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  const end = bars === undefined ? undefined : (moments.at(-1) ?? 0) + bars.step;
  const wanted = bars === undefined ? steps : WHOLE;
  return {
    width,
    height,
    padding: [TOP_PX, bars === undefined ? LABEL_OVERHANG : BAR_OVERHANG, null, null],
    legend: { show: false },
    cursor: at === undefined ? { show: false } : { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: { x: end === undefined ? {} : { range: [moments[0] ?? 0, end] }, y: { range: valueRange(fromValues, curves) } },
    axes: [
      { ...axis, space: TICK_SPACE, size: MOMENTS_PX, gap: MOMENTS_GAP_PX, values: (_, splits) => splits.map(showMoment) },
      { ...axis, size: labelWidth, values: (_, splits) => splits.map(showValue), ...(wanted !== undefined && { incrs: [...wanted] }) },
    ],
    series: [{}, ...seriesOf(latest.current)],
    ...(bars?.utc === true && { tzDate: utcDate }),
    hooks: {
      ready: [(plot) => latest.current.at !== undefined && showAt(plot, latest.current.at, bars)],
      drawClear: [(plot) => bars?.knownFrom !== undefined && drawUnknown(plot, bars.knownFrom, colour('--sunken'))],
      draw: [
        (plot) => {
          if (bars !== undefined) for (const { values, errors } of curves) if (errors !== undefined) drawErrors(plot, values, errors, bars.step, colour('--text'));
          drawMarks(plot, marks, colour('--text'));
        },
      ],
      setCursor: [
        (plot) => {
          const now = latest.current;
          const there = indexAt(plot, bars);
          if (now.at === undefined) return;
          if (there === undefined) showAt(plot, now.at, bars);
          else if (there !== now.at) now.onAt?.(there);
        },
      ],
    },
  };
}

// Curves over time, drawn by uPlot, which is loaded when there is something to draw. A picture only: its label says what it
// shows, and a table beside it has the numbers.
import { useEffect, useRef, useState } from 'preact/hooks';
import type UPlot from 'uplot';
import { useStore } from '../lib/store';
import { theme } from '../theme';
import './chart.css';

export interface Curve {
  title: string;
  values: readonly (number | null)[]; // one for each moment
  dashed?: boolean;
}

interface ChartProps {
  label: string;
  moments: readonly number[]; // seconds since 1970, ascending
  curves: readonly Curve[];
  showMoment: (seconds: number) => string;
  showValue: (value: number) => string;
  fallback: string; // said when the picture could not be loaded
}

const HEIGHT = 240;
const FONT = '12px system-ui, sans-serif';
const TICK_SPACE = 130;
// What a label below the last tick needs to the right of it.
const LABEL_OVERHANG = 60;

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function optionsOf({ curves, showMoment, showValue }: ChartProps, width: number): UPlot.Options {
  const axis = { font: FONT, stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  return {
    width,
    height: HEIGHT,
    padding: [null, LABEL_OVERHANG, null, null],
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, max) => [0, max * 1.05] } },
    axes: [
      { ...axis, space: TICK_SPACE, gap: 12, values: (_, splits) => splits.map(showMoment) },
      { ...axis, size: 72, values: (_, splits) => splits.map(showValue) },
    ],
    series: [
      {},
      ...curves.map((curve) => ({
        stroke: colour('--accent'),
        width: 2,
        fill: curve.dashed === true ? 'transparent' : colour('--accent-ground'),
        points: { show: false },
        ...(curve.dashed === true && { dash: [6, 5] }),
      })),
    ],
  };
}

// Counts what changes the colours of the page: the choice made here, and the system's own.
function useColours(): string {
  const chosen = useStore(theme);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const changed = (): void => setTurn((before) => before + 1);
    system.addEventListener('change', changed);
    return () => system.removeEventListener('change', changed);
  }, []);
  return `${chosen} ${turn}`;
}

export function Chart(props: ChartProps) {
  const { label, moments, curves, fallback } = props;
  const place = useRef<HTMLDivElement>(null);
  const [Plot, setPlot] = useState<typeof UPlot | undefined>();
  const [failed, setFailed] = useState(false);
  const colours = useColours();
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    let gone = false;
    Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]).then(
      ([{ default: loaded }]) => !gone && setPlot(() => loaded),
      () => !gone && setFailed(true),
    );
    return () => {
      gone = true;
    };
  }, []);

  useEffect(() => {
    const element = place.current;
    if (Plot === undefined || element === null) return undefined;
    const data: UPlot.AlignedData = [[...moments], ...curves.map((curve) => [...curve.values])];
    const plot = new Plot(optionsOf(latest.current, element.clientWidth), data, element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [Plot, colours, moments, curves]);

  if (failed) return <p class="muted">{fallback}</p>;
  return (
    <figure class="chart">
      <div ref={place} class="chart-place" role="img" aria-label={label} />
      <figcaption class="row small muted">
        {curves.map((curve) => (
          <span key={curve.title} class="chart-key">
            <span class={curve.dashed === true ? 'chart-line chart-line-dashed' : 'chart-line'} aria-hidden="true" />
            {curve.title}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

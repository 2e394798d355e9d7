// Curves and bars over time, drawn by uPlot, which is loaded when there is something to draw. A picture only: its label says
// what it shows, and a table beside it has the numbers. `at` is a moment that is being read (chart_reader.tsx).
import { useEffect, useRef, useState } from 'preact/hooks';
import type UPlot from 'uplot';
import { useStore } from '../lib/store';
import { theme } from '../theme';
import './chart.css';
import { type ChartProps, HEIGHT, optionsOf, showAt } from './chart_options';

export type { Bars, Curve } from './chart_options';

let library: Promise<typeof UPlot> | undefined;

// Once for all charts; what failed is tried again by the next.
function loadLibrary(): Promise<typeof UPlot> {
  library ??= Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]).then(
    ([{ default: loaded }]) => loaded,
    (error: unknown) => {
      library = undefined;
      throw error;
    },
  );
  return library;
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
  const { label, moments, curves, fallback, bars, marks, at, height = HEIGHT } = props;
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<UPlot>();
  const [Plot, setPlot] = useState<typeof UPlot | undefined>();
  const [failed, setFailed] = useState(false);
  const colours = useColours();
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    let gone = false;
    loadLibrary().then(
      (loaded) => !gone && setPlot(() => loaded),
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
    const plot = new Plot(optionsOf(latest, element.clientWidth), data, element);
    drawn.current = plot;
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      drawn.current = undefined;
      observer.disconnect();
      plot.destroy();
    };
  }, [Plot, colours, moments, curves, bars, marks, height]);

  useEffect(() => {
    if (drawn.current !== undefined && at !== undefined) showAt(drawn.current, at, bars);
  });

  if (failed) return <p class="muted">{fallback}</p>;
  return (
    <figure class="chart">
      <div ref={place} class={height < HEIGHT ? 'chart-place chart-place-low' : 'chart-place'} role="img" aria-label={label} />
      {curves.length > 1 && (
        <figcaption class="row small muted">
          {curves.map((curve) => (
            <span key={curve.title} class="chart-key">
              <span class={curve.dashed === true ? 'chart-line chart-line-dashed' : 'chart-line'} aria-hidden="true" />
              {curve.title}
            </span>
          ))}
        </figcaption>
      )}
    </figure>
  );
}

// Reads charts moment by moment: with the arrow keys, a finger or, over the picture, the pointer. What is there is told in
// words, so that nothing has to be judged by eye.
import { useId } from 'preact/hooks';
import './chart_reader.css';

interface ChartReaderProps {
  label: string;
  count: number; // of moments
  at: number;
  onAt: (at: number) => void;
  said: (at: number) => string;
}

export function ChartReader({ label, count, at, onAt, said }: ChartReaderProps) {
  const id = useId();
  const text = said(at);
  return (
    <div class="chart-reader">
      <label for={id} class="small strong">
        {label}
      </label>
      <input id={id} type="range" min={0} max={count - 1} value={at} aria-valuetext={text} onInput={(event) => onAt(Number(event.currentTarget.value))} />
      <p class="small numbers" aria-hidden="true">
        {text}
      </p>
    </div>
  );
}

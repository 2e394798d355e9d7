// The ladder in small: a bar for each rung, filled as far as the site has climbed. The words beside it say the same.
import './ladder.css';

const WIDTH = 6;
const GAP = 3;
const HEIGHT = 20;

export function LadderPicture({ ladder, maxAge }: { ladder: readonly number[]; maxAge: number | undefined }) {
  const width = ladder.length * (WIDTH + GAP) - GAP;
  if (width <= 0) return null;
  return (
    <svg class="ladder" viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} aria-hidden="true" focusable="false">
      {ladder.map((rung, at) => {
        const height = (HEIGHT * (at + 2)) / (ladder.length + 1);
        const reached = maxAge !== undefined && maxAge > 0 && rung <= maxAge;
        return <rect key={rung} class={reached ? 'ladder-on' : 'ladder-off'} x={at * (WIDTH + GAP)} y={HEIGHT - height} width={WIDTH} height={height} rx="1.5" />;
      })}
    </svg>
  );
}

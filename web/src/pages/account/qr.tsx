// A QR code as one path: no image, no style, nothing from elsewhere. The page that shows it is loaded on demand, and so is
// this with the package that works it out.
import { useEffect, useState } from 'preact/hooks';
import './qr.css';

// As the standard has it (ISO/IEC 18004): readers need a light edge of four modules.
const BORDER = 4;

interface Code {
  size: number;
  data: boolean[][];
}

export function pathOf(code: Code): string {
  return code.data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
}

export function Qr({ text, label }: { text: string; label: string }) {
  const [code, setCode] = useState<Code | undefined>();
  useEffect(() => {
    let gone = false;
    void import('uqr').then(
      ({ encode }) => {
        if (!gone) setCode(encode(text, { border: BORDER }));
      },
      () => undefined, // what it stands for can be typed as well
    );
    return () => {
      gone = true;
    };
  }, [text]);
  if (code === undefined) return null;
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${code.size} ${code.size}`} shape-rendering="crispEdges">
      <path d={pathOf(code)} />
    </svg>
  );
}

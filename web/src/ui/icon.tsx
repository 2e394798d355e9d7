// Small pictures, drawn here so that nothing is loaded from anywhere. They never stand alone: the word beside them says it.
const SHAPES = {
  pass: 'M4 10.5l4 4 8-9',
  warn: 'M10 3.5l7.5 13h-15zM10 8.5v3.5M10 14.2v.3',
  block: 'M6.2 2.5h7.6l3.7 5v5l-3.7 5H6.2l-3.7-5v-5zM6.8 6.8l6.4 6.4M13.2 6.8l-6.4 6.4',
  info: 'M10 2.5a7.5 7.5 0 100 15 7.5 7.5 0 000-15zM10 9v5M10 6v.3',
  neutral: 'M5 10h10',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  close: 'M5 5l10 10M15 5L5 15',
  overview: 'M3 3h6v6H3zM11 3h6v6h-6zM3 11h6v6H3zM11 11h6v6h-6z',
  sites: 'M10 2.5a7.5 7.5 0 100 15 7.5 7.5 0 000-15zM2.5 10h15M10 2.5c-5 5-5 10 0 15M10 2.5c5 5 5 10 0 15',
  certificate: 'M3 3h14v10H9M3 3v10h2M6 6.5h8M6 9.5h4M7 11.5a2 2 0 100 4 2 2 0 000-4zM5.8 15v3l1.2-.8 1.2.8v-3',
  shield: 'M10 2.5l6.5 2.3v4.7c0 4-2.7 6.6-6.5 8-3.8-1.4-6.5-4-6.5-8V4.8z',
  route: 'M5 4.5a1.8 1.8 0 100 .1zM15 15.5a1.8 1.8 0 100 .1zM5 6.5v4a3 3 0 003 3h4.8',
  chart: 'M3 17h14M5 14v-4M9 14V5M13 14V8M17 14v-2',
  audit: 'M5 2.5h10v15H5zM7.5 6.5h5M7.5 9.5h5M7.5 12.5h3',
  bell: 'M5 13.5V9a5 5 0 0110 0v4.5l1.5 1.5h-13zM8.5 17h3',
  people: 'M7.5 3.5a3 3 0 100 6 3 3 0 000-6zM2 16.5c0-3.5 2.5-5 5.5-5s5.5 1.5 5.5 5M13 4a3 3 0 010 5.5M15 11.8c1.8.7 3 2.2 3 4.7',
  archive: 'M3 3.5h14v4H3zM4 7.5v9h12v-9M8 11h4',
  settings: 'M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4',
  add: 'M10 4v12M4 10h12',
  download: 'M10 3v9M6 8.5l4 4 4-4M3.5 16.5h13',
  upload: 'M10 13V4M6 7.5l4-4 4 4M3.5 16.5h13',
  key: 'M6.5 7a3.5 3.5 0 100 7 3.5 3.5 0 000-7zM9.5 9.5L17 4M13.5 6.5l2 2.5',
  up: 'M5 12.5l5-5 5 5',
  down: 'M5 7.5l5 5 5-5',
  next: 'M7.5 5l5 5-5 5',
  live: 'M10 8a2 2 0 100 4 2 2 0 000-4zM5.5 5.5a6.3 6.3 0 000 9M14.5 5.5a6.3 6.3 0 010 9',
} as const;

export type IconName = keyof typeof SHAPES;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}

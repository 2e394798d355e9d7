// Light or dark: as the system has it, or as it was chosen here. The style sheets read data-theme at the root element.
import { keep, kept } from './lib/kept';
import { createStore } from './lib/store';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEPT_AS = 'theme';

export const theme = createStore<Theme>('system');

function show(choice: Theme): void {
  if (choice === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = choice;
  theme.set(choice);
}

export function startTheme(): void {
  const choice = kept(KEPT_AS);
  show(THEMES.find((one) => one === choice) ?? 'system');
}

export function chooseTheme(choice: Theme): void {
  keep(KEPT_AS, choice);
  show(choice);
}

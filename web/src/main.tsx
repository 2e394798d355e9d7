import { render } from 'preact';
import { App } from './app';
import { languageHere, setLanguage } from './i18n';
import { takeSetupToken } from './pages/door/setup_token';
import { startRouter } from './router';
import { startTheme } from './theme';
import './ui/base.css';

async function start(root: HTMLElement): Promise<void> {
  startTheme();
  takeSetupToken();
  startRouter();
  await setLanguage(languageHere());
  render(<App />, root);
}

const root = document.getElementById('panel');
if (root !== null) void start(root);

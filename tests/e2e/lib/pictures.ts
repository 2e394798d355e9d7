// Pictures for the guide: a browser's window under an address line drawn from what the browser says it shows, and what the attacker has.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startViewer } from './pages.ts';
import { temporaryDirectory } from './scope.ts';
import type { SignIn } from './sign_in.ts';

export interface Scene {
  file: string;
  title: string;
  url: string;
  window: Buffer;
  told: SignIn[];
}

const STYLE = `body{margin:0;padding:12px;font:15px/1.4 sans-serif;background:#fff;color:#222}h1{font-size:16px;margin:0 0 8px}
.window{border:1px solid #999;border-radius:6px;overflow:hidden}.address{background:#e4e6e8;padding:7px 12px;font-family:monospace}
.address b{font-family:sans-serif;margin-right:10px}.plain b{color:#a11212}.secure b{color:#0a5c32}img{display:block;width:100%}
.notes{margin-top:10px;padding:8px 12px;border-left:4px solid #a11212;background:#faf1f1}.none{border-color:#0a5c32;background:#eff7f2}code{font-weight:bold}`;

function page(scene: Scene): string {
  const isPlain = scene.url.startsWith('http:');
  const notes = scene.told.map(({ name, password }) => `name <code>${name}</code>, password <code>${password}</code>`).join('; ');
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><h1>${scene.title}</h1>
<div class="window"><div class="address ${isPlain ? 'plain' : 'secure'}"><b>${isPlain ? 'Not secure' : 'Secure'}</b>${scene.url}</div>
<img src="data:image/png;base64,${scene.window.toString('base64')}"></div>
<div class="notes ${notes === '' ? 'none' : ''}">The attacker has: ${notes === '' ? 'nothing' : notes}</div>`;
}

export async function keepPicture(folder: string, scene: Scene): Promise<void> {
  const html = join(temporaryDirectory(), `${scene.file}.html`);
  writeFileSync(html, page(scene));
  const viewer = await startViewer({ trust: [] });
  const picture = await viewer.picture(`file://${html}`, { width: 600, height: 300 });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${scene.file}.png`), picture);
}

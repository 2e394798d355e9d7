// Pictures for the guide, made where PICTURES names a folder: a browser's window under an address line drawn from what the browser says it
// shows, and what the attacker has where there is one.
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
  told?: SignIn[];
  /** What stands for the lock. */
  mark?: string;
}

const STYLE = `body{margin:0;padding:12px;font:15px/1.4 sans-serif;background:#fff;color:#222}h1{font-size:16px;margin:0 0 8px}
.window{border:1px solid #999;border-radius:6px;overflow:hidden}.address{background:#e4e6e8;padding:7px 12px;font-family:monospace}
.address b{font-family:sans-serif;margin-right:10px}.plain b{color:#a11212}.secure b{color:#0a5c32}img{display:block;width:100%}
.notes{margin-top:10px;padding:8px 12px;border-left:4px solid #a11212;background:#faf1f1}.none{border-color:#0a5c32;background:#eff7f2}code{font-weight:bold}`;

function notes(told: SignIn[]): string {
  const text = told.map(({ name, password }) => `name <code>${name}</code>, password <code>${password}</code>`).join('; ');
  return `<div class="notes ${text === '' ? 'none' : ''}">The attacker has: ${text === '' ? 'nothing' : text}</div>`;
}

function page(scene: Scene): string {
  const isPlain = scene.url.startsWith('http:');
  const mark = scene.mark ?? (isPlain ? 'Not secure' : 'Secure');
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><h1>${scene.title}</h1>
<div class="window"><div class="address ${mark === 'Secure' ? 'secure' : 'plain'}"><b>${mark}</b>${scene.url}</div>
<img src="data:image/png;base64,${scene.window.toString('base64')}"></div>
${scene.told === undefined ? '' : notes(scene.told)}`;
}

export async function keepPicture(make: () => Promise<Scene>): Promise<void> {
  const folder = process.env['PICTURES'];
  if (folder === undefined) return;
  const scene = await make();
  const html = join(temporaryDirectory(), `${scene.file}.html`);
  writeFileSync(html, page(scene));
  const viewer = await startViewer({ trust: [] });
  const picture = await viewer.picture(`file://${html}`, { width: 600, height: 300 });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${scene.file}.png`), picture);
}

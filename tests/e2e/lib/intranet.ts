// A machine on an intranet, with ports 80 and 443, the panel, an application, and a browser. The root of the built-in authority is
// installed on the machine and in the browser before anything else.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type Kind, openBrowser } from './browsers.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { createNamespace } from './netns.ts';
import { JSON_LOG } from './port80.ts';
import { runOk } from './process.ts';
import { temporaryDirectory } from './scope.ts';
import { startUpstream } from './upstream.ts';

export const PANEL = '127.0.0.1:8460';
const BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

export interface Intranet {
  gateway: Gateway;
  browser: Browser;
  /** The address of an application that shows in #path what it was asked for. */
  application: string;
  /** Prints it as an administrator has it printed. */
  link(): Promise<string>;
}

export async function startIntranet(kind: Kind, site: string): Promise<Intranet> {
  const namespace = await createNamespace([site], { address: '192.0.2.1', trust: [] });
  const gateway = await startGateway({ namespace, http: 80, https: 443, sections: { Panel: { Listen: PANEL } }, log: JSON_LOG });
  const application = await startUpstream((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><title>site</title><link rel="icon" href="data:,"><p id="path">${request.url}</p>`);
  }, { unix: join(temporaryDirectory(), 'application.sock') });
  const root = join(temporaryDirectory(), 'root.pem');
  writeFileSync(root, (await gateway.api('GET', '/v1/local-ca')).text);
  const { file, args } = namespace.enter('sh', ['-c', 'cat "$1" >> "$2"', 'sh', root, BUNDLE]);
  await runOk(file, args);
  const browser = await openBrowser(kind, { namespace, trust: [root], width: 1100, height: 900 });
  return { gateway, browser, application: application.url, link: async () => (await gateway.cli('admin', 'link')).stdout.split('\n')[0] ?? '' };
}

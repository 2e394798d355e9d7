// The application's settings, in the form that the gateway's model application has them: an INI file with named
// sections and key names in any case.
//
//     [Server]
//     Http Port = 8090
//     Https Proxy = True      ; a gateway in front speaks HTTPS: trust what it says in X-Forwarded-*
//     Domain = app.localhost  ; where the application is reached, with the port when it is not 443

import { readFile } from 'node:fs/promises';

export function parseIni(text) {
  const values = new Map();
  let section = '';
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.replace(/(^|\s)[;#].*$/, '').trim();
    if (line === '') return;
    const heading = /^\[(.+)\]$/.exec(line);
    if (heading) {
      section = heading[1].trim().toLowerCase();
      return;
    }
    const equals = line.indexOf('=');
    if (equals < 1) throw new Error(`line ${index + 1}: expected "Key = value"`);
    values.set(`${section}/${line.slice(0, equals).trim().toLowerCase()}`, line.slice(equals + 1).trim());
  });
  return values;
}

function portOf(text) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`Http Port = ${text}: not a port`);
  return port;
}

function booleanOf(text) {
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  throw new Error(`Https Proxy = ${text}: True or False`);
}

export function configOf(text) {
  const values = parseIni(text);
  return {
    httpPort: portOf(values.get('server/http port') ?? '8090'),
    httpsProxy: booleanOf(values.get('server/https proxy') ?? 'False'),
    domain: values.get('server/domain') ?? 'localhost',
  };
}

export async function readConfig(path) {
  return configOf(path === undefined ? '' : await readFile(path, 'utf8'));
}

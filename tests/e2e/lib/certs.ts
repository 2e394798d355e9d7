// A certification authority of the test's own, made with the openssl command so that no code of ours judges itself.
import { readFileSync, writeFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { runOk } from './process.ts';
import { temporaryDirectory } from './scope.ts';

export interface Pair {
  cert: string;
  key: string;
  certFile: string;
  keyFile: string;
  fingerprint: string;
}

export interface IssueOptions {
  algorithm?: 'ecdsa' | 'rsa';
  expired?: boolean;
  /** How long it lasts from now on; twenty days and a half unless given, so that the days that are left stay the same while a test runs. */
  seconds?: number;
  digest?: 'sha256' | 'sha1';
}

export interface Authority {
  pem: string;
  file: string;
  keyFile: string;
  issue(names: string[], options?: IssueOptions): Promise<Pair>;
}

const KEYS = {
  ecdsa: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  rsa: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
};

const CA_CONFIG = (directory: string): string => `
[ca]
default_ca = own
[own]
dir = ${directory}
new_certs_dir = ${directory}
database = ${directory}/index.txt
rand_serial = yes
default_md = sha256
policy = anything
copy_extensions = copy
unique_subject = no
[anything]
commonName = supplied
`;

const LASTS_S = 20.5 * 86_400;

/** Below another one, or a root. */
export async function createAuthority(name = 'End-to-end test CA', above?: Authority): Promise<Authority> {
  const directory = temporaryDirectory();
  const at = (file: string): string => join(directory, file);
  writeFileSync(at('ca.cnf'), CA_CONFIG(directory));
  writeFileSync(at('index.txt'), '');
  await runOk('openssl', ['genpkey', ...KEYS.ecdsa, '-out', at('ca.key')]);
  await runOk('openssl', ['req', '-x509', '-new', '-key', at('ca.key'), '-subj', `/CN=${name}`, '-days', '30', ...(above === undefined ? [] : ['-CA', above.file, '-CAkey', above.keyFile]),
    '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-out', at('ca.crt')]);
  const pem = await runOk('openssl', ['x509', '-in', at('ca.crt')]);
  let count = 0;
  let signing: Promise<string> = Promise.resolve('');

  async function issue(names: string[], options: IssueOptions = {}): Promise<Pair> {
    const stem = at(`leaf-${count++}`);
    const alternatives = names.map((host) => (/^[\d.]+$|:/.test(host) ? `IP:${host}` : `DNS:${host}`)).join(',');
    await runOk('openssl', ['genpkey', ...KEYS[options.algorithm ?? 'ecdsa'], '-out', `${stem}.key`]);
    await runOk('openssl', ['req', '-new', '-key', `${stem}.key`, '-subj', `/CN=${names[0]}`, '-addext', `subjectAltName=${alternatives}`,
      '-addext', 'extendedKeyUsage=serverAuth', '-out', `${stem}.csr`]);
    const validity = options.expired === true
      ? ['-startdate', '20200101000000Z', '-enddate', '20200201000000Z']
      : ['-enddate', `${new Date(Date.now() + (options.seconds ?? LASTS_S) * 1000).toISOString().replace(/[-:T]|\.\d+/g, '')}`];
    // One after the other: `openssl ca` locks nothing, and two at once lose the file that lists what was issued.
    const signed = signing.then(() => runOk('openssl', ['ca', '-batch', '-notext', '-config', at('ca.cnf'), '-cert', at('ca.crt'),
      '-keyfile', at('ca.key'), '-md', options.digest ?? 'sha256', ...validity, '-in', `${stem}.csr`, '-out', `${stem}.crt`]));
    signing = signed.catch(() => '');
    await signed;
    const cert = await runOk('openssl', ['x509', '-in', `${stem}.crt`]);
    const key = await runOk('openssl', ['pkey', '-in', `${stem}.key`]);
    return { cert, key, certFile: `${stem}.crt`, keyFile: `${stem}.key`, fingerprint: new X509Certificate(cert).fingerprint256 };
  }

  return { pem, file: at('ca.crt'), keyFile: at('ca.key'), issue };
}

/** A certificate that vouches for itself. */
export async function selfSigned(names: string[]): Promise<Pair> {
  const directory = temporaryDirectory();
  const [certFile, keyFile] = [join(directory, 'self.crt'), join(directory, 'self.key')];
  await runOk('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${names[0]}`, '-days', '20',
    '-addext', `subjectAltName=${names.map((host) => `DNS:${host}`).join(',')}`, '-keyout', keyFile, '-out', certFile]);
  const cert = readFileSync(certFile, 'utf8');
  return { cert, key: readFileSync(keyFile, 'utf8'), certFile, keyFile, fingerprint: new X509Certificate(cert).fingerprint256 };
}

export const authority = await createAuthority();

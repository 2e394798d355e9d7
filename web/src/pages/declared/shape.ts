// What may stand where in a declarative file, as `strictgate apply` has it (src/app/cli_manifest.c; shape.test.ts compares the
// two). The shape decides what a text means: where a word is wanted, off is a word.
import type { PlainKey } from '../../i18n';

export type Shape =
  | { kind: 'text' | 'number' | 'bool' | 'duration' | 'limits' }
  | { kind: 'word'; words: readonly string[] }
  | { kind: 'list'; item: Shape }
  | { kind: 'object'; members: Members }
  | { kind: 'either'; text: Shape; other: Shape }; // by what is there

export interface Member {
  shape: Shape;
  // Taken by the command line and left alone here, since it names files of the machine, or is a move of its own.
  left?: PlainKey;
}

export type Members = Readonly<Record<string, Member>>;

const TEXT: Shape = { kind: 'text' };
const NUMBER: Shape = { kind: 'number' };
const BOOL: Shape = { kind: 'bool' };
const DURATION: Shape = { kind: 'duration' };
const word = (...words: string[]): Shape => ({ kind: 'word', words });
const list = (item: Shape): Shape => ({ kind: 'list', item });
const either = (text: Shape, other: Shape): Shape => ({ kind: 'either', text, other });
const object = (members: Record<string, Shape>): Shape => ({ kind: 'object', members: Object.fromEntries(Object.entries(members).map(([name, shape]) => [name, { shape }])) });

const UPSTREAMS = list(either(TEXT, object({ url: TEXT, weight: NUMBER })));

export const ROUTE = object({
  prefix: TEXT,
  kind: word('proxy', 'files', 'fixed', 'panel'),
  upstreams: UPSTREAMS,
  balance: word('least-connections', 'round-robin'),
  connect_timeout_ms: NUMBER,
  first_byte_timeout_ms: NUMBER,
  idle_timeout_ms: NUMBER,
  health_path: TEXT,
  health_interval_ms: NUMBER,
  verify: BOOL,
  ca_pem: TEXT,
  root: TEXT,
  index: TEXT,
  strip_prefix: BOOL,
  status: NUMBER,
  body: TEXT,
  content_type: TEXT,
});

const FILES: Member = { shape: either(TEXT, list(TEXT)), left: 'declared.left_files' };

export const SITE: Shape = {
  kind: 'object',
  members: {
    name: { shape: TEXT },
    aliases: { shape: list(TEXT) },
    upstreams: { shape: UPSTREAMS },
    routes: { shape: list(ROUTE) },
    cert: FILES,
    key: FILES,
    local_ca: { shape: BOOL },
    acme: { shape: either(word('on', 'off'), object({ cas: list(TEXT), challenges: list(word('http-01', 'tls-alpn-01', 'dns-01')), key: word('ecdsa', 'rsa') })) },
    redirect: { shape: word('off', 'temporary', 'permanent') },
    http_credentials: { shape: word('redirect', 'refuse') },
    canonical: { shape: BOOL },
    secure_cookies: { shape: BOOL },
    rewrite_location: { shape: BOOL },
    reports: { shape: word('off', 'on') },
    error_page: { shape: TEXT },
    ladder: { shape: list(DURATION) },
    hsts: {
      shape: either(word('off', 'trial', 'permanent', 'release'), object({ mode: word('off', 'hold', 'auto', 'release'), max_age: DURATION, target: DURATION, include_subdomains: BOOL, preload: BOOL })),
      left: 'declared.left_hsts',
    },
  },
};

export const ONE_SITE: Shape = { kind: 'object', members: { sites: { shape: list(SITE) } } };

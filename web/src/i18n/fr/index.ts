import type { Messages } from '../translate';
import { common } from './common';
import { hsts } from './hsts';
import { overview } from './overview';
import { session } from './session';
import { site } from './site';

export const fr: Messages = { common, hsts, overview, session, site };

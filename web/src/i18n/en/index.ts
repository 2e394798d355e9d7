import { common } from './common';
import { hsts } from './hsts';
import { overview } from './overview';
import { session } from './session';
import { site } from './site';

export const en = { common, hsts, overview, session, site };

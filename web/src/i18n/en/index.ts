import { common } from './common';
import { overview } from './overview';
import { session } from './session';
import { site } from './site';

export const en = { common, overview, session, site };

import type { Messages } from '../translate';
import { certificate } from './certificate';
import { common } from './common';
import { faults } from './faults';
import { hsts } from './hsts';
import { overview } from './overview';
import { session } from './session';
import { site } from './site';

export const fr: Messages = {
  certificate,
  common,
  faults,
  hsts,
  overview,
  session,
  site,
};

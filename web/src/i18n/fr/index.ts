import type { Messages } from '../translate';
import { account } from './account';
import { authority } from './authority';
import { certificate } from './certificate';
import { common } from './common';
import { faults } from './faults';
import { hsts } from './hsts';
import { overview } from './overview';
import { session } from './session';
import { settings } from './settings';
import { site } from './site';
import { ways } from './ways';

export const fr: Messages = { account, authority, certificate, common, faults, hsts, overview, session, settings, site, ways };

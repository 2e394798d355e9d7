import { about } from './about';
import { account } from './account';
import { application } from './application';
import { audit } from './audit';
import { authority } from './authority';
import { backup } from './backup';
import { certificate } from './certificate';
import { common } from './common';
import { faults } from './faults';
import { hsts } from './hsts';
import { notify } from './notify';
import { overview } from './overview';
import { proof } from './proof';
import { session } from './session';
import { settings } from './settings';
import { site } from './site';
import { ways } from './ways';

export const en = { about, account, application, audit, authority, backup, certificate, common, faults, hsts, notify, overview, proof, session, settings, site, ways };

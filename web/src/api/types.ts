// Names for what the API gives, for the pages.
import type { components } from './schema';
import type { Result } from './operations';

type Schemas = components['schemas'];
export type Site = Schemas['Site'];
export type Hsts = Schemas['Hsts'];
export type Status = Schemas['Status'];
export type StatusSite = Status['sites'][number];
export type Certificate = Schemas['Certificate'];
export type CertificateProblem = Certificate['problems'][number];
export type Channel = Schemas['Channel'];
export type Clock = Result<'get', '/v1/clock'>;
export type Outcome = Schemas['Outcome'];

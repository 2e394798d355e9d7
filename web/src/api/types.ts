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
export type Move = Schemas['Move'];
export type MoveGuards = Result<'get', '/v1/sites/{name}/guards'>['moves'][string];
export type Ledger = Result<'get', '/v1/sites/{name}/ledger'>;
export type LedgerEntry = Ledger['names'][number]['entries'][number];
export type AuditEntry = Schemas['AuditEntry'];
// Of a site or of the gateway as a whole.
export type Evidence = Schemas['Evidence'];
export type SiteEvidence = Result<'get', '/v1/sites/{name}/evidence'>;
// Clients of a day, and how many of them.
export type ClientsDay = Schemas['EvidenceClients'];
export type Figure = Schemas['EvidenceFigure'];
// Names below a site.
export type Subdomain = Schemas['Subdomain'];
export type Subdomains = Schemas['Subdomains'];
export type SubdomainsTaken = Schemas['SubdomainsTaken'];
export type HandshakeFailure = Schemas['HandshakeFailure'];
// Who could not get in if the certificate of a site failed now.
export type Forecast = Schemas['Forecast'];
// What came over plain HTTP.
export type Census = Schemas['EvidenceCensus'];
export type CensusCounts = Schemas['EvidenceCensusCounts'];
// Who has tried HTTPS, by week and since the present rung began.
export type Coverage = Schemas['Coverage'];
// What came while a rung was held.
export type RungTrend = Schemas['EvidenceRung'];
// What browsers reported of themselves.
export type Reports = Schemas['EvidenceReports'];

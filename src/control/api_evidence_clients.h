/* The clients in the evidence of a site: how many were seen on a day, who was stranded, and who could not get in. */
#ifndef CONTROL_API_EVIDENCE_CLIENTS_H
#define CONTROL_API_EVIDENCE_CLIENTS_H

#include "control/core.h"
#include "store/jsonout.h"

/* Member "clients": a list of days, the present one first; empty when nobody is noted. */
void api_evidence_clients(struct jsonout *out, const struct core *core, const struct site *site);

#endif

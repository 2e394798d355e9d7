/* The census of plain HTTP in the evidence of a site: what came in clear, and what it carried. */
#ifndef CONTROL_API_EVIDENCE_CENSUS_H
#define CONTROL_API_EVIDENCE_CENSUS_H

#include "control/core.h"
#include "store/jsonout.h"

/* Member "census"; `totals` are of the time that was asked for. */
NODISCARD bool api_evidence_census(struct jsonout *out, const struct core *core, const struct site *site,
                                   const struct census_counts *totals, struct err *err);

#endif

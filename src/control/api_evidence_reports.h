/* What browsers reported, in the evidence of a site. */
#ifndef CONTROL_API_EVIDENCE_REPORTS_H
#define CONTROL_API_EVIDENCE_REPORTS_H

#include "control/core.h"
#include "store/jsonout.h"

/* Member "reports": totals of the days from since_s until before until_s, and of the present rung. */
NODISCARD bool api_evidence_reports(struct jsonout *out, const struct core *core, const struct site *site,
                                    int64_t since_s, int64_t until_s, struct err *err);

#endif

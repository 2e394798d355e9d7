/* The members "coverage" and "forecast" of a site's evidence: who came over HTTPS, and who could not if it failed. */
#ifndef CONTROL_API_EVIDENCE_COVERAGE_H
#define CONTROL_API_EVIDENCE_COVERAGE_H

#include "control/core.h"
#include "store/jsonout.h"

void api_evidence_coverage(struct jsonout *out, const struct core *core, const struct site *site);

#endif

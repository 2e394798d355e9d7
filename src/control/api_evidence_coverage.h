/* The members "coverage" and "forecast" of a site's evidence: who came over HTTPS, and who could not if it failed. */
#ifndef CONTROL_API_EVIDENCE_COVERAGE_H
#define CONTROL_API_EVIDENCE_COVERAGE_H

#include "control/core.h"
#include "store/jsonout.h"

/* Weeks of the span are told, and this many of the latest in any case: a quarter of a year. */
#define API_COVERAGE_WEEKS_COUNT 13

NODISCARD bool api_evidence_coverage(struct jsonout *out, const struct core *core, const struct site *site,
                                     int64_t since_s, int64_t until_s, struct err *err);

#endif

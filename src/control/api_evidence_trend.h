/* How it went from rung to rung of a site, in its evidence: fewer over plain HTTP after each, or not? */
#ifndef CONTROL_API_EVIDENCE_TREND_H
#define CONTROL_API_EVIDENCE_TREND_H

#include "control/core.h"
#include "store/jsonout.h"

/*
 * Member "trend": one entry for each rung that was held within the span (ledger clock), the oldest first, of the newest
 * API_EVIDENCE_TREND_COUNT_MAX; each of the whole rung, in whole minutes, hours or days, whatever is kept of its time.
 */
#define API_EVIDENCE_TREND_COUNT_MAX 24
NODISCARD bool api_evidence_trend(struct jsonout *out, const struct core *core, const struct site *site,
                                  int64_t since_s, int64_t until_s, struct err *err);

#endif

/* The clients in the evidence of a site: how many were seen on a day, who was stranded, and who could not get in. */
#ifndef CONTROL_API_EVIDENCE_CLIENTS_H
#define CONTROL_API_EVIDENCE_CLIENTS_H

#include "control/core.h"
#include "store/jsonout.h"

/*
 * Member "clients": a list of days, the newest first: those that lie in the span (whole days of UTC that it touches)
 * and are kept, and in any case the present one and the one before it.
 */
NODISCARD bool api_evidence_clients(struct jsonout *out, const struct core *core, const struct site *site,
                                    int64_t since_s, int64_t until_s, struct err *err);

#endif

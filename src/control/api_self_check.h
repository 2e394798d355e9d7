/* What other answers say of self-checks, and what this one shares with POST /v1/check. */
#ifndef CONTROL_API_SELF_CHECK_H
#define CONTROL_API_SELF_CHECK_H

#include "control/core.h"
#include "hsts/preload_rules.h"
#include "store/jsonout.h"

/* How a site's last self-check ended, in short, as an object. */
void api_self_check_write_summary(struct core *core, const struct site *site, const char *key, struct jsonout *out);
/* A finding as POST /v1/check has it. `mended` (or NULL): whether sending preload mends it. */
void api_check_write_finding(const struct preload_finding *finding, const bool *mended, struct jsonout *out);

#endif

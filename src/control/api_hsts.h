/* A site's HSTS as the API shows it; for the routes of HSTS, sites and status. */
#ifndef CONTROL_API_HSTS_H
#define CONTROL_API_HSTS_H

#include "control/core.h"
#include "store/jsonout.h"

/*
 * Wish, phase, what is sent now, until when who is bound, the next rung and what holds an automatic climb back; as the
 * member `key` (NULL: inside an array or at the top).
 */
void api_hsts_write(struct core *core, const struct site *site, const char *key, struct jsonout *out);

#endif

/* What of a site's certificate an operator should look at, in plain words: for the status and with the site itself. */
#ifndef CONTROL_API_WARNINGS_H
#define CONTROL_API_WARNINGS_H

#include "control/core.h"
#include "store/jsonout.h"

/* Appends a string to the open array. */
void api_warn(struct jsonout *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Appends what is to be said of the site's certificates: none, ended, ends soon, names it lacks, gaps in its chain. */
void api_warn_of_certificate(struct core *core, const struct site *site, struct jsonout *out);
/* Why a site that gets its certificate by itself gets no new one. */
void api_warn_of_order(struct core *core, const struct site *site, struct jsonout *out);
/* Of a site that is listed or sends preload: what the last self-check found, or why nothing could be seen. */
void api_warn_of_self_check(struct core *core, const struct site *site, struct jsonout *out);
/* What keeps the preload list from being the present one, where there shall be one. */
void api_warn_of_preload(struct core *core, struct jsonout *out);
/* The certificate of the site that ends first; NULL when it has none, or none that can be read. */
const struct certificate_facts *api_first_to_end(struct core *core, const struct site *site);
/* Whole days, rounded down: -1 means it ended within the last day. */
int64_t api_days_left(int64_t not_after_s, int64_t now_s);

#endif

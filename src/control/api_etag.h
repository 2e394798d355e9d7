/*
 * Entity tags (RFC 9110 section 8.8.3): a hash of what somebody may have given, so that a change can be made for the
 * state that was seen and no other (If-Match). Of a site, and of all that is asked for below it, it is the site's; of a
 * notification channel, an authority and the settings their own. How things stand (a look, a delivery, an account) is
 * not in it, and no secret.
 */
#ifndef CONTROL_API_ETAG_H
#define CONTROL_API_ETAG_H

#include "control/api_table.h"

/* Empty where there is none, or nothing of that name. */
void api_etag_of(struct core *core, const struct api_route *row, struct str name, char ret[static API_ETAG_SIZE]);
/* Whether If-Match names `etag`, or there is nothing to compare it with. */
bool api_etag_matches(struct str if_match, const char etag[static API_ETAG_SIZE]);

#endif

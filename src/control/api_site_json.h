/* A site as the API shows it, and a request's certificates as they come in; for the routes of sites. */
#ifndef CONTROL_API_SITE_JSON_H
#define CONTROL_API_SITE_JSON_H

#include <jansson.h>

#include "control/api.h"
#include "store/jsonout.h"

/* What the preload list says of a name, as an object; `only_bound`: nothing where it binds nothing. */
void api_preload_write(struct core *core, struct str name, bool only_bound, struct jsonout *out);
/* All members of a site, into an object that is open. */
void api_site_write(struct core *core, const struct site *site, struct jsonout *out);
/*
 * A site from what a request gives; the members about certificates are handled here, all others by site_read. `path` as
 * there. One reference, the caller's.
 */
NODISCARD bool api_site_read(struct core *core, const json_t *json, const char *path, struct site **ret,
                             struct err *err);
/*
 * The certificates a request names (those of intake.h, "local_ca", "certificate": null) into the site;
 * *ret_given is false when it names none. One that is given ends the wish for an automatic certificate, unless the
 * request has that wish as well.
 */
NODISCARD bool api_site_certificates(struct core *core, const json_t *json, const char *path, struct site *site,
                                     bool *ret_given, struct err *err);
/* The entity tag of a site (RFC 9110 section 8.8.3), with its quotes. */
void api_site_etag(const struct site *site, char ret[static API_ETAG_SIZE]);
/* The request without its members about certificates and force: what site_read takes. NULL when memory ran out. */
json_t *api_site_strip(const json_t *json);

#endif
